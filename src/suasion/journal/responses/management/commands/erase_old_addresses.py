"""`erase_old_addresses`: keep readers' addresses no longer than the settings say."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from suasion.journal.responses.erasing import erase_old_addresses
from suasion.journal.responses.models import ResponseSettings


class Command(BaseCommand):
    """Erase e-mail addresses and hashes of old responses; run it once a day."""

    help = "Erase e-mail addresses and hashes of responses older than the settings say."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add `--days`."""
        parser.add_argument("--days", type=int, help="instead of the setting's number")

    def handle(self, *args: Any, **options: Any) -> None:
        """Erase, and say how many."""
        days = options["days"]
        days = ResponseSettings.load().kept_days if days is None else days
        try:
            count = erase_old_addresses(days=days)
        except ValueError as error:
            raise CommandError(str(error)) from error
        if options["verbosity"]:
            self.stdout.write(
                f"{count} responses older than {days} days: addresses erased"
            )
