"""The forecast in words: what the answer is, why, and what is assumed.

Every number in a sentence is a number of the forecast, rounded. Terminal, report and
`Forecast.explain` say the same because they all take their sentences from here.
"""

from __future__ import annotations

import datetime as dt
import html
import math
from collections.abc import Sequence

from suasion.forecast_record import ActorSummary, Forecast, ModelAnswer
from suasion.rule import describe, with_article
from suasion.track_record import track_record as tried
from suasion.veto import answers_yes

__all__ = [
    "MODEL_NOTES",
    "as_html",
    "assumed",
    "camp",
    "candidate_name",
    "comparison_rows",
    "day",
    "decides",
    "explain",
    "headline",
    "listed",
    "model_label",
    "number",
    "paragraphs",
    "percent",
    "points",
    "pressed",
    "record_line",
    "reference_class",
    "track_record",
    "verdict",
]

MODEL_NOTES = {
    "forecast": "ledger and assumptions together: the answer",
    "ledger": "the candidates weighed by their record, without the assumptions",
    "base rate": "constant hazard of all precedents, nothing else",
    "candidate": "one hazard model alone",
    "structural": "share of draws in which bargaining carries the gatekeeper to yes",
    "position": "outcome on the scale",
}


_MODEL_NAMES = {
    "mean": "compromise (weighted mean)",
    "median": "weighted median",
    "nash": "Nash bargaining",
    "challenge": "expected-utility challenges",
    "spatial": "spatial bargaining",
    "exchange": "exchange of positions",
    "procedure": "procedure",
}


def percent(p: float) -> str:
    """Write a probability as a reader does; the ends are never rounded to certainty.

    Examples
    --------
    >>> percent(0.1734), percent(0.004), percent(0.9973), percent(0.0)
    ('17%', 'under 1%', 'over 99%', '0%')
    """
    if p in (0.0, 1.0):
        return f"{p:.0%}"
    if p < 0.01:
        return "under 1%"
    if p > 0.99:
        return "over 99%"
    return f"{p:.0%}"


def points(difference: float) -> str:
    """Write a difference of probabilities in percentage points, with its sign.

    Examples
    --------
    >>> points(0.061), points(-0.002)
    ('+6 points', 'under 1 point')
    """
    rounded = round(100.0 * difference)
    if rounded == 0:
        return "under 1 point"
    plural = "" if abs(rounded) == 1 else "s"
    return f"{rounded:+d} point{plural}".replace("-", "−")


def number(value: float) -> str:
    """Write a number on a scale with three significant digits, without an exponent."""
    digits = max(0, 2 - math.floor(math.log10(abs(value)))) if value else 0
    return f"{value:.{min(digits, 6)}f}"


def day(date: dt.date) -> str:
    """Write a date for a reader.

    Examples
    --------
    >>> day(dt.date(2025, 1, 20))
    '20 January 2025'
    """
    return f"{date.day} {date:%B %Y}"


def listed(names: Sequence[str]) -> str:
    """Join names with commas and a final *and*; nobody is "nobody".

    Examples
    --------
    >>> listed(["France", "Poland", "Spain"])
    'France, Poland and Spain'
    """
    if not names:
        return "nobody"
    if len(names) == 1:
        return names[0]
    return ", ".join(names[:-1]) + " and " + names[-1]


def verdict(forecast: Forecast) -> str:
    """Return the answer in the fewest words: "16%", or "7.39 years"."""
    if forecast.is_approval:
        return percent(forecast.probability)
    unit = forecast.case.issues[0].unit
    return f"{number(forecast.position)} {unit}".strip()


def headline(forecast: Forecast) -> str:
    """Return the answer as a sentence, with its interval."""
    low, high = forecast.interval(0.8)
    if forecast.is_approval:
        assert forecast.by is not None
        who = with_article(forecast.case.question.gatekeeper or "")
        return (
            f"{percent(forecast.probability)} that {who} says yes by "
            f"{day(forecast.by)} (80% interval {percent(low)} to {percent(high)}), "
            f"as of {day(forecast.as_of)}."
        )
    issue = forecast.case.issues[0]
    where = f"{verdict(forecast)} on the scale “{issue.name}”"
    if low == high:
        spread = "no input is marked uncertain, so the answer has no interval"
    else:
        spread = f"80% interval {number(low)} to {number(high)}"
    return f"{where} ({spread}), as of {day(forecast.as_of)}."


