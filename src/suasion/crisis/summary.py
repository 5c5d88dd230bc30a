"""The table of estimates as text, as statisticians expect it."""

from __future__ import annotations

import textwrap

from suasion.crisis.fit_record import CrisisFit

__all__ = ["summary"]

_KIND = {
    "information": "observed information",
    "robust": "robust",
    "bootstrap": "bootstrap",
}
_ERRORS = {"agent": "agent error", "private": "private information"}


def summary(fit: CrisisFit, level: float) -> str:
    """Write a fit as a table with what is needed to read it."""
    ends = fit.interval(level)
    tail = (1.0 - level) / 2.0
    width = max(len("term"), *(len(name) for name in fit.names))
    low, high = f"[{tail:.3g}", f"{1.0 - tail:.3g}]"
    header = f"{'term':<{width}}  {'coef':>9} {'s.e.':>9} {'z':>8} {'P>|z|':>7}"
    header += f" {low:>9} {high:>9}"
    table = [
        f"{name:<{width}}  {_number(value)} {_number(error)} {z:8.3f} {p:7.3f}"
        f" {_number(interval[0])} {_number(interval[1])}"
        for name, value, error, z, p, interval in zip(
            fit.names,
            fit.coefficients,
            fit.standard_errors,
            fit.z,
            fit.p_values,
            ends,
            strict=True,
        )
    ]
    rule = "─" * len(header)
    unit = "standard deviation" if fit.link == "probit" else "scale"
    told = [
        f"Strategic {fit.link}, game {fit.game!r}, {_ERRORS[fit.errors]}",
        *_columns(_facts(fit), len(header)),
        rule,
        header,
        rule,
        *table,
        rule,
        *(
            textwrap.fill(text, max(len(header), 76), subsequent_indent="  ")
            for text in (
                f"Utilities are in units of one error ({unit} 1).",
                f"Standard errors: {_said(fit)}.",
                *(f"Note: {note}" for note in fit.notes),
            )
        ),
    ]
    return "\n".join(line.rstrip() for line in told)


def _number(value: float) -> str:
    plain = value == 0.0 or 0.0005 <= abs(value) < 1000.0
    return f"{value:9.4f}" if plain else f"{value:9.2e}"


def _facts(fit: CrisisFit) -> list[tuple[str, str]]:
    outcomes = ", ".join(f"{word} {count}" for word, count in fit.outcomes.items())
    dropped = f" ({fit.dropped} dropped)" if fit.dropped else ""
    return [
        ("Outcome", fit.outcome),
        ("Log-likelihood", f"{fit.log_likelihood:.3f}"),
        ("Rows", f"{fit.rows}{dropped}"),
        ("Of shares alone", f"{fit.null_log_likelihood:.3f}"),
        ("Coefficients", f"{len(fit.names)}"),
        ("McFadden's R²", f"{fit.pseudo_r2:.4f}"),
        ("Converged", f"{'yes' if fit.converged else 'NO'}, slope {fit.slope:.0e}"),
        ("AIC", f"{fit.aic:.3f}"),
        ("Starts", f"{fit.agreeing} of {fit.starts} agree"),
        ("BIC", f"{fit.bic:.3f}"),
        ("Outcomes", outcomes),
    ]


def _columns(facts: list[tuple[str, str]], width: int) -> list[str]:
    """Set facts in two columns; the last one has a line to itself."""
    half = max(width // 2, 36)
    cells = [f"{name + ':':<17}{value}" for name, value in facts]
    pairs = [
        f"{left:<{half}}{right}"
        for left, right in zip(cells[:-1:2], cells[1::2], strict=True)
    ]
    return [*pairs, cells[-1]]


def _said(fit: CrisisFit) -> str:
    told = _KIND[fit.covariance_kind]
    if fit.clusters is not None:
        told += f", {fit.clusters} clusters by {fit.cluster}"
    if fit.covariance_kind == "bootstrap":
        told += f", {fit.replications} replications, seed {fit.seed}"
    if fit.correction != "none":
        told += f", times {fit.correction}"
    return told
