"""What all records of a case share: immutable, nothing unknown, dates that exist."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

__all__ = ["Day", "Frozen", "Text", "date_of"]


def _calendar_day(value: object) -> object:
    if isinstance(value, dt.datetime):
        raise ValueError("a date has no time of day; write 2024-11-11")
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value.strip())
        except ValueError:
            raise ValueError(
                "a date is a day of the calendar written year-month-day; "
                "write it like 2024-11-11"
            ) from None
    return value


Day = Annotated[dt.date, BeforeValidator(_calendar_day)]
Text = Annotated[str, Field(min_length=1)]


class Frozen(BaseModel):
    """An immutable record that refuses fields it does not know."""

    # Deferred: a model used only inside another needs no validator of its own.
    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, defer_build=True
    )


def date_of(value: dt.date | str | None, name: str) -> dt.date | None:
    """Return a date that may be written; `name` is the argument's, for the message.

    Examples
    --------
    >>> date_of("2024-11-11", "as_of")
    datetime.date(2024, 11, 11)
    """
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            raise ValueError(
                f"{name} is {value!r}; a date is a day of the calendar, such as 2024-11-11"
            ) from None
    if isinstance(value, dt.datetime):
        return value.date()
    return value
