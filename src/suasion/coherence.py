"""Whether a case hangs together: numbers on their scales, dates one after the other.

`check` looks at all that could be read of a case, and finds all problems in one pass.
"""

from __future__ import annotations

import calendar
import datetime as dt
import math
from collections.abc import Iterator, Mapping
from typing import Any

from suasion.aftermath.validity import problems as game_problems
from suasion.case import (
    AllOf,
    AnyOf,
    CaseDocument,
    Change,
    Event,
    Issue,
    Precedent,
    QualifiedMajority,
    Question,
    Resolution,
    Rule,
    WeightedMajority,
)
from suasion.problem import Problem
from suasion.reference import Draft, cycles, duplicates, link
from suasion.uncertain import Uncertain
from suasion.wording import did_you_mean

__all__ = ["check"]


def check(draft: Draft) -> tuple[dict[str, Any], list[Problem]]:
    """Return the content of a case, actors by name, and all problems found in it.

    The content is for `Case.model_validate`, and complete if there are no problems.
    """
    content, problems = link(draft)
    problems += duplicates(draft)
    document = draft.document
    if document is not None:
        if document.question:
            problems += _question(document.question, document.issues)
            if draft.resolution:
                problems += _resolution(draft.resolution, document.question)
        for issue in document.issues:
            problems += _issue(issue)
        problems += _needs(document)
        problems += cycles(document)
        for event in document.calendar:
            problems += _event(event, document, draft.declared or {})
        problems += _blocs(document)
        problems += _window(document)
        if document.rule:
            problems += _rule(document.rule, "rule")
        if document.aftermath:
            problems += game_problems(document.aftermath)
        problems += _lookahead(document)
    problems += _actors(draft)
    for row in draft.precedents or ():
        if row.item:
            problems += _precedent(row.item, row.place)
    return content, problems


def _wrong(place: str, field: str, found: object, rule: str, cure: str) -> Problem:
    shown = None if found is None else str(found)
    return Problem(
        file="case.toml", place=place, field=field, found=shown, rule=rule, cure=cure
    )


def _before(
    place: str,
    later: tuple[str, dt.date | None],
    earlier: tuple[str, dt.date | None],
    file: str = "case.toml",
) -> Iterator[Problem]:
    """Complain if what should be later comes first."""
    field, date = later
    other, limit = earlier
    if date and limit and date < limit:
        yield Problem(
            file=file,
            place=place,
            field=field,
            found=date.isoformat(),
            rule=f"{field} cannot be before {other}, {limit}",
            cure="correct one of the two dates",
        )


# --- case.toml ---------------------------------------------------------------------


def _question(question: Question, issues: tuple[Issue, ...]) -> Iterator[Problem]:
    asked, as_of, by = question.requested_on, question.as_of, question.by
    yield from _before("question", ("by", by), ("requested_on", asked))
    yield from _before("question", ("as_of", as_of), ("requested_on", asked))
    yield from _before("question", ("by", by), ("as_of", as_of))
    if question.kind != "approval":
        return
    cures = {
        "gatekeeper": "add the actor whose permission is asked for",
        "requested_on": "add the date of the first clear public request",
        "by": "add the last date that counts",
    }
    for field, cure in cures.items():
        if getattr(question, field) is None:
            rule = f"a question of approval needs {field}"
            yield _wrong("question", field, None, rule, cure)
    if any(issue.threshold is not None and issue.status_quo for issue in issues):
        return
    for issue in issues[:1]:
        for field, cure in {
            "status_quo": "add where the issue stands if nobody decides",
            "threshold": "add the place on the scale from which on the answer is yes",
        }.items():
            if getattr(issue, field) is None:
                rule = f"a question of approval needs an issue with {field}"
                yield _wrong(f"issues.{issue.id}", field, None, rule, cure)


