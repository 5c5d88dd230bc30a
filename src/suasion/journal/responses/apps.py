"""The app `responses`."""

from django.apps import AppConfig


class ResponsesConfig(AppConfig):
    """Name and label of the app."""

    name = "suasion.journal.responses"
    label = "responses"
    default_auto_field = "django.db.models.BigAutoField"
