"""The kinds of pages: front page, section, article, author, plain, track record."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.paginator import Page as Leaf
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, TitleFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page, PageManager, PageQuerySet, PageViewRestriction
from wagtail.search import index

from suasion.journal.freshness import stamp
from suasion.journal.freshness.keeping import kept
from suasion.journal.pages.body import PROSE, TEXT, Body

__all__ = [
    "ArticlePage",
    "AuthorPage",
    "AuthorsPage",
    "FrontPage",
    "PlainPage",
    "SectionPage",
    "TrackRecordPage",
]

ON_A_LEAF = 20  # articles on one page of a section
RESERVED = frozenset(
    (
        "api",
        "documents",
        "editors",
        "feeds",
        "health",
        "ledger",
        "media",
        "respond",
        "search",
        "static",
    )
)

_SLUG = [FieldPanel("slug")]


def leaf_of(articles: Any, request: HttpRequest) -> Leaf:
    """Return the leaf (page of a list) that `?page=` asks for; the nearest if none."""
    return Paginator(articles, ON_A_LEAF).get_page(request.GET.get("page"))


class ArticleQuerySet(PageQuerySet):
    """Articles, as readers meet them."""

    def newest(self) -> ArticleQuerySet:
        """Return what everybody may read, newest first, without the bodies."""
        found = self.live().public().defer_streamfields()
        return found.order_by("-date", "-first_published_at", "-pk")


class JournalPage(Page):
    """What all pages share."""

    class Meta:
        abstract = True

    def get_view_restrictions(self) -> Any:
        """Return who may not read the page; ask nothing if all pages are public."""
        if _any_page_is_private():
            return super().get_view_restrictions()
        return PageViewRestriction.objects.none()


@kept(stamp.read_pages)
def _any_page_is_private() -> bool:
    return PageViewRestriction.objects.exists()


class FrontPage(JournalPage):
    """The root: its title is the journal's name."""

    tagline = models.CharField(
        max_length=140, blank=True, help_text="One line under the name."
    )

    content_panels = [*Page.content_panels, FieldPanel("tagline")]
    promote_panels = []
    template = "journal/front_page.html"
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "pages.SectionPage",
        "pages.PlainPage",
        "pages.TrackRecordPage",
        "pages.AuthorsPage",
    ]
    max_count = 1

    class Meta:
        verbose_name = "front page"

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """Find a page below by its address in one query, not one for each level."""
        if len(path_components) == 2:
            section = _sections(self).get(path_components[0])
            found = section and section.article(path_components[1])
            if found:
                return found.route(request, [])
        address, above, chain = self.url_path, self, []
        for part in path_components:
            chain.append(address := f"{address}{part}/")
        below = Page.objects.descendant_of(self)
        rows = below.filter(slug__in=path_components, url_path__in=chain)
        pages = {page.url_path: page for page in rows}
        if not chain or chain[-1] not in pages:
            return super().route(request, path_components)
        for address in chain:
            above, page = pages[address], above
        found = above.specific
        found._cached_parent_obj = page
        return found.route(request, [])

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Add the lead story, the next stories, and the newest of each section."""
        context = super().get_context(request, *args, **kwargs)
        below = ArticlePage.objects.descendant_of(self).newest()
        newest = list(below[:7])
        sections = {section.path: section for section in SectionPage.below(self)}
        for article in newest:
            article.section = sections.get(article.path[: -Page.steplen])
        shown = {article.pk for article in newest}
        context.update(
            lead=newest[0] if newest else None,
            next=newest[1:],
            columns=[
                (section, rest)
                for section in sections.values()
                if (rest := list(section.articles().exclude(pk__in=shown)[:4]))
            ],
        )
        return context


@kept(stamp.read_pages)
def _sections(front: FrontPage) -> dict[str, SectionPage]:
    return {page.slug: page for page in SectionPage.objects.child_of(front)}


class BelowFront(JournalPage):
    """What all pages right below the front page share."""

    parent_page_types = ["pages.FrontPage"]
    show_in_menus_default = True

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Refuse an address that the journal itself answers."""
        super().clean()
        if self.slug in RESERVED:
            raise ValidationError(
                {
                    "slug": f"{self.slug!r} is taken: the journal itself answers at "
                    f"/{self.slug}/. Choose another word, for instance "
                    f"'{self.slug}-section'."
                }
            )