def _issue(issue: Issue) -> Iterator[Problem]:
    place = f"issues.{issue.id}"
    if not issue.low < issue.high:
        rule = f"a scale rises from low to high, here to {issue.high:g}"
        yield _wrong(
            place, "low", f"{issue.low:g}", rule, "exchange or correct the ends"
        )
        return
    at = {f"landmarks.{mark.label}": mark.at for mark in issue.landmarks}
    if issue.threshold is not None:
        at["threshold"] = issue.threshold
    for field, value in at.items():
        if not issue.low <= value <= issue.high:
            yield _wrong(place, field, f"{value:g}", _on(issue), _widen(field))
    quo = issue.status_quo
    if quo is not None:
        if not (issue.low <= quo.low and quo.high <= issue.high):
            yield _wrong(place, "status_quo", quo, _on(issue), _widen("status quo"))
        if issue.threshold is not None and quo.low <= issue.threshold <= quo.high:
            rule = f"the threshold differs from the status quo, {quo}"
            cure = "put it where the answer turns from no to yes"
            yield _wrong(place, "threshold", f"{issue.threshold:g}", rule, cure)


def _scales(document: CaseDocument) -> dict[str, Issue]:
    """Issues by id, those left out whose ends are wrong themselves."""
    return {issue.id: issue for issue in document.issues if issue.low < issue.high}


def _on(issue: Issue) -> str:
    return f"the scale of {issue.id} runs from {issue.low:g} to {issue.high:g}"


def _widen(what: str) -> str:
    return f"correct the {what.split('.')[0]}, or widen the scale"


def _needs(document: CaseDocument) -> Iterator[Problem]:
    for item in document.requirements:
        if not item.any_of and not item.needs:
            rule = "a requirement is met by resources or by other requirements"
            cure = "add any_of with ids of resources, or needs with ids of requirements"
            yield _wrong(f"requirements.{item.id}", "any_of", None, rule, cure)
    for held in document.resources:
        until = ("available_until", held.available_until)
        since = ("available_from", held.available_from)
        yield from _before(f"resources.{held.id}", until, since)
    for issue in _scales(document).values() if len(document.issues) == 1 else ():
        for option in document.options:
            at = option.position
            if at is not None and not issue.low <= at <= issue.high:
                where = f"options.{option.id}"
                yield _wrong(
                    where, "position", f"{at:g}", _on(issue), _widen("position")
                )


def _event(
    event: Event, document: CaseDocument, declared: Mapping[str, tuple[str, ...] | None]
) -> Iterator[Problem]:
    place = f"calendar.{event.id}"
    question = document.question
    yield from _before(place, ("deadline", event.deadline), ("date", event.date))
    if question:
        asked = ("question.requested_on", question.requested_on)
        yield from _before(place, ("deadline", event.deadline), asked)
        by = question.by
        if by and event.known_on and event.known_on > max(by, event.date):
            rule = (
                "an event known only after both its date and the deadline has no effect"
            )
            yield _wrong(
                place, "known_on", event.known_on, rule, "correct or remove it"
            )
    ids = declared.get("issues")
    scales = _scales(document)
    for change in event.changes:
        yield from _change(change, f"{place}.changes.{change.actor}", ids, scales)


def _change(
    change: Change, place: str, ids: tuple[str, ...] | None, scales: dict[str, Issue]
) -> Iterator[Problem]:
    given = change.model_dump(exclude_none=True, exclude={"actor"})
    if not any(value != "" for value in given.values()):
        rule = "a change changes something"
        cure = "add a new value or a shift, or remove the change"
        yield _wrong(place, "", None, rule, cure)
    for field in ("capability", "position", "salience"):
        value = getattr(change, field)
        shift = getattr(change, f"shift_{field}")
        if value is None:
            continue
        if shift is not None:
            rule = f"a change sets the {field} or shifts it, not both"
            cure = f"keep {field} or shift_{field}"
            yield _wrong(place, f"shift_{field}", f"{shift:g}", rule, cure)
        if isinstance(value, Uncertain):
            only = ids[0] if ids and len(ids) == 1 else None
            if ids and only is None and field != "capability":
                rule = f"with several issues a new {field} is a table by issue"
                cure = f"write {{ {ids[0]} = {value} }}"
                yield _wrong(place, field, value, rule, cure)
            numbers = {only: value}
        elif ids and len(ids) == 1:
            rule = f"with a single issue a new {field} is a number"
            yield _wrong(place, field, ", ".join(value), rule, "write the number alone")
            numbers = {}
        else:
            numbers = value
            for word in value if ids else ():
                if word not in (ids or ()):
                    rule = "there is no such issue in case.toml"
                    yield _wrong(
                        place, field, word, rule, did_you_mean(word, ids or ())
                    )
        for id_, number in numbers.items():
            for rule, cure in _number(field, number, scales.get(id_ or "")):
                key = field if id_ is None or len(scales) == 1 else f"{field}.{id_}"
                yield _wrong(place, key, number, rule, cure)


