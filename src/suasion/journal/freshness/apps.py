"""The app `freshness`."""

from django.apps import AppConfig


class FreshnessConfig(AppConfig):
    """Name and label of the app."""

    name = "suasion.journal.freshness"
    label = "freshness"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Watch all that readers see."""
        from suasion.journal.freshness.watching import watch

        watch()
