"""A small valid case, written to a folder of its own for each test."""

from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest

from suasion.case import Case
from suasion.casefile import load
from suasion.visibility import visible
from suasion.window.covariate import Request
from suasion.window.fitting import Fitted, fit_candidates
from suasion.window.reference_class import ReferenceClass

hypothesis.settings.register_profile("suasion", derandomize=True, deadline=None)
hypothesis.settings.load_profile("suasion")

FILES = {
    "case.toml": """\
title = "Will Ruritania open the pass?"

[question]
text = "Will Ruritania open the pass before the snow?"
kind = "approval"
gatekeeper = "RU"
requested_on = 2030-03-01
as_of = 2030-06-01
by = 2030-10-31

[[issues]]
id = "pass"
name = "What may cross the pass"
low = 0
high = 100
status_quo = 10
threshold = 60
landmarks = [{ at = 0, label = "closed" }, { at = 100, label = "open to all" }]

[rule]
type = "all_of"
rules = [
  { type = "gatekeeper", actor = "RU" },
  { type = "weighted_majority", weights = { RU = 2, "Grand Fenwick" = 1 } },
]

[[options]]
id = "convoy"
name = "Convoys under escort"
position = 70
needs = ["road"]
asks = ["RU"]

[[requirements]]
id = "road"
name = "A cleared road"
any_of = ["ploughs"]
needs = ["fuel"]

[[requirements]]
id = "fuel"
name = "Fuel for the ploughs"
any_of = ["depot"]

[[resources]]
id = "ploughs"
name = "Snow ploughs"
holders = ["RU", "Grand Fenwick"]
available_from = 2030-01-01
available_until = 2030-12-31

[[resources]]
id = "depot"
name = "The depot"
holders = ["Borduria"]
evidence = ["e2"]

[[calendar]]
id = "election"
title = "Election in Ruritania"
date = 2030-09-15
known_on = 2030-01-10
kind = "succession"
starts = ["Borduria"]
changes = [{ actor = "RU", head = "Black Michael", position = "20|30|50" }]

[[blocs]]
name = "neighbours"
actors = ["Grand Fenwick", "Borduria"]
correlation = 0.5

[window]
public_no = [2030-04-02]
""",
    "actors.csv": """\
actor,code,role,capability,position,salience,evidence
Ruritania,RU,gatekeeper,60,20|30|45,0.8,position:e1; salience:e1
Grand Fenwick,,sponsor,20,90,0.6|0.8|0.9,e1
Borduria,,opponent,40,0,0,
""",
    "evidence.csv": """\
id,source,claim,attribution,hedge,supports
e1,s1,"The king said ""not yet"", twice",the palace,reported,\
actors.RU.position; issue.pass.status_quo; rule; window.public_no
e2,s1,The depot is full,,none,resources.depot; calendar.election
""",
    "sources.csv": """\
id,title,outlet,published_on
s1,The pass stays shut,Strelsau Courier,2030-04-03
""",
    "precedents.csv": """\
id,gatekeeper_country,requested_on,requested_precision,requested_alt,decided_on,outcome,\
observation_end,governments_for,public_no,sponsors
p1,Ruritania,2026-05,,2026-03-02 (a letter),2026-05-02,approved,,Borduria; Syldavia,,x
p2,Ruritania,2027-01-10,day,,,pending,2027-08-01,,2027-02-01; 2027-03-01,y
""",
    "outcome.toml": """\
answer = "no"
date = 2030-11-01
source = "Strelsau Courier"
""",
}


@pytest.fixture
def case_folder(tmp_path: Path) -> Callable[..., Path]:
    """Write the case, with pieces of text replaced: `(file, old, new)`."""

    def write(*edits: tuple[str, str, str], without: tuple[str, ...] = ()) -> Path:
        folder = tmp_path / "pass"
        folder.mkdir(exist_ok=True)
        texts = dict(FILES)
        for file, old, new in edits:
            assert old in texts[file], f"nothing to replace: {old}"
            texts[file] = texts[file].replace(old, new, 1)
        for file in texts.keys() - {*without}:
            (folder / file).write_text(texts[file], encoding="utf-8")
        return folder

    return write


@pytest.fixture(scope="session")
def deep_strikes() -> Case:
    """The reference case, with everything that became known later."""
    return load("deep-strikes")


@pytest.fixture(scope="session")
def deep_strikes_fit(deep_strikes: Case) -> Fitted:
    """Its fit as of its own date: seconds the first time, then kept by the cache."""
    on = deep_strikes.question.as_of
    assert on is not None
    view = visible(deep_strikes, on)
    reference = ReferenceClass.of_precedents(view.precedents, on)
    return fit_candidates(reference, Request.of_case(view, on))
