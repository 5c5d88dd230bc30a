"""The app `ledger`."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Name and label of the app."""

    name = "suasion.journal.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
