"""Dates in words, as ranges of days relative to the day of the article.

A day, week or month without a year is the nearest one on the side that the tense of the
sentence says: *will vote on Tuesday* is the next Tuesday, *voted on Tuesday* the last.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import Literal

from suasion.reading.claim import When

__all__ = ["dates_in", "publication_date"]

_MONTH = (
    "(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    r"Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_WEEKDAY = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_NUMBER = r"(?:\d{1,3}|a|an|one|two|three|four|five|six|seven|eight|nine|ten|twelve)"
_DAY = r"(?:[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)\d\d"
_PHRASE = re.compile(
    rf"(?P<day>\b(?:{_DAY} (?:of )?{_MONTH}(?:,? {_YEAR})?|{_MONTH} {_DAY}\b(?:, {_YEAR})?"
    rf"|{_YEAR}-\d\d-\d\d|(?:(?:next|last|this) )?{_WEEKDAY}|today|tomorrow"
    rf"|yesterday|tonight"
    rf"|{_NUMBER} days ago|in {_NUMBER} days)\b)"
    rf"|(?P<season>\b(?:(?:next|last|this) )?(?:spring|summer|autumn|fall|winter) (?:of )?"
    rf"{_YEAR}\b|\b(?:next|last|this) (?:spring|summer|autumn|winter)\b)"
    rf"|(?P<quarter>\b(?:first|second|third|fourth) quarter(?: of {_YEAR})?)"
    rf"|(?P<week>\b(?:next|last|this) week\b|\b{_NUMBER} weeks ago\b)"
    rf"|(?P<month>\b(?:(?:early|mid|late)[- ])?{_MONTH}(?: {_YEAR}| last year| next year)?"
    rf"|\b(?:next|last|this) month\b|\b{_NUMBER} months ago\b)"
    rf"|(?P<year>\b(?:next|last|this) year\b|\b(?:by|in|since|until|before|after|from|of"
    rf"|early|late|mid) {_YEAR}\b|\b{_NUMBER} years ago\b)",
)
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_QUARTERS = {"first": 1, "second": 4, "third": 7, "fourth": 10}
_ARTICLES = re.compile(r"\b(?:a|an)\b")
Precision = Literal["day", "week", "month", "season", "quarter", "year"]


def publication_date(words: str) -> dt.date | None:
    """Read the day on which an article says it was published; None if it does not.

    Examples
    --------
    >>> publication_date("March 3, 2026")
    datetime.date(2026, 3, 3)
    >>> publication_date("Tuesday") is None
    True
    """
    if not re.search(r"\d{4}", words):
        return None
    found = _parsed(words, dt.date(2000, 1, 1), "past")
    return found


def dates_in(text: str, day: dt.date, *, future: bool = False) -> tuple[When, ...]:
    """Return the dates that a stretch of text names, in order.

    Parameters
    ----------
    text : str
    day : date
        Day of the article.
    future : bool
        Whether the sentence speaks of what will be.

    Examples
    --------
    >>> day = dt.date(2026, 3, 3)
    >>> [found] = dates_in("ministers will vote on Thursday", day, future=True)
    >>> str(found.first), found.precision
    ('2026-03-05', 'day')
    >>> [found] = dates_in("it was shelved in October", day)
    >>> str(found.first), str(found.last), found.precision
    ('2025-10-01', '2025-10-31', 'month')
    """
    found = []
    for match in _PHRASE.finditer(text):
        words, kind = match[0], match.lastgroup
        if re.fullmatch("(?:May|March|Mar|mar)", words) and not re.search(
            r"(?:in|since|until|by|last|of|from|before|after|this|next|late|early|mid) $",
            text[: match.start()],
        ):
            continue
        span = _range(words, kind or "", day, future)
        if span is not None:
            precision: Precision = kind  # type: ignore[assignment]
            found.append(
                When(words=words, first=span[0], last=span[1], precision=precision)
            )
    return tuple(found)


def _range(
    words: str, kind: str, day: dt.date, future: bool
) -> tuple[dt.date, dt.date] | None:
    low = words.lower()
    side = "past" if "last" in low or "ago" in low or not future else "future"
    year = int(match[0]) if (match := re.search(_YEAR, words)) else None
    shift = 1 if "next" in low else -1 if "last" in low else 0
    match kind:
        case "day":
            side = "future" if low.startswith("next") else side
            this = _parsed(_ARTICLES.sub("1", low), day, side)
            return None if this is None else (this, this)
        case "week":
            ago = _parsed(_ARTICLES.sub("1", low), day, side) if "ago" in low else None
            near = ago or day + dt.timedelta(weeks=shift)
            monday = near - dt.timedelta(days=near.weekday())
            return monday, monday + dt.timedelta(days=6)
        case "month":
            if "month" in low:
                near = day.replace(day=15) + dt.timedelta(days=30 * shift)
                ago = (
                    _parsed(_ARTICLES.sub("1", low), day, side)
                    if "ago" in low
                    else None
                )
                return _months((ago or near).year, (ago or near).month, 1)
            name = re.sub(r"^(?:early|mid|late)[- ]", "", words)
            name = re.sub(r" (?:last|next) year$", "", name)
            this = _parsed(f"15 {name}", day, side)
            if this is None:
                return None
            if "year" in low:
                this = this.replace(year=day.year + shift)
            return _months(this.year, this.month, 1)
        case "season":
            month = next(n for name, n in _SEASONS.items() if name in low)
            return _months(year or day.year + shift, month, 3)
        case "quarter":
            month = next(n for name, n in _QUARTERS.items() if name in low)
            return _months(
                year or day.year + (1 if future and month < day.month - 2 else 0),
                month,
                3,
            )
        case "year":
            if "ago" in low:
                past = _parsed(_ARTICLES.sub("1", low), day, "past")
                year = past.year if past else day.year
            return dt.date(year or day.year + shift, 1, 1), dt.date(
                year or day.year + shift, 12, 31
            )
    return None


def _months(year: int, month: int, count: int) -> tuple[dt.date, dt.date]:
    last = month + count - 1
    end_year, end_month = year + (last - 1) // 12, (last - 1) % 12 + 1
    days = calendar.monthrange(end_year, end_month)[1]
    return dt.date(year, month, 1), dt.date(end_year, end_month, days)


def _parsed(words: str, day: dt.date, side: str) -> dt.date | None:
    import dateparser

    words = re.sub(r"^(?:next|last|this) ", "", words, flags=re.I)
    found = dateparser.parse(
        words,
        languages=["en"],
        settings={
            "RELATIVE_BASE": dt.datetime.combine(day, dt.time(12)),
            "PREFER_DATES_FROM": side,
        },
    )
    return None if found is None else found.date()
