"""The founding of a journal: its page tree, its site, and who may do what."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Site,
    Workflow,
)

from suasion.journal.pages.models import (
    AuthorsPage,
    FrontPage,
    PlainPage,
    SectionPage,
    TrackRecordPage,
)

__all__ = ["ADMINS", "AUTHORS", "EDITORS", "found"]

AUTHORS, EDITORS, ADMINS = "Authors", "Editors", "Admins"

SECTIONS = (
    ("war", "War", "Decisions about force, and about those who supply it."),
    ("politics", "Politics", "Decisions of governments, parliaments and courts."),
    ("economy", "Economy", "Decisions about money, trade and work."),
    ("culture", "Culture", "Decisions about what is shown, taught and remembered."),
)

METHOD = """\
<p>An article here ends with a question that will be answered: will they be persuaded, \
and in time? Under it stands a forecast, and you can add your own.</p>
<h2>Where the number comes from</h2>
<p>An editor turns the reporting into a case: who decides, who wants what and how much \
they care, who else can block it, which dates matter. Every number cites its source. \
Where a number is the editor's judgement, it says so.</p>
<p>Models of bargaining say which way the pressure goes. A model of time, fitted to \
earlier decisions of the same kind, says how soon. Together they give a probability \
for every day up to the deadline, with a range.</p>
<h2>What you can check</h2>
<ul><li>A forecast is never edited. A correction is a new one; the old one stays.</li>
<li>Models, editors and readers are scored alike, by the same published rules.</li>
<li>When the decision falls, an editor resolves the question and cites a source.</li></ul>
<h2>What it is not</h2>
<p>A forecast of 70 percent is wrong three times in ten, if it is right. It describes \
political decisions from public reporting, and nothing else.</p>
"""


@transaction.atomic
def found(name: str, tagline: str, address: str) -> FrontPage:
    """Create the pages, the site and the groups of a journal; or bring them up to date.

    Run again, it renames the journal and moves it to a new address, adds what is
    missing, and leaves alone what editors have changed.

    Parameters
    ----------
    name, tagline : str
        What stands at the head of every page.
    address : str
        Where readers find it, without a path: `https://journal.example`.

    Returns
    -------
    FrontPage
        The root of the page tree.

    Raises
    ------
    ValueError
        If the name is empty, or the address is not `http(s)://host[:port]`.
    """
    if not name.strip():
        raise ValueError(
            f"name: found {name!r}; a journal has a name; write it in journal.toml, "
            'for instance name = "The Lisbon Forecast".'
        )
    host, port = _host_and_port(address)
    front = _front(name.strip(), tagline.strip())
    _pages_below(front)
    _site(front, host, port)
    _groups(front)
    return front


def _host_and_port(address: str) -> tuple[str, int]:
    parts = urlsplit(address)
    try:
        port = parts.port
    except ValueError:
        port = -1
    plain = parts.path in ("", "/") and not parts.query and not parts.fragment
    if parts.scheme not in ("http", "https") or not parts.hostname or port == -1:
        plain = False
    if not plain:
        raise ValueError(
            f"address: found {address!r}; it is http:// or https://, a host, and no "
            "path; write for instance 'https://journal.example'."
        )
    return str(parts.hostname), port or (443 if parts.scheme == "https" else 80)


def _front(name: str, tagline: str) -> FrontPage:
    front = FrontPage.objects.first()
    if front is None:
        root = Page.get_first_root_node()
        front = root.add_child(
            instance=FrontPage(title=name, slug="front", tagline=tagline)
        )
    front.title, front.draft_title, front.tagline = name, name, tagline
    front.save()
    front.save_revision().publish()
    return front


def _pages_below(front: FrontPage) -> None:
    wanted = [
        *(
            SectionPage(slug=slug, title=title, about=about)
            for slug, title, about in SECTIONS
        ),
        TrackRecordPage(slug="track-record", title="Track record"),
        PlainPage(
            slug="about-the-method",
            title="About the method",
            lead="How a report becomes a forecast, and how it is scored.",
            body=[{"type": "text", "value": METHOD}],
        ),
        AuthorsPage(slug="authors", title="Authors"),
    ]
    kept = {page.slug for page in front.get_children()}
    if kept:  # founded before: what is missing was taken away by an editor
        wanted = []
    for page in wanted:
        page.show_in_menus = page.slug != "authors"
        front.add_child(instance=page)
        page.save_revision().publish()


def _site(front: FrontPage, host: str, port: int) -> None:
    site = Site.objects.filter(is_default_site=True).first() or Site(
        is_default_site=True
    )
    welcome = site.root_page if site.root_page_id else None
    site.hostname, site.port, site.site_name = host, port, front.title
    site.root_page = front
    site.save()
    if welcome is not None and type(welcome.specific) is Page and welcome.depth == 2:
        welcome.delete()  # Wagtail's own page of greeting


def _groups(front: FrontPage) -> None:
    root, collection = Page.get_first_root_node(), Collection.get_first_root_node()
    authors, editors, admins = (
        Group.objects.get_or_create(name=name)[0] for name in (AUTHORS, EDITORS, ADMINS)
    )
    # Wagtail's migration lets its own editors edit everywhere and nobody publish.
    GroupPagePermission.objects.filter(group=editors, page=root).delete()
    for section in SectionPage.below(front):
        _on_pages(authors, section, "add")
    for group in (editors, admins):
        _on_pages(group, front, "add", "change", "publish", "lock", "unlock")
    _on_pages(admins, root, "bulk_delete")
    for group in (authors, editors, admins):
        _on_files(group, collection, "add", "choose")
    for group in (editors, admins):
        _on_files(group, collection, "change", "delete")
    enter = Q(content_type__app_label="wagtailadmin", codename="access_admin")
    looks = Q(content_type__app_label="ledger", codename__startswith="view_")
    # The ledger only grows: nobody may change or delete an estimate.
    writes = Q(content_type__app_label="ledger", codename__startswith="add_") | Q(
        content_type__app_label="ledger", codename="change_question"
    )
    moderates = Q(content_type__app_label="responses")
    redirects = Q(content_type__app_label="wagtailredirects")
    governs = Q(
        content_type__app_label="auth", content_type__model__in=("user", "group")
    ) | Q(content_type__app_label="api", content_type__model="token")
    _grant(authors, enter | looks)
    _grant(editors, enter | looks | writes | moderates | redirects)
    _grant(admins, enter | looks | writes | moderates | redirects | governs)
    _moderation(editors, admins)


def _on_pages(group: Group, page: Any, *actions: str) -> None:
    for action in actions:
        allowed = Permission.objects.get(
            content_type__app_label="wagtailcore", codename=f"{action}_page"
        )
        GroupPagePermission.objects.get_or_create(
            group=group, page_id=page.pk, permission=allowed
        )


def _on_files(group: Group, collection: Collection, *actions: str) -> None:
    names = [f"{action}_{kind}" for action in actions for kind in ("image", "document")]
    for allowed in Permission.objects.filter(codename__in=names):
        GroupCollectionPermission.objects.get_or_create(
            group=group, collection=collection, permission=allowed
        )


def _grant(group: Group, allowed: Q) -> None:
    group.permissions.add(*Permission.objects.filter(allowed))


def _moderation(*groups: Group) -> None:
    """Let editors approve what authors submit: Wagtail's own workflow asks others."""
    moderators = Group.objects.filter(name="Moderators").first()
    if moderators is None:
        return
    for task in GroupApprovalTask.objects.filter(groups=moderators):
        task.groups.set(groups)
        task.name = "Approval by an editor"
        task.save()
        Workflow.objects.filter(workflow_tasks__task=task).update(name=task.name)
    if not moderators.user_set.exists():
        moderators.delete()
