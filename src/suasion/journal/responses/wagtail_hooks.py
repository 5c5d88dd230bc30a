"""Responses in Wagtail's admin: the queue, its actions, its permissions, its log."""

from __future__ import annotations

from typing import Any

from wagtail import hooks
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from suasion.journal.responses import queue
from suasion.journal.responses.models import Ban, Response

register_permission_policy(Response, queue.ReadersWords(Response))
register_permission_policy(Ban, queue.Bans(Ban, auth_model=Response))
register_snippet(queue.ResponsesAndBans)

for action in queue.ACTIONS:
    # After Wagtail's own, so that its Delete gives way to Erase and Lift.
    hooks.register("register_bulk_action", action, order=1)


@hooks.register("register_snippet_listing_buttons")
def buttons(instance: Any, user: Any, next_url: str = "") -> Any:
    """Offer each action in the menu of a single response or ban."""
    return queue.buttons(instance, user, next_url)


@hooks.register("construct_homepage_summary_items")
def waiting(request: Any, items: list[Any]) -> None:
    """Say on the editors' first page how many responses wait."""
    items.append(queue.Waiting(request))


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    """Name the actions in Wagtail's log."""
    for name, done in queue.LOGGED.items():
        actions.register_action(f"responses.{name}", name.capitalize(), done)
