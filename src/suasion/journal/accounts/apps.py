"""The app `accounts`."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Name and label of the app."""

    name = "suasion.journal.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