def comparison_rows(
    forecast: Forecast,
) -> list[tuple[ModelAnswer, str, str, str]]:
    """Return the models with label, value and 80 % interval in words, in reading order."""
    order = ["forecast", "ledger", "base rate", "candidate", "structural", "position"]
    rows = []
    for answer in sorted(forecast.models, key=lambda item: order.index(item.kind)):
        if answer.kind == "position":
            names = {issue.id: issue.name for issue in forecast.case.issues}
            label = _MODEL_NAMES.get(answer.name, answer.name)
            if len(names) > 1:
                label += f": {names[answer.issue]}"
        else:
            label = model_label(answer.name, answer.kind)
        write = number if answer.kind == "position" else percent
        interval = ""
        if answer.low is not None and answer.high is not None:
            interval = f"{write(answer.low)} to {write(answer.high)}"
            if answer.low == answer.high:
                interval = "the same in all draws"
        rows.append((answer, label, write(answer.value), interval))
    return rows


def candidate_name(name: str) -> str:
    """Write a candidate's name for a reader.

    Examples
    --------
    >>> candidate_name("weibull, covariates, gatekeepers")
    'Weibull + covariates + gatekeepers'
    """
    baseline, *extras = name.split(", ")
    if baseline in ("gompertz", "weibull"):
        baseline = baseline.capitalize()
    return " + ".join([baseline, *extras])


def model_label(name: str, kind: str) -> str:
    """Write a model's name for a reader, by the kind of its answer.

    Examples
    --------
    >>> model_label("constant", "base rate"), model_label("nash", "structural")
    ('base rate (constant hazard)', 'bargaining only: nash')
    """
    match kind:
        case "forecast":
            return "forecast"
        case "ledger":
            return "without assumptions"
        case "base rate":
            return "base rate (constant hazard)"
        case "structural":
            return f"bargaining only: {name}"
        case _:
            return candidate_name(name)


def camp(forecast: Forecast, public: str) -> tuple[ActorSummary, ...]:
    """Return the present actors other than the gatekeeper with a public stance."""
    return tuple(
        actor
        for actor in forecast.actors
        if actor.present
        and actor.public == public
        and actor.name != forecast.case.question.gatekeeper
    )


def decides(forecast: Forecast) -> list[str]:
    """Return sentences on who decides, and who holds a veto by which requirement.

    Only options that would answer the question with yes are spoken of.
    """
    case = forecast.case
    sentences = []
    if case.rule is not None:
        sentences.append(f"Decision rule: {describe(case.rule, case)}.")
    names = {
        option.id: option.name for option in case.options if answers_yes(case, option)
    }
    held: dict[str, dict[str, list[str]]] = {}
    for veto in forecast.vetoes:
        if veto.by == "requirement" and veto.requirement and veto.option in names:
            reason = veto.reason.partition(": ")[2] or veto.reason
            options = held.setdefault(veto.actor, {}).setdefault(reason, [])
            options.append(names[veto.option])
    for actor, reasons in held.items():
        parts = [
            reason
            if len(options) == len(names)
            else f"{reason} (for {listed([f'“{option}”' for option in options])})"
            for reason, options in reasons.items()
        ]
        who = _capital(with_article(actor))
        sentences.append(f"{who} can block by what it holds: {'; '.join(parts)}.")
    return sentences


def pressed(forecast: Forecast) -> list[str]:
    """Return sentences on the coalition, the pressure and the gatekeeper's stance."""
    if not forecast.is_approval:
        return []
    sentences = []
    sides = []
    for stance, word in (("for", "in favour"), ("against", "against")):
        if members := camp(forecast, stance):
            share = sum(actor.share_of_power for actor in members)
            names = listed([actor.name for actor in members])
            sides.append(
                f"publicly {word}: {names} ({percent(share)} of all effective power)"
            )
    said = "; ".join(sides) or "nobody else has taken a public stance"
    sentences.append(f"{_capital(said)}.")
    if forecast.net_pressure is not None:
        low, middle, high = (0.5 + value for value in forecast.net_pressure)
        sentences.append(
            f"Weighing everybody but the gatekeeper by capability and salience, "
            f"{percent(middle)} of the support leans to yes "
            f"(80% interval {percent(low)} to {percent(high)})."
        )
    if forecast.own_stance is not None:
        low, middle, high = (0.5 + value for value in forecast.own_stance)
        who = with_article(forecast.case.question.gatekeeper or "")
        sentences.append(
            f"By itself {who} stands {percent(middle)} of the way from the status quo to "
            f"yes (80% interval {percent(low)} to {percent(high)})."
        )
    return sentences


def reference_class(forecast: Forecast) -> str:
    """Return a sentence on the precedents that the hazard rests on."""
    table = forecast.comparison
    if table is None:
        return ""
    return (
        f"Reference class: {table.rows} earlier requests in {table.dossiers} dossiers, "
        f"{table.approvals} approved, {table.days_at_risk:,.0f} days of waiting in all."
    )