def _number(
    field: str, number: Uncertain, issue: Issue | None
) -> Iterator[tuple[str, str]]:
    """Rule and cure for a number of an actor that is out of range."""
    low, high = number.low, number.high
    if field == "capability" and not low > 0:
        yield (
            "a capability is above 0",
            "give a positive number in the unit of the others, or leave the actor out",
        )
    if field == "salience" and not (low >= 0 and high <= 1):
        parts = dict.fromkeys((low, number.mode, high))
        share = "|".join(f"{part / 100:g}" for part in parts)
        yield (
            "a salience lies between 0 and 1",
            f"write {share} if this is in percent"
            if low >= 0 and high <= 100
            else "estimate the share of its attention that the actor gives it",
        )
    if field == "position" and issue and not (issue.low <= low and high <= issue.high):
        yield _on(issue), _widen("position")


def _blocs(document: CaseDocument) -> Iterator[Problem]:
    first: dict[tuple[str, str], str] = {}
    for bloc in document.blocs:
        for field in dict.fromkeys(bloc.fields):
            for actor in bloc.actors:
                other = first.setdefault((actor, field), bloc.name)
                if other != bloc.name:
                    rule = f"for its {field} the actor already is in the bloc {other}"
                    cure = "keep it in one bloc for each field"
                    yield _wrong(f"blocs.{bloc.name}", "actors", actor, rule, cure)


def _window(document: CaseDocument) -> Iterator[Problem]:
    window, question = document.window, document.question
    weight = window.own_weight
    if not (weight.low >= 0 and weight.high <= 1):
        rule = "a weight lies between 0 and 1"
        yield _wrong("window", "own_weight", weight, rule, "write a share, such as 0.7")
    asked = ("question.requested_on", question.requested_on if question else None)
    for day in window.public_no:
        yield from _before("window", ("public_no", day), asked)


def _lookahead(document: CaseDocument) -> Iterator[Problem]:
    moves = document.aftermath.moves if document.aftermath else ()
    asking = [move for move in moves if any(action.yes for action in move.actions)]
    gatekeeper = document.question.gatekeeper if document.question else None
    for move in asking:
        if move.actor is not None and gatekeeper and move.actor != gatekeeper:
            rule = f"the yes that the question asks for is {gatekeeper}'s alone"
            place = f"aftermath.moves.{move.id}"
            yield _wrong(place, "yes", move.actor, rule, "remove yes from its actions")
    if document.window.stance == "coded":
        return
    if document.question and document.question.kind != "approval":
        rule = "a stance is that of a gatekeeper, and the question asks for no approval"
        cure = 'write stance = "coded", or leave it out'
    elif not document.aftermath:
        rule = "looking ahead needs a game to look at, and the case has no [aftermath]"
        cure = "add one, or leave stance out"
    elif not asking:
        rule = "no action of the aftermath is marked as the gatekeeper's yes"
        cure = "add yes = true to the actions that grant what is asked"
    else:
        return
    yield _wrong("window", "stance", document.window.stance, rule, cure)


