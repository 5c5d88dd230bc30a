"""The moderation queue in Wagtail's admin.

Two permissions: who may *view* responses reads them without e-mail addresses; who may
*moderate* them sees the addresses and decides. Nobody writes or edits a reader's words,
administrators included.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import cached_property
from wagtail.admin.site_summary import SummaryItem
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column, DateColumn
from wagtail.admin.widgets.button import Button
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction
from wagtail.snippets.views.snippets import (
    IndexView,
    InspectView,
    SnippetViewSet,
    SnippetViewSetGroup,
)

from suasion.journal.responses import erasing, moderating
from suasion.journal.responses.models import Ban, Response

__all__ = [
    "ACTIONS",
    "LOGGED",
    "Bans",
    "ReadersWords",
    "ResponsesAndBans",
    "Waiting",
    "buttons",
    "may_moderate",
]

LOGGED = {
    "hold": "Response held back",
    "publish": "Response published",
    "reject": "Response rejected",
    "ban": "Response rejected and its sender banned",
    "erase": "Response erased",
    "lift": "Ban lifted",
}


def may_moderate(user: Any) -> bool:
    """Tell whether somebody sees readers' e-mail addresses and decides on responses."""
    return bool(user.has_perm("responses.moderate_response"))


class ReadersWords(ModelPermissionPolicy):
    """Responses are read and decided upon; nobody adds, changes or deletes one."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Grant view to readers of the queue and moderators, moderate to the latter."""
        if action == "view":
            return may_moderate(user) or super().user_has_permission(user, "view")
        return action == "moderate" and may_moderate(user)


class Bans(ModelPermissionPolicy):
    """Bans are seen and lifted by those who make them."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Grant view and moderate to moderators."""
        return action in ("view", "moderate") and may_moderate(user)


class Queue(IndexView):
    """The list of responses, newest first; held ones by the filter."""

    def get_base_queryset(self) -> Any:
        """Read articles along; leave out what was erased."""
        found = super().get_base_queryset()
        return found.filter(erased_at=None).select_related("page")

    @cached_property
    def columns(self) -> list[Any]:
        """Show e-mail addresses to moderators only."""
        title = self._get_title_column("name")
        shown = [BulkActionsCheckboxColumn("bulk_actions", obj_type="snippet"), title]
        if may_moderate(self.request.user):
            shown.append(Column("email", label="E-mail"))
        return [
            *shown,
            Column("excerpt", label="Response"),
            Column("percent", label="Estimate, %"),
            Column("page", label="Article"),
            Column("get_state_display", label="State", sort_key="state"),
            DateColumn("created_at", label="Sent", sort_key="created_at"),
        ]


