"""The app `api`."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Name and label of the app."""

    name = "suasion.journal.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"