def _rule(rule: Rule, place: str) -> Iterator[Problem]:
    if isinstance(rule, AllOf | AnyOf):
        for number, part in enumerate(rule.rules, start=1):
            yield from _rule(part, f"{place}.rules[{number}]")
    elif isinstance(rule, QualifiedMajority):
        for number, quota in enumerate(rule.quotas, start=1):
            total = math.fsum(quota.weights.values())
            if total < quota.quota or (quota.strict and total == quota.quota):
                text = (
                    f"the weights sum to {total:g}: no coalition can reach this quota"
                )
                where = f"{place}.quotas[{number}]"
                cure = "correct the quota or the weights"
                yield _wrong(where, "quota", f"{quota.quota:g}", text, cure)
    elif isinstance(rule, WeightedMajority) and rule.weights is not None:
        total = math.fsum(rule.weights.values())
        if not total > 0:
            text = "somebody has a weight above 0"
            yield _wrong(
                place, "weights", "0", text, "give the weights, or leave them out"
            )


def _resolution(resolution: Resolution, question: Question) -> Iterator[Problem]:
    file = "outcome.toml"
    asked = ("question.requested_on", question.requested_on)
    yield from _before("", ("date", resolution.date), asked, file)
    field = "answer" if question.kind == "approval" else "value"
    if getattr(resolution, field) is None and (
        field == "answer" or resolution.answer is None
    ):
        yield Problem(
            file=file,
            field=field,
            rule=f"a question of {question.kind} is resolved by its {field}",
            cure=f"add {field} = "
            + ("'yes' or 'no'" if field == "answer" else "a number"),
        )


# --- tables ------------------------------------------------------------------------


def _actors(draft: Draft) -> Iterator[Problem]:
    file = draft.actors_file
    ids = (draft.declared or {}).get("issues") or ()
    scales = _scales(draft.document) if draft.document else {}
    rows = [(row.place, row.item) for row in draft.actors or () if row.item]
    for place, actor in rows:
        numbers: list[tuple[str, str, Uncertain, Issue | None]] = [
            ("capability", "capability", actor.capability, None)
        ]
        for field in ("position", "salience"):
            for k, number in enumerate(getattr(actor, field)):
                id_ = ids[k] if k < len(ids) else ""
                column = f"{field}:{id_}" if len(ids) > 1 else field
                numbers.append((field, column, number, scales.get(id_)))
        for field, column, number, issue in numbers:
            for rule, cure in _number(field, number, issue):
                yield Problem(
                    file=file,
                    place=place,
                    field=column,
                    found=str(number),
                    rule=rule,
                    cure=cure,
                )
    for k, id_ in enumerate(ids):
        if rows and not any(actor.salience[k].high > 0 for _, actor in rows):
            yield Problem(
                file=file,
                field=f"salience:{id_}" if len(ids) > 1 else "salience",
                rule=f"nobody gives any attention to {id_}",
                cure="give at least one actor a salience above 0",
            )


def _precedent(row: Precedent, place: str) -> Iterator[Problem]:
    file = "precedents.csv"
    decided = row.decided_on or row.decided_public_on
    if row.outcome == "approved" and decided is None:
        yield Problem(
            file=file,
            place=place,
            field="decided_on",
            rule="a request that was approved has the date of its approval",
            cure="add decided_on or decided_public_on",
        )
    if row.outcome != "approved" and row.observation_end is None:
        yield Problem(
            file=file,
            place=place,
            field="observation_end",
            rule=f"a request that is {row.outcome} has a last date at which it was so",
            cure="add the last date at which a source shows it not approved",
        )
    asked = row.requested_on
    if row.requested_precision == "month":
        asked = asked.replace(day=1)
    since = ("requested_on", asked)
    last = (
        _month_end(row.decided_on)
        if row.decided_precision == "month"
        else row.decided_on
    )
    yield from _before(place, ("decided_on", last), since, file)
    yield from _before(place, ("decided_public_on", row.decided_public_on), since, file)
    yield from _before(place, ("observation_end", row.observation_end), since, file)


def _month_end(date: dt.date | None) -> dt.date | None:
    if date is None:
        return None
    return date.replace(day=calendar.monthrange(date.year, date.month)[1])