class Waiting(SummaryItem):
    """How many responses wait, on the first page of those who decide."""

    order = 10
    template_name = "responses/admin/waiting.html"

    def is_shown(self) -> bool:
        """Show it to moderators."""
        return may_moderate(self.request.user)

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Count, and lead to them."""
        held = Response.objects.filter(state=Response.State.HELD, erased_at=None)
        return {"count": held.count()}


class Reading(InspectView):
    """One response in full, with its actions in the menu of the header."""

    def get_fields(self) -> list[str]:
        """Show the e-mail address to moderators only, hashes to nobody."""
        shown = ["name", "text", "percent", "pseudonym", "page", "parent", "state"]
        shown += ["created_at", "estimated_at", "edited_at", "published_at", "forecast"]
        if may_moderate(self.request.user):
            shown.insert(1, "email")
        return shown

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        """Offer the actions."""
        return buttons(self.object, self.request.user, self.request.path)


class Responses(SnippetViewSet):
    """The queue."""

    model = Response
    icon = "comment"
    menu_label = "Responses"
    index_view_class = Queue
    inspect_view_class = Reading
    inspect_view_enabled = True
    copy_view_enabled = False
    add_to_reference_index = False
    list_filter = ["state", "page"]
    search_fields = ["name", "text"]
    list_per_page = 50
    ordering = ["-created_at"]


class BanList(SnippetViewSet):
    """Bans: by whom, when, for which response; never of which address."""

    model = Ban
    icon = "cross"
    menu_label = "Bans"
    copy_view_enabled = False
    add_to_reference_index = False
    list_display = ["__str__", "kind", "response", "by", "made_at"]


class ResponsesAndBans(SnippetViewSetGroup):
    """One entry of the menu for both."""

    items = (Responses, BanList)
    menu_label = "Responses"
    menu_icon = "comment"
    menu_order = 250


class Deciding(SnippetBulkAction):
    """An action on one or more responses, or bans."""

    template_name = "responses/admin/confirm.html"
    models = [Response]
    asks = ""
    decide: Callable[..., None]

    @property
    def aria_label(self) -> str:
        """Say what is done, to screen readers."""
        return f"{self.display_name} selected"

    def check_perm(self, instance: Any) -> bool:
        """Allow moderators."""
        return may_moderate(self.request.user)

    def get_context_data(self, **kwargs: Any) -> Any:
        """Say what is asked."""
        context = super().get_context_data(**kwargs)
        return {**context, "asks": self.asks, "action": self.display_name}

    @classmethod
    def execute_action(cls, objects: Any, **kwargs: Any) -> tuple[int, int]:
        """Do it to each."""
        editor = kwargs["self"].request.user
        for one in objects:
            cls.decide(one, by=editor)
        return len(objects), 0

    def get_success_message(self, count: int, _: int) -> str:
        """Say what was done."""
        what = self.model._meta
        noun = what.verbose_name if count == 1 else what.verbose_name_plural
        return f"{self.display_name}: {count} {noun}."


class Publish(Deciding):
    """Publish."""

    display_name = "Publish"
    action_type = "publish"
    action_priority = 10
    asks = "Readers see these responses; their estimates go into the ledger for good."
    decide = staticmethod(moderating.publish)


class Hold(Deciding):
    """Hold back."""

    display_name = "Hold"
    action_type = "hold"
    action_priority = 20
    asks = "Nobody but editors sees these responses until they are published."
    decide = staticmethod(moderating.hold)


class Reject(Deciding):
    """Reject."""

    display_name = "Reject"
    action_type = "reject"
    action_priority = 30
    asks = (
        "These responses are not published; their writers see that on their own page."
    )
    decide = staticmethod(moderating.reject)


class BanSender(Deciding):
    """Reject, and ban the sender."""

    display_name = "Ban sender"
    action_type = "ban"
    action_priority = 40
    classes = {"serious"}
    asks = (
        "These responses are rejected, and unread whatever comes from the same e-mail "
        "addresses until the ban is lifted. Network addresses are banned for the day."
    )
    decide = staticmethod(moderating.ban)


class Erase(Deciding):
    """Erase, at the writer's request; it stands where Wagtail would offer to delete."""

    display_name = "Erase"
    action_type = "delete"
    action_priority = 50
    classes = {"serious"}
    asks = (
        "Names, e-mail addresses and words are erased for good, as their writers may ask. "
        "Estimates stay in the ledger without a name."
    )
    decide = staticmethod(erasing.erase)


class Lift(Deciding):
    """Lift a ban; it stands where Wagtail would offer to delete."""

    models = [Ban]
    display_name = "Lift"
    action_type = "delete"
    action_priority = 10
    asks = "Responses from these senders reach the queue again."
    decide = staticmethod(moderating.lift)


ACTIONS = (Publish, Hold, Reject, BanSender, Erase, Lift)


def buttons(instance: Any, user: Any, next_url: str) -> list[Button]:
    """Return a button for each action on one response or ban, for moderators."""
    if not may_moderate(user):
        return []
    meta = instance._meta
    asked = urlencode({"id": instance.pk, "next": next_url})
    return [
        Button(
            action.display_name,
            url=reverse(
                "wagtail_bulk_action",
                args=[meta.app_label, meta.model_name, action.action_type],
            )
            + f"?{asked}",
            priority=action.action_priority,
        )
        for action in ACTIONS
        if type(instance) in action.models
    ]