def record_line(forecast: Forecast) -> str:
    """Say whether any candidate beats the base rate on dossiers left out."""
    table = forecast.comparison
    if table is None or not table.lines:
        return "The models could not be compared: too few dossiers."
    better = [line for line in table.lines if line.difference < 0.0]
    clear = [line for line in better if line.difference + 2.0 * line.error < 0.0]
    if clear:
        names = listed([candidate_name(line.candidate) for line in clear])
        return f"On dossiers left out, clearly better than the base rate: {names}."
    if better:
        best = min(better, key=lambda line: line.difference)
        return (
            "On dossiers left out no model beats the base rate by more than chance would; "
            f"the nearest is {candidate_name(best.candidate)} "
            f"(log score {best.difference:+.3f}, standard error {best.error:.3f})."
        ).replace("-0.", "−0.")
    return "On dossiers left out the base rate beats every other model."


def assumed(forecast: Forecast) -> list[str]:
    """Return the assumptions, each a sentence or two, with its effect where known."""
    sentences = []
    for item in forecast.assumptions:
        text = item.text
        if item.effect is not None:
            without = forecast.probability + item.effect
            text += (
                f" Without them the answer is {percent(without)} "
                f"({points(item.effect)})."
            )
        sentences.append(text)
    count = len(forecast.judgements)
    total = 3 * len(forecast.actors)
    if count:
        sentences.append(
            f"{'All' if count == total else f'{count} of'} {total} coded numbers of actors "
            "cite no evidence: they are judgement, and marked so."
        )
    return sentences


def track_record(forecast: Forecast) -> str:
    """Return the line on how good these models have been."""
    found = tried()
    kind = found.whether if forecast.is_approval else found.where
    score, yardstick = f"{kind.score:.3f}", f"{kind.yardstick:.3f}"
    than = (
        "as good as"
        if score == yardstick
        else f"{'better' if kind.score < kind.yardstick else 'worse'} than"
    )
    if forecast.is_approval:
        said = f"the forecast has a Brier score of {score}, {than} saying one half each"
        said += f" time ({yardstick})"
    else:
        said = f"the weighted mean is off by {score} of the scale (CRPS), {than} its"
        said += f" middle ({yardstick})"
    return (
        "Track record: no forecast of these models has been scored on a case that was "
        f"open when it was made. Tried afterwards on {kind.cases} resolved cases, "
        f"{said}; the cases were coded after the fact."
    )


def explain(forecast: Forecast) -> str:
    """Return the forecast in a few paragraphs of plain text."""
    paragraphs = [f"{forecast.case.question.text}\n\n{headline(forecast)}"]
    if forecast.is_approval:
        ledger = next(item for item in forecast.models if item.kind == "ledger")
        base = next(item for item in forecast.models if item.kind == "base rate")
        paragraphs.append(
            f"Compared with what: the base rate of earlier requests is "
            f"{percent(base.value)}, the ledger of precedents alone says "
            f"{percent(ledger.value)}. {reference_class(forecast)} "
            f"{record_line(forecast)}"
        )
    else:
        rows = [f"{label} {value}" for _, label, value, _ in comparison_rows(forecast)]
        paragraphs.append(f"Compared with what: {listed(rows)}.")
    why = [*decides(forecast), *pressed(forecast)]
    if why:
        paragraphs.append("Why: " + " ".join(why))
    paragraphs.append("Assumed: " + " ".join(assumed(forecast)))
    paragraphs.append(track_record(forecast))
    return "\n\n".join(paragraphs)


def as_html(forecast: Forecast) -> str:
    """Return a small table for notebooks."""
    rows = "".join(
        f"<tr><td>{html.escape(label)}</td><td>{html.escape(value)}</td>"
        f"<td>{html.escape(interval)}</td></tr>"
        for _, label, value, interval in comparison_rows(forecast)
    )
    return (
        f"<p><strong>{html.escape(forecast.case.question.text)}</strong></p>"
        f"<p>{html.escape(headline(forecast))}</p>"
        "<table><thead><tr><th>model</th><th>answer</th><th>80% interval</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def paragraphs(question: str, sentences: Sequence[str]) -> str:
    """Return a question and sentences about it, for notebooks.

    Examples
    --------
    >>> paragraphs("Will it rain?", ["In A & B."])
    '<p><strong>Will it rain?</strong></p><p>In A &amp; B.</p>'
    """
    said = "".join(f"<p>{html.escape(sentence)}</p>" for sentence in sentences)
    return f"<p><strong>{html.escape(question)}</strong></p>{said}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
