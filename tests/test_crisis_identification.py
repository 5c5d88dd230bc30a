"""Strategic models that cannot be estimated as asked, and bad input: said by name."""

import numpy as np
import pytest

from disputes import UTILITIES, drawn
from suasion.crisis import EstimationError, fit, probabilities, simulate

IDENTIFICATION = [
    (
        {"U1(concede)": "1 + a"},
        r"U1\(sq\): 1, U1\(concede\): 1, U1\(fight\): 1 cannot be told apart: only diff",
    ),
    (
        {"U1(concede)": "x", "U1(fight)": "x"},
        r"U1\(sq\): x, U1\(concede\): x, U1\(fight\): x cannot .* leave it out of one",
    ),
    ({"U1(fight)": "1 + w + I(3 * w)"}, r"U1\(fight\): w, .*\* w\) are collinear"),
    ({"U2(fight)": "1 + nil"}, r"player 2: the term U2\(fight\): nil is zero"),
    (
        {"U1(sq)": "x", "U1(concede)": "1", "U2(fight)": "1"},
        r"flat at its maximum.*do not tell apart U1\(concede\): 1, U1\(fight\): 1;",
    ),
    ({"U2(fight)": "1 + z + told"}, r"player 2: separation: U2\(fight\): told tells"),
    ({"U2(fight)": "1 + z + quasi"}, r"player 2: separation: U2\(fight\): quasi tells"),
    ({"U1(sq)": "1 + x + kept"}, r"player 1: separation: U1\(sq\): kept tells what"),
]


@pytest.mark.parametrize(("change", "message"), IDENTIFICATION)
def test_what_is_not_identified_is_refused_by_name(change, message: str) -> None:
    data = drawn(600)
    fights = data["y"] == "fight"
    data["nil"] = np.zeros(600)
    data["told"] = np.where(fights, 1.0, -1.0)
    data["quasi"] = fights * (data["w"] > 1.0)
    data["kept"] = (data["y"] == "sq") * (data["a"] > 1.0)
    if "U1(concede)" in change and "U2(fight)" in change:
        change = {**change, "U1(fight)": "1"}
    with pytest.raises(EstimationError, match=message):
        fit(data, outcome="y", utilities={**UTILITIES["three"], **change})


@pytest.mark.parametrize(
    ("when", "where", "message"),
    [
        ("fight", "U2(fight)", r"player 2: separation: U2\(fight\): told tells what"),
        ("sq", "U1(sq)", r"player 1: separation: U1\(sq\): told tells what it does"),
        ("sq", "U2(fight)", r"flat at its maximum.*say nothing of U2\(fight\): told"),
    ],
)
def test_separation_where_expectations_matter(when, where, message: str) -> None:
    data = drawn(600, "four")
    data["told"] = (data["y"] == when) * (data["a"] > 0.8)
    utilities = {**UTILITIES["four"]}
    utilities[where] += " + told"
    with pytest.raises(EstimationError, match=message):
        fit(data, outcome="y", utilities=utilities, game="four", starts=2)