class SectionPage(BelowFront):
    """A section: its articles, newest first."""

    about = models.CharField(
        max_length=200, blank=True, help_text="One line under the section's name."
    )

    content_panels = [*Page.content_panels, FieldPanel("about")]
    template = "journal/section_page.html"
    subpage_types = ["pages.ArticlePage"]

    class Meta:
        verbose_name = "section"

    @classmethod
    def below(cls, front: Page) -> Any:
        """Return the live sections of a journal, in the editors' order."""
        return cls.objects.child_of(front).live().order_by("path")

    def articles(self) -> ArticleQuerySet:
        """Return its articles, newest first."""
        return ArticlePage.objects.child_of(self).newest()

    def article(self, slug: str) -> ArticlePage | None:
        """Return an article of it, live or not, with its question."""
        below = ArticlePage.objects.child_of(self).select_related("question")
        found = below.filter(slug=slug).first()
        if found is not None:
            found._cached_parent_obj = self
        return found

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Add one leaf of articles."""
        context = super().get_context(request, *args, **kwargs)
        return {**context, "leaf": leaf_of(self.articles(), request)}


class ArticlePage(JournalPage):
    """An article: headline (`title`), lead, bylines, date, body, and a question."""

    lead = models.CharField(
        max_length=400, help_text="Two sentences: what is at stake, and for whom."
    )
    byline = ParentalManyToManyField("pages.AuthorPage", related_name="articles")
    date = models.DateField(default=timezone.localdate, db_index=True)
    body = StreamField(Body())
    question = models.ForeignKey(
        "ledger.Question",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="articles",
        help_text="The contested decision; its forecast stands under the article.",
    )

    objects = PageManager.from_queryset(ArticleQuerySet)()

    content_panels = [
        TitleFieldPanel("title", heading="Headline"),
        FieldPanel("lead"),
        FieldPanel("byline"),
        FieldPanel("date"),
        FieldPanel("body"),
        FieldPanel("question"),
    ]
    promote_panels = _SLUG
    search_fields = [
        *Page.search_fields,
        index.SearchField("lead", boost=2),
        index.SearchField("body"),
        index.RelatedFields("byline", [index.SearchField("title")]),
        index.FilterField("date"),
    ]
    template = "journal/article_page.html"
    parent_page_types = ["pages.SectionPage"]
    subpage_types = []

    class Meta:
        verbose_name = "article"

    def clean(self) -> None:
        """Refuse a headline that is shouted and a date far ahead."""
        super().clean()
        if len(self.title) > 12 and self.title.isupper():
            raise ValidationError(
                {
                    "title": f"{self.title!r} is all capitals, which a screen reader "
                    "may spell letter by letter; write it as a sentence."
                }
            )
        if self.date and self.date.year > timezone.localdate().year + 1:
            raise ValidationError(
                {
                    "date": f"{self.date} lies more than a year ahead; the date is the "
                    "day the article appears. To publish later, use 'Schedule'."
                }
            )

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Add the section, which the masthead marks, and what the parts hang on.

        The words change with what editors write, the block of a forecast with the
        ledger and with the day. Both are most of the work of a page: each is kept for
        as long as what it hangs on stays.
        """
        section = self.get_parent()
        context = super().get_context(request, *args, **kwargs)
        context.update(section=section, within=section.slug, written=stamp.read_pages())
        if self.question_id:
            context.update(recorded=(stamp.read_ledger(), timezone.localdate()))
        return context

    @property
    def published_at(self) -> datetime.datetime:
        """Return the moment of publication: midnight UTC, if it is of another day."""
        first = self.first_published_at
        if first is not None and timezone.localdate(first) == self.date:
            return first
        return datetime.datetime.combine(self.date, datetime.time(), datetime.UTC)

    @cached_property
    def authors(self) -> list[AuthorPage]:
        """Return the byline, read once."""
        return list(self.byline.all())

    @property
    def written_by(self) -> str:
        """Return the authors' names: 'Ann', 'Ann and Bo', 'Ann, Bo and Cy'."""
        names = [author.title for author in self.authors]
        return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


class AuthorsPage(BelowFront):
    """All authors."""

    template = "journal/authors_page.html"
    subpage_types = ["pages.AuthorPage"]
    max_count = 1

    class Meta:
        verbose_name = "list of authors"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Add the authors by name."""
        authors = AuthorPage.objects.child_of(self).live().order_by("title")
        return {**super().get_context(request, *args, **kwargs), "authors": authors}


class AuthorPage(JournalPage):
    """An author: name (`title`), a few lines, and the articles."""

    bio = RichTextField(features=PROSE, blank=True, help_text="Two or three sentences.")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Whom to tell when a response arrives. Never shown to readers.",
    )

    content_panels = [
        TitleFieldPanel("title", heading="Name"),
        FieldPanel("bio"),
        FieldPanel("account"),
    ]
    promote_panels = _SLUG
    template = "journal/author_page.html"
    parent_page_types = ["pages.AuthorsPage"]
    subpage_types = []

    class Meta:
        verbose_name = "author"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Add one leaf of the author's articles."""
        context = super().get_context(request, *args, **kwargs)
        articles = ArticlePage.objects.filter(byline=self).newest()
        return {**context, "leaf": leaf_of(articles, request)}


class PlainPage(BelowFront):
    """A page of text: about the method, privacy, imprint."""

    lead = models.CharField(max_length=400, blank=True)
    body = StreamField(Body(), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("body")]
    template = "journal/plain_page.html"
    subpage_types = []

    class Meta:
        verbose_name = "plain page"


class TrackRecordPage(BelowFront):
    """Every resolved question, and how near everybody was."""

    lead = RichTextField(features=TEXT, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("lead")]
    template = "journal/track_record_page.html"
    subpage_types = []
    max_count = 1

    class Meta:
        verbose_name = "track record"
