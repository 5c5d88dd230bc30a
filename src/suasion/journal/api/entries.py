"""What the API takes: shapes only. What they mean is for the ledger to judge."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from ninja import Field, Schema
from pydantic import AfterValidator, ConfigDict

__all__ = ["Asked", "Estimated", "Resolved"]


def _printable(text: str) -> str:
    if any(not (sign.isprintable() or sign in "\n\r\t") for sign in text):
        raise ValueError("it holds a sign that cannot be printed; leave it out")
    return text


def _web(address: str) -> str:
    try:
        URLValidator(schemes=["http", "https"])(address)
    except ValidationError:
        raise ValueError("it is an address on the web; write https://...") from None
    return address


# A deadline in the year 9999 would have its pool drawn for three million days.
Day = Annotated[dt.date, Field(ge=dt.date(1900, 1, 1), le=dt.date(2199, 12, 31))]
Text = Annotated[str, AfterValidator(_printable)]
Address = Annotated[str, Field(max_length=600), AfterValidator(_web)]


class Entry(Schema):
    """What is sent; a field that is not known is a mistake, not a wish."""

    model_config = ConfigDict(extra="forbid")


class Asked(Entry):
    """A new question."""

    slug: str = Field(max_length=80, pattern=r"^[a-zA-Z0-9_-]+$")
    text: Text = Field(max_length=400)
    criteria: Text = Field(
        max_length=10_000, description="What exactly counts as yes, and who says so."
    )
    opens_on: Day = Field(description="First day on which an estimate counts.")
    closes_on: Day = Field(description="Deadline: the last day of the question.")
    case_slug: Text = Field(
        "", max_length=120, description="Case of the models, if any."
    )


class Estimated(Entry):
    """An editor's or a model's estimate."""

    source: Literal["editor", "model"]
    name: Text = Field(
        max_length=80, description="Pseudonym of the editor, or name of the model."
    )
    probability: float = Field(
        description="Of yes, strictly between 0 and 1.", examples=[0.3]
    )
    low80: float | None = Field(None, description="Lower end of the middle 80 %.")
    high80: float | None = Field(None, description="Upper end of the middle 80 %.")
    as_of: Day | None = Field(
        None, description="Nothing later was known. Default: today."
    )
    public: bool | None = Field(
        None,
        description="Whether to show the name. Default: as it is; an editor's new name "
        "is hidden, a model's is shown.",
    )


class Resolved(Entry):
    """How a question ended; or a correction of that."""

    answer: Literal["yes", "no", "void"]
    on: Day = Field(description="The day on which the answer fell.")
    source_title: Text = Field(max_length=300, description="Who reported it.")
    source_url: Address = Field(description="Where that can be read.")
    note: Text = Field("", max_length=10_000)