BAD = [
    ({"utilities": {"U1(figt)": "x"}}, r"U1\(figt\).*did you mean 'U1\(fight\)'"),
    ({"utilities": {"U2(sq)": "x"}}, "player 2 is asked only after sq is ruled out"),
    ({"utilities": {"U1(back)": "x"}}, r"U1\(back\): a utility is named by player"),
    ({"utilities": {"U1(fight)": "x"}}, "no utility of player 2 has a term"),
    ({"utilities": {"U1(fight)": "x +"}}, "cannot be read as a formula"),
    ({"utilities": {"U1(fight)": "y ~ x"}}, "has a left side"),
    ({"utilities": {"U1(fight)": 3}}, "found 3; a formula is text"),
    ({"change": {"U1(fight)": "log(x)"}}, r"the term log\(x\) is nan in row"),
    ({"change": {"U1(fight)": "xx"}}, "no column 'xx'; did you mean 'x'"),
    ({"change": {"U1(fight)": "y"}}, "uses the outcome 'y' to explain itself"),
    ({"change": {"U1(fight)": "gap"}}, r"1 of 300 rows lack a value \(gap 1\).*row 4"),
    (
        {"change": {"U1(fight)": "far"}},
        "'far', row 7 counted from 0: found an infinite",
    ),
    ({"change": {"U1(fight)": "short"}}, "all need the same number"),
    ({"change": {"U1(fight)": "words"}}, "numbers are written as text"),
    ({"outcome": "nil"}, "an outcome is one of 'sq', 'concede', 'fight'"),
    ({"codes": {"sq": "sq"}}, "it says for each outcome of the game"),
    ({"codes": {"sq": "sq", "concede": "sq", "fight": "x"}}, "two outcomes one value"),
    ({"game": "four"}, "'back' never happens in 300 rows"),
    ({"errors": "private", "link": "logit"}, "has no closed form"),
    ({"cluster": "nil"}, "all 300 rows are of one cluster"),
    ({"game": "five"}, "game is 'five'; it is one of three, four"),
    ({"link": "cloglog"}, "link is 'cloglog'"),
    ({"missing": "omit"}, 'missing is \'omit\'; it is "raise" or "drop"'),
    ({"covariance": "hac"}, "covariance is 'hac'"),
    ({"covariance": "information", "cluster": "nil"}, "cluster= would change nothing"),
    ({"starts": 0}, "starts is 0; it lies between 1 and 1000"),
    ({"replications": 2.5}, "replications is 2.5; a whole number"),
    ({"seed": -1}, "seed is -1"),
]


@pytest.mark.parametrize(("how", "message"), BAD)
def test_bad_input_is_answered_with_the_rule_and_the_cure(how, message: str) -> None:
    data = drawn(300)
    data["gap"] = np.where(np.arange(300) == 4, np.nan, data["x"])
    data["far"] = np.where(np.arange(300) == 7, np.inf, data["x"])
    data["short"] = data["x"][1:]
    data["words"] = data["x"].astype(str)
    data["nil"] = np.zeros(300)
    how = dict(how)
    utilities = {**UTILITIES["three"], **how.pop("change", {})}
    asked = {"outcome": "y", "utilities": utilities, **how}
    with pytest.raises((EstimationError, ValueError), match=message):
        fit(data, **asked)


def test_bad_questions_to_a_fit() -> None:
    data = drawn(300)
    data["who"] = np.where(data["x"] > 0.3, "ally", "rival")
    utilities = {**UTILITIES["three"], "U2(fight)": "1 + z + who"}
    result = fit(data, outcome="y", utilities=utilities)
    new = {"x": [0.0], "a": [0.0], "w": [0.0], "z": [0.0], "who": ["stranger"]}
    with pytest.raises(EstimationError, match=r"1 \+ z \+ who.*stranger"):
        result.predict(new)
    with pytest.raises(EstimationError, match="no column 'who'"):
        result.predict({"x": [0.0], "a": [0.0], "w": [0.0], "z": [0.0]})
    with pytest.raises(EstimationError, match="no formula uses 'whom'; did you mean"):
        result.profile("whom")
    with pytest.raises(EstimationError, match="no row has who 'stranger'"):
        result.profile("who", ["stranger"])
    with pytest.raises(ValueError, match="level is 95"):
        result.predict(level=95)
    with pytest.raises(ValueError, match="draws is 3"):
        result.predict(interval="simulated", draws=3)
    read = type(result).model_validate(result.model_dump())
    assert read == result
    with pytest.raises(EstimationError, match="read from a file"):
        read.predict()
    with pytest.raises(EstimationError, match=r"none is given for U1\(sq\): x"):
        probabilities(data, {"U1(sq)": "x", "U2(fight)": "1"}, {"U2(fight): 1": 1})
    with pytest.raises(EstimationError, match="there is no term 'U2"):
        simulate(data, {"U1(sq)": "x", "U2(fight)": "1"}, {"U2(fight)": 1})
