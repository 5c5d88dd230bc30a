"""The chooser of a question, among the editing pages: found by any words of it."""

from __future__ import annotations

from functools import reduce
from typing import Any

from django.db.models import Q
from wagtail.admin.forms.choosers import BaseFilterForm, SearchFilterMixin
from wagtail.snippets.views.chooser import (
    ChooseResultsView,
    ChooseView,
    SnippetChooserViewSet,
)

__all__ = ["QuestionChooser"]


class ByWords(SearchFilterMixin, BaseFilterForm):
    """A field whose words are all in the question, its criteria or its slug."""

    def filter(self, objects: Any) -> Any:
        """Leave the questions with all the words."""
        self.search_query = self.cleaned_data["q"]
        self.is_searching = bool(self.search_query)
        wanted = (
            Q(text__icontains=word)
            | Q(criteria__icontains=word)
            | Q(slug__icontains=word)
            for word in self.search_query.split()
        )
        return objects.filter(reduce(Q.__and__, wanted, Q()))


class Choose(ChooseView):
    """The chooser."""

    filter_form_class = ByWords


class Results(ChooseResultsView):
    """What it finds."""

    filter_form_class = ByWords


class QuestionChooser(SnippetChooserViewSet):
    """The chooser with its search."""

    choose_view_class = Choose
    choose_results_view_class = Results
