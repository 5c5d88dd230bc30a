"""What is broken, and what its author is told: place, value, rule and cure."""

# ruff: noqa: E501, RUF043 (one broken case a line; a point in a pattern is a point)

import pytest

from suasion.casefile import load
from suasion.problem import CaseError

TOML = "case.toml"
ACTORS = "actors.csv"
EVIDENCE = "evidence.csv"
LEDGER = "precedents.csv"
CHANGE = 'head = "Black Michael", position = "20|30|50"'

BROKEN = {
    # syntax
    "date": (TOML, "by = 2030-10-31", "by = 2030-02-30", "line 9: found 'by = 2030-02-30'; a date is a day of the calendar .*; write it like 2024-11-11"),
    "text date": (TOML, "by = 2030-10-31", 'by = "2030-02-30"', "question, by: found '2030-02-30'; a date is a day of the calendar .* like"),
    "time": (TOML, "by = 2030-10-31", "by = 2030-10-31T12:00:00", "question, by: .* a date has no time of day; write"),
    "number date": (TOML, "by = 2030-10-31", "by = 20301031", "question, by: found '20301031'; a date is a day of the cal"),
    "quotes": (TOML, 'gatekeeper = "RU"', "gatekeeper = RU", r"line 6: found 'gatekeeper = RU'; this is not TOML .*; text stands in double q"),
    "twice": (TOML, "[rule]", "[question]", r"a key or table is given twice; keep one"),
    "nesting": (TOML, "low = 0", "low = " + "[" * 100_000, "nested too deeply; check for brackets"),
    "digits": (TOML, "low = 0", "low = " + "9" * 5000, "case.toml: this is not TOML"),
    "huge": (TOML, "status_quo = 10", "status_quo = 1" + "0" * 400, "issues.pass, status_quo: .* is not a number"),
    # keys and types
    "key": (TOML, "gatekeeper =", "gatekeper =", r"question, gatekeper: found 'gatekeper'; there is no such key here; did you mean 'gatekeeper'\?"),
    "table": (TOML, "[[blocs]]", "[[bloc]]", r"case.toml, bloc: found 'bloc'; .* did you mean 'blocs'\?"),
    "nested key": (TOML, 'head = "', 'hed = "', r"calendar.election.changes.RU, hed: .* mean 'head'\?"),
    "rule key": (TOML, '"gatekeeper", actor', '"gatekeeper", acktor', r"rule.rules\[1\], acktor: .* mean 'actor'\?"),
    "rule type": (TOML, 'type = "gatekeeper"', 'type = "gatekeper"', r"rule.rules\[1\]: found 'gatekeper'; .* one of .*; did you mean 'gatekeeper'\?"),
    "no rule type": (TOML, 'type = "all_of"', "", r"rule: .* a rule says what it is; add a type"),
    "missing": (TOML, 'text = "Will Ruritania open the pass before the snow?"', "", "case.toml, question, text: text is needed; add text"),
    "empty": (TOML, 'title = "Will Ruritania open the pass?"', 'title = ""', "case.toml, title: found ''; this may not be empty; write"),
    "choice": (TOML, '"succession"', '"succezsion"', r"calendar.election, kind: found 'succezsion'; this must be one of .*; did you mean 'succession'\?"),
    "text": (TOML, 'name = "The depot"', "name = 5", "resources.depot, name: found '5'; text is needed here; write it in double quotes"),
    "list": (TOML, 'any_of = ["depot"]', 'any_of = "depot"', "requirements.fuel, any_of: .* a list is needed here; put it in square"),
    "number": (TOML, "correlation = 0.5", 'correlation = "half"', "blocs.neighbours, correlation: found 'half'; a number is needed"),
    "range": (TOML, "correlation = 0.5", "correlation = 1.5", "blocs.neighbours, correlation: found '1.5'; a number of at most 1 is needed"),
    "above": (TOML, "[window]", "[window]\ndays_per_round = 0", "window, days_per_round: found '0'; a number above 0 is needed"),
    "nan": (TOML, "high = 100", "high = nan", "issues.pass, high: found 'nan'; a number must be finite; leave out"),
    "infinite": (TOML, "threshold = 60", "threshold = inf", "issues.pass, threshold: found 'inf'; a number must be finite"),
    "nan in a table": (TOML, "status_quo = 10", "status_quo = { low = 1, mode = nan, high = 3 }", "issues.pass, status_quo: .* a number must be finite"),
    "too few": (TOML, '["Grand Fenwick", "Borduria"]\ncorr', '["Borduria"]\ncorr', "blocs.neighbours, actors: .* at least 2 of these are needed"),
    "falling": (TOML, '"20|30|50"', '"50|30|20"', r"changes.RU, position: found '50\|30\|20'; low\|mode\|high must rise; put the smallest"),
    "pair": (TOML, '"20|30|50"', '"20|30"', r"changes.RU, position: found '20\|30'; an uncertain number is one number or three"),
    "no issue": (TOML, '[[issues]]\nid = "pass"', '[[issues]]\nid = 7', "issues.*id: found '7'; text is needed"),
    # the question and its scale
    "no gatekeeper": (TOML, 'gatekeeper = "RU"\n', "", "question, gatekeeper: a question of approval needs gatekeeper; add the actor"),
    "no request": (TOML, "requested_on = 2030-03-01\n", "", "question, requested_on: a question of approval needs requested_on; add"),
    "no deadline": (TOML, "by = 2030-10-31\n", "", "question, by: a question of approval needs by; add the last date"),
    "no threshold": (TOML, "threshold = 60\n", "", "issues.pass, threshold: a question of approval needs an issue with threshold"),
    "no status quo": (TOML, "status_quo = 10\n", "", "issues.pass, status_quo: a question of approval needs an issue with"),
    "deadline first": (TOML, "by = 2030-10-31", "by = 2029-10-31", "question, by: found '2029-10-31'; by cannot be before requested_on, 2030-03-01; corr"),
    "as of late": (TOML, "as_of = 2030-06-01", "as_of = 2030-11-01", "question, by: found '2030-10-31'; by cannot be before as_of, 2030-11-01"),
    "as of early": (TOML, "as_of = 2030-06-01", "as_of = 2030-02-01", "question, as_of: found '2030-02-01'; as_of cannot be before requested_on"),
    "scale": (TOML, "low = 0\nhigh = 100", "low = 100\nhigh = 0", "issues.pass, low: found '100'; a scale rises from low to high, here to 0; exch"),
    "quo outside": (TOML, "status_quo = 10", "status_quo = -10", "issues.pass, status_quo: found '-10'; the scale of pass runs from 0 to 100; corr"),
    "threshold outside": (TOML, "threshold = 60", "threshold = 160", "issues.pass, threshold: found '160'; the scale of pass runs"),
    "landmark outside": (TOML, "at = 100, label", "at = 101, label", "issues.pass, landmarks.open to all: found '101'; the scale"),
    "threshold is quo": (TOML, "threshold = 60", "threshold = 10", "issues.pass, threshold: found '10'; the threshold differs from the status quo, 10;"),
    "option outside": (TOML, "position = 70", "position = 700", "options.convoy, position: found '700'; the scale of pass runs"),
    # names
    "gatekeeper": (TOML, 'gatekeeper = "RU"', 'gatekeeper = "Rurritania"', r"question, gatekeeper: found 'Rurritania'; there is no such actor in actors.csv; did you mean 'Ruritania'\?"),
    "rule actor": (TOML, 'actor = "RU" },\n', 'actor = "XX" },\n', r"rule.rules\[1\], actor: found 'XX'; .*; use one of Ruritania, Grand Fenwick, B"),
    "weights": (TOML, "{ RU = 2", "{ RO = 2", r"rule.rules\[2\], weights: found 'RO'; there is no such actor"),
    "holder": (TOML, 'holders = ["Borduria"]', 'holders = ["borduria"]', r"resources.depot, holders: found 'borduria'; .* mean 'Borduria'\?"),
    "asks": (TOML, 'asks = ["RU"]', 'asks = ["UR"]', "options.convoy, asks: found 'UR'; there is no such actor"),
    "starts": (TOML, 'starts = ["Borduria"]', 'starts = ["Burdoria"]', r"calendar.election, starts: found 'Burdoria'; .* mean 'Borduria'\?"),
    "ends": (TOML, 'starts = ["Borduria"]', 'ends = ["Nobody"]', "calendar.election, ends: found 'Nobody'; there is no such actor"),
    "changes": (TOML, '[{ actor = "RU", ', '[{ actor = "Zenda", ', "calendar.election.changes.Zenda, actor: found 'Zenda'; there is no such actor"),
    "bloc": (TOML, '["Grand Fenwick", "Borduria"]\ncorr', '["Grand Fenwik", "Borduria"]\ncorr', r"blocs.neighbours, actors: found 'Grand Fenwik'; .* mean 'Grand Fenwick'\?"),
    "resource": (TOML, 'any_of = ["depot"]', 'any_of = ["depott"]', r"requirements.fuel, any_of: found 'depott'; there is no such resource in case.toml; did you mean 'depot'\?"),
    "requirement": (TOML, 'needs = ["road"]', 'needs = ["rod"]', r"options.convoy, needs: found 'rod'; there is no such requirement in case.toml; did"),
    "evidence": (TOML, 'evidence = ["e2"]', 'evidence = ["e3"]', r"resources.depot, evidence: found 'e3'; there is no such evidence in evidence.csv"),
    "named twice": (TOML, '["RU", "Grand Fenwick"]', '["RU", "Ruritania"]', "resources.ploughs, holders: found 'Ruritania'; it is named twice; name it once"),
    "weighed twice": (TOML, "{ RU = 2", "{ RU = 2, Ruritania = 1", r"rule.rules\[2\], weights: found 'Ruritania'; it is named twice"),
    "id twice": (TOML, 'id = "fuel"', 'id = "road"', "requirements.road, id: found 'road'; this id is taken by requirements.road"),
    "id mark": (TOML, 'id = "convoy"', 'id = "con.voy"', r"options.con.voy, id: found 'con.voy'; the marks . ; : \| divide paths and lists; leave them out of an id"),
    # what it takes
    "cycle": (TOML, 'any_of = ["depot"]', 'needs = ["road"]', "requirements, needs: found 'fuel -> road -> fuel'; a requirement cannot need itself, .*; remove"),
    "self": (TOML, 'any_of = ["depot"]', 'needs = ["fuel"]', "requirements, needs: found 'fuel -> fuel'"),
    "idle": (TOML, 'any_of = ["depot"]', "", "requirements.fuel, any_of: a requirement is met by resources or by other req"),
    "availability": (TOML, "available_until = 2030-12-31", "available_until = 2029-12-31", "resources.ploughs, available_until: found '2029-12-31'; available_until cannot be before available_from, 2030-01-01"),
    "quota": (TOML, '{ type = "gatekeeper", actor = "RU" }', '{ type = "qualified_majority", quotas = [{ weights = { RU = 1 }, quota = 2 }] }', r"rule.rules\[1\].quotas\[1\], quota: found '2'; the weights sum to 1: no coalition"),
    "weightless": (TOML, '{ RU = 2, "Grand Fenwick" = 1 }', "{ RU = 0 }", r"rule.rules\[2\], weights: found '0'; somebody has a weight above 0"),
    # the calendar
    "known late": (TOML, "known_on = 2030-01-10", "known_on = 2031-01-10", "calendar.election, known_on: found '2031-01-10'; an event known only after both"),
    "new deadline": (TOML, "known_on = 2030-01-10", "deadline = 2030-08-01", "calendar.election, deadline: found '2030-08-01'; deadline cannot be before date"),
    "set and shift": (TOML, CHANGE, CHANGE + ", shift_position = 5", "changes.*, shift_position: found '5'; a change sets the position or shifts it, not both; keep position or"),
    "no change": (TOML, ", " + CHANGE, "", "calendar.election.changes.*: a change changes something; add"),
    "table for one": (TOML, '"20|30|50"', "{ pass = 30 }", "changes.*, position: found 'pass'; with a single issue a new position is a number; write"),
    "change outside": (TOML, '"20|30|50"', "-5", "changes.*, position: found '-5'; the scale of pass runs from 0 to 100"),
    "change percent": (TOML, CHANGE, "salience = 80", "changes.*, salience: found '80'; a salience lies between 0 and 1; write 0.8 if"),
    "change capability": (TOML, CHANGE, "capability = 0", "changes.*, capability: found '0'; a capability is above 0"),
    "blocs overlap": (TOML, "[window]", '[[blocs]]\nname = "east"\nactors = ["RU", "Borduria"]\ncorrelation = 1\n[window]', "blocs.east, actors: found 'Borduria'; for its position the actor already is in the bloc neighbours"),
    "own weight": (TOML, "[window]", "[window]\nown_weight = 70", "window, own_weight: found '70'; a weight lies between 0 and 1; write a share"),
    "public no": (TOML, "[2030-04-02]", "[2029-04-02]", "window, public_no: found '2029-04-02'; public_no cannot be before question.requested_on"),
    # actors
    "percent": (ACTORS, "0.8,position", "80,position", r"actors.csv, row 2 \(Ruritania\), salience: found '80'; a salience lies between 0 and 1; write 0.8 if this is in percent"),
    "percents": (ACTORS, "0.6|0.8|0.9", "60|80|90", r"found '60\|80\|90'; a salience .*; write 0.6\|0.8\|0.9 if"),
    "negative": (ACTORS, "0.8,position", "-0.8,position", r"row 2 \(Ruritania\), salience: found '-0.8'; .*; estimate the share of its attention"),
    "no capability": (ACTORS, "sponsor,20", "sponsor,0", r"row 3 \(Grand Fenwick\), capability: found '0'; a capability is above 0; give a pos"),
    "less than none": (ACTORS, "sponsor,20", "sponsor,-20", "capability: found '-20'; a capability is above 0"),
    "not a number": (ACTORS, "sponsor,20", "sponsor,lots", "capability: found 'lots'; 'lots' is not a number; write it with a decimal point"),
    "nan cell": (ACTORS, "sponsor,20", "sponsor,NaN", "capability: found 'NaN'; a number must be finite; leave out"),
    "infinite cell": (ACTORS, "sponsor,20", "sponsor,-inf", "capability: found '-inf'; a number must be finite"),
    "empty cell": (ACTORS, "sponsor,20", "sponsor,", r"row 3 \(Grand Fenwick\), capability: the cell is empty; fill it in"),
    "off the scale": (ACTORS, "20,90", "20,190", r"row 3 \(Grand Fenwick\), position: found '190'; the scale of pass runs from 0 to 100; correct the position, or widen"),
    "off at one end": (ACTORS, "20|30|45", "-1|30|45", r"position: found '-1\|30\|45'; the scale of pass"),
    "falling cell": (ACTORS, "20|30|45", "45|30|20", r"position: found '45\|30\|20'; low\|mode\|high must rise"),
    "two parts": (ACTORS, "20|30|45", "20|45", r"position: found '20\|45'; an uncertain number is one number or three"),
    "nameless": (ACTORS, "Borduria,,", ",,", "row 4, actor: the cell is empty; fill it in"),
    "same name": (ACTORS, "Borduria,,", "RURITANIA,,", r"row 4 \(RURITANIA\), actor: found 'RURITANIA'; this name is taken by row 2 \(Ruritania\); give each its own name and code"),
    "same code": (ACTORS, "Borduria,,", "Borduria,ru,", r"row 4 \(Borduria\), code: found 'ru'; this code is taken by row 2"),
    "code is a name": (ACTORS, "Borduria,,", "Borduria,Grand Fenwick,", "row 4 .*, code: found 'Grand Fenwick'; this code is taken by row 3"),
    "mark in name": (ACTORS, "Borduria,,", "St. Borduria,,", r"actor: found 'St. Borduria'; the marks \. ; : \| divide paths and lists; leave them out of a name"),
    "role": (ACTORS, "opponent", "opponentt", r"row 4 .*, role: found 'opponentt'; .*; did you mean 'opponent'\?"),
    "cited": (ACTORS, "0.9,e1", "0.9,e9", r"row 3 .*, evidence: found 'e9'; there is no such evidence in evidence.csv"),
    "cited field": (ACTORS, "position:e1; ", "positiom:e1; ", r"row 2 .*, evidence: found 'positiom'; .*; did you mean 'position'\?"),
    "column": (ACTORS, "salience,", "salence,", "row 1: found 'salence'; there is no such column; did you mean 'salience'"),
    "no column": (ACTORS, ",salience,", ",note,", "row 1: found .*; the header lacks 'salience'; add a column"),
    # evidence, sources
    "source": (EVIDENCE, "e2,s1", "e2,s2", r"evidence.csv, row 3 \(e2\), source: found 's2'; there is no such source in sources.csv"),
    "evidence twice": (EVIDENCE, "e2,s1", "e1,s1", r"evidence.csv, row 3 \(e1\), id: found 'e1'; this id is taken by row 2 \(e1\)"),
    "hedge": (EVIDENCE, "reported", "reportted", r"row 2 .*, hedge: found 'reportted'; .*; did you mean 'reported'\?"),
    "path actor": (EVIDENCE, "actors.RU.", "actors.Ruritannia.", r"supports: found 'actors.Ruritannia.position'; the case has no such path; did you mean 'Ruritania'\?"),
    "path field": (EVIDENCE, "actors.RU.position", "actors.RU.power", "write actors.<actor>.capability or actors.<actor>.position or"),
    "path event": (EVIDENCE, "calendar.election", "calendar.elections", r"found 'calendar.elections'; .* mean 'election'\?"),
    "path resource": (EVIDENCE, "resources.depot", "resources.depto", r"found 'resources.depto'; .* mean 'depot'\?"),
    "path window": (EVIDENCE, "window.public_no", "window.public_now", r"found 'window.public_now'; .* mean 'public_no'\?"),
    "path head": (EVIDENCE, "; rule;", "; rules;", r"found 'rules'; .* mean 'rule'\?"),
    "published": ("sources.csv", "2030-04-03", "03/04/2030", r"sources.csv, row 2 \(s1\), published_on: found '03/04/2030'; a date is a day"),
    "untitled": ("sources.csv", "The pass stays shut", "", r"sources.csv, row 2 \(s1\), title: the cell is empty"),
    # precedents, outcome
    "no decision": (LEDGER, "2026-05-02,approved", ",approved", r"precedents.csv, row 2 \(p1\), decided_on: a request that was approved has the date"),
    "no end": (LEDGER, "pending,2027-08-01", "pending,", r"row 3 \(p2\), observation_end: a request that is pending has a last date"),
    "decided early": (LEDGER, "2026-05-02,approved", "2026-04-30,approved", "row 2 .*, decided_on: found '2026-04-30'; decided_on cannot be before requested_on, 2026-05-01"),
    "ended early": (LEDGER, "pending,2027-08-01", "pending,2027-01-01", "row 3 .*, observation_end: found '2027-01-01'; observation_end cannot be"),
    "outcome": (LEDGER, "approved", "approvedd", r"row 2 .*, outcome: found 'approvedd'; .* mean 'approved'\?"),
    "refusal": (LEDGER, "2027-02-01; 2027", "2027-02-31; 2027", "row 3 .*, public_no: found '2027-02-31'; a date is a day"),
    "ledger column": (LEDGER, "governments_for", "goverments_for", r"found 'goverments_for'; .* mean 'governments_for'\?"),
    "answer": ("outcome.toml", 'answer = "no"', 'answer = "maybe"', "outcome.toml, answer: found 'maybe'; this must be one of 'yes' or 'no'"),
    "no answer": ("outcome.toml", 'answer = "no"', "", "outcome.toml, answer: a question of approval is resolved by its answer"),
    "resolved early": ("outcome.toml", "2030-11-01", "2029-11-01", "outcome.toml, date: found '2029-11-01'; date cannot be before question.requested_on"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("file", "old", "new", "message"), BROKEN.values(), ids=BROKEN.keys()
)
def test_refused_with_place_value_rule_and_cure(case_folder, file, old, new, message):
    with pytest.raises(CaseError, match=message) as error:
        load(case_folder((file, old, new)))
    assert len(error.value.problems) <= 4  # one slip makes no flood of complaints


def test_all_problems_of_all_files_come_at_once_in_order(case_folder):
    folder = case_folder(
        (TOML, "threshold = 60", "threshold = 600"),
        (TOML, 'holders = ["Borduria"]', 'holders = ["Nobody"]'),
        (TOML, "correlation = 0.5", "correlation = 5"),
        (ACTORS, "sponsor,20", "sponsor,0"),
        (ACTORS, "0.8,position", "nan,position"),
        (EVIDENCE, "e2,s1", "e2,s7"),
        ("sources.csv", "2030-04-03", "2030-04-31"),
        (LEDGER, "pending,2027-08-01", "pending,"),
        ("outcome.toml", 'answer = "no"', 'answer = "perhaps"'),
    )
    with pytest.raises(CaseError, match="^9 problems:\n") as error:
        load(folder)
    files = [problem.file for problem in error.value.problems]
    assert files == [TOML] * 3 + [ACTORS] * 2 + [EVIDENCE, "sources.csv", LEDGER] + [
        "outcome.toml"
    ]
    assert all(p.rule and p.cure for p in error.value.problems)


def test_a_broken_case_toml_does_not_hide_broken_tables(case_folder):
    folder = case_folder((TOML, "[[issues]]", "[[issues"), (ACTORS, "60,", "-60,"))
    with pytest.raises(CaseError) as error:
        load(folder)
    assert [(p.file, p.field) for p in error.value.problems] == [
        (TOML, ""),
        (ACTORS, "capability"),
    ]


def test_two_cycles_are_both_named(case_folder):
    more = (
        '[[requirements]]\nid = "a"\nname = "a"\nneeds = ["b"]\n'
        '[[requirements]]\nid = "b"\nname = "b"\nneeds = ["c"]\n'
        '[[requirements]]\nid = "c"\nname = "c"\nneeds = ["a"]\n[[blocs]]'
    )
    folder = case_folder(
        (TOML, 'any_of = ["depot"]', 'needs = ["fuel"]'), (TOML, "[[blocs]]", more)
    )
    with pytest.raises(CaseError, match="a -> b -> c -> a") as error:
        load(folder)
    assert "fuel -> fuel" in str(error.value)


@pytest.mark.parametrize(
    ("file", "cure"),
    [
        (TOML, "case.toml: the folder has no such file; add it, or name the table of"),
        (ACTORS, "actors.csv: the folder pass has no such file; add it, with the col"),
        (EVIDENCE, "found 'e1'; there is no such evidence in evidence.csv; add it to"),
        ("sources.csv", "found 's1'; there is no such source in sources.csv; add it"),
    ],
)
def test_missing_files(case_folder, file, cure):
    with pytest.raises(CaseError, match=cure):
        load(case_folder(without=(file,)))


def test_nobody_cares(case_folder):
    edits = [(ACTORS, "0.8,position", "0,position"), (ACTORS, "0.6|0.8|0.9", "0")]
    with pytest.raises(CaseError, match="salience: nobody gives any attention to pass"):
        load(case_folder(*edits))


def test_no_actors(case_folder):
    folder = case_folder()
    (folder / ACTORS).write_text("actor,capability,position,salience\n")
    with pytest.raises(
        CaseError, match="actors.csv: the table has a header but no rows"
    ):
        load(folder)


def test_several_issues_want_tables_and_columns(case_folder):
    second = '[[issues]]\nid = "toll"\nname = "Toll"\n\n[rule]'
    with pytest.raises(CaseError) as error:
        load(case_folder((TOML, "[rule]", second)))
    text = str(error.value)
    assert "with several issues a new position is a table by issue" in text
    assert "lacks 'position:pass', 'salience:pass', 'position:toll'" in text
    wrong = (TOML, '"20|30|50"', "{ tol = 3 }")
    with pytest.raises(CaseError, match=r"found 'tol'; .*; did you mean 'toll'\?"):
        load(case_folder((TOML, "[rule]", second), wrong))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("actor,capability,position\nA,1,2\n", "t.csv, row 1: .* lacks 'salience'"),
        (
            "actor,capability,position,salience\nA,1,2,80\nB,1,3,1\n",
            r"t.csv, row 2 \(A\), salience: found '80'; .*; write 0.8",
        ),
        (
            "actor,capability,position,salience\nA,1,2,1\nB,1,2,1\n",
            "t.csv, position: found '2'; a bare table needs two positions",
        ),
        ("", "t.csv: the file is empty"),
    ],
)
def test_bare_tables(tmp_path, text, message):
    path = tmp_path / "t.csv"
    path.write_text(text)
    with pytest.raises(CaseError, match=message):
        load(path)


@pytest.mark.parametrize("file", [TOML, ACTORS, EVIDENCE, LEDGER])
@pytest.mark.parametrize(
    "junk",
    [b"\0" * 2_000_000, b"a,b\n" * 500_000, b"[" * 2_000_000, b"\xff" * 2_000_000],
)
def test_five_megabytes_of_junk_are_refused(case_folder, file, junk):
    folder = case_folder()
    (folder / file).write_bytes(junk)
    with pytest.raises(CaseError, match=file):
        load(folder)
