"""The app `pages`."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Name and label of the app."""

    name = "suasion.journal.pages"
    label = "pages"
    default_auto_field = "django.db.models.BigAutoField"
