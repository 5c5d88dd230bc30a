"""A ledger only grows; whoever changes it is noticed, and the line is named."""

import datetime as dt
import hashlib
import json
import multiprocessing
import os
import subprocess
import sys
import types
from pathlib import Path

import pytest

from suasion.ledger_file import START, LedgerError, append, find, read, verify

GOLDEN = (
    rb'{"hash":"bcfebdcebc2cd228c227afc88952ac1483a45521555edfdd6e2ff49464dc5971","'
    rb'no":null,"number":1,"previous":"00000000000000000000000000000000000000000000'
    rb'00000000000000000000","recorded_at":"2026-11-22T23:00:00Z","third":0.3333333'
    rb'333333333,"tiny":1e-07,"value":0.1,"where":"\u00e9"}'
    b"\n"
)


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    file = tmp_path / "ledger.jsonl"
    for value in (0.1, 1 / 3, 1e-7, 0.25):
        append(file, {"kind": "forecast", "value": value})
    return file


def lines(file: Path) -> list[str]:
    return file.read_text().splitlines(keepends=True)


def rehashed(line: str, **changes: object) -> str:
    """A forged line: changed, with a hash that fits."""
    row = json.loads(line) | changes
    row.pop("hash")
    text = json.dumps(row, sort_keys=True, separators=(",", ":"))
    return f'{{"hash":"{hashlib.sha256(text.encode()).hexdigest()}",{text[1:]}\n'


def test_what_was_written_is_read_back_and_chained(ledger: Path) -> None:
    rows = read(ledger)
    assert [row["value"] for row in rows] == [0.1, 1 / 3, 1e-7, 0.25]
    assert [row["number"] for row in rows] == [1, 2, 3, 4]
    assert [row["previous"] for row in rows] == [START, *(r["hash"] for r in rows[:-1])]
    for row in rows:
        when = dt.datetime.fromisoformat(row["recorded_at"])
        assert abs(dt.datetime.now(dt.UTC) - when) < dt.timedelta(minutes=5)
    assert verify(ledger) == []


def test_a_line_is_this_text_on_every_python(tmp_path, monkeypatch) -> None:
    """Golden: the hash in front, sorted keys, no spaces, ASCII, shortest floats."""

    class Clock(dt.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2026, 11, 22, 23, 0, 0, tzinfo=tz)

    monkeypatch.setattr(
        "suasion.ledger_file.dt", types.SimpleNamespace(datetime=Clock, UTC=dt.UTC)
    )
    file = tmp_path / "ledger.jsonl"
    append(file, {"where": "é", "value": 0.1, "tiny": 1e-7, "third": 1 / 3, "no": None})
    assert file.read_bytes() == GOLDEN


def test_a_stranger_can_verify_with_sed_and_sha256sum(ledger: Path) -> None:
    for number, row in enumerate(read(ledger), 1):
        command = (
            f"sed -n {number}p {ledger} | tr -d '\\n' "
            """| sed 's/"hash":"[0-9a-f]*",//' | sha256sum"""
        )
        ran = subprocess.run(
            command, shell=True, check=True, capture_output=True, text=True
        )
        assert ran.stdout.split()[0] == row["hash"]


# --- tampering: each way is noticed, and the line named --------------------------------


def edited(now: list[str]) -> list[str]:
    return [now[0], now[1].replace("0.333", "0.999"), *now[2:]]


def forged(now: list[str]) -> list[str]:
    return [now[0], rehashed(now[1], value=0.9), *now[2:]]


def backdated(now: list[str]) -> list[str]:
    return [now[0], rehashed(now[1], recorded_at="2020-01-01T00:00:00Z"), *now[2:]]


def without_hash(now: list[str]) -> list[str]:
    return [now[0], '{"kind":"forecast","value":0.9}\n', *now[2:]]


def removed(now: list[str]) -> list[str]:
    return [now[0], *now[2:]]


def beheaded(now: list[str]) -> list[str]:
    return now[1:]


def repeated(now: list[str]) -> list[str]:
    return [now[0], now[1], now[1], *now[2:]]


def inserted(now: list[str]) -> list[str]:
    previous = json.loads(now[1])["hash"]
    return [*now[:2], rehashed(now[2], value=0.9, previous=previous), *now[2:]]


def swapped(now: list[str]) -> list[str]:
    return [now[0], now[2], now[1], now[3]]


def torn(now: list[str]) -> list[str]:
    return [*now[:3], now[3][:60]]


def reformatted(now: list[str]) -> list[str]:
    return [now[0], json.dumps(json.loads(now[1])) + "\n", *now[2:]]


def blank(now: list[str]) -> list[str]:
    return [*now[:1], "\n", *now[1:]]


@pytest.mark.parametrize(
    ("tamper", "message"),
    [
        (edited, "line 2: found 'hash .*of what stands in the line is another; .*copy"),
        (forged, "line 3: found 'previous .*line before has the hash .*was replaced"),
        (backdated, "line 3: found 'previous .*line before has the hash"),
        (without_hash, "line 2: found .*no line of a ledger; .*not edited"),
        (removed, "line 2: found 'number 3'; 1 before it is missing; .*removed"),
        (beheaded, "line 1: found 'number 2'; 1 before it is missing"),
        (repeated, "line 3: found 'number 2'; number 3 was due; .*repeated"),
        (inserted, "line 4: found 'number 3'; number 4 was due; .*inserted"),
        (swapped, "line 2: found 'number 3'; 1 before it is missing; .*moved"),
        (torn, "line 4: .*ends with a line feed; .*never confirmed: delete this line"),
        (reformatted, "line 2: found .*no line of a ledger"),
        (blank, "line 2: found ''; this is no line of a ledger"),
    ],
)
def test_tampering_is_named(ledger: Path, tamper, message: str) -> None:
    ledger.write_text("".join(tamper(lines(ledger))))
    before = ledger.read_bytes()
    with pytest.raises(LedgerError, match=message):
        read(ledger)
    with pytest.raises(LedgerError, match=message):
        append(ledger, {"value": 0.5})
    assert ledger.read_bytes() == before


def test_one_edit_is_one_problem(ledger: Path) -> None:
    ledger.write_text("".join(edited(lines(ledger))))
    assert len(verify(ledger)) == 1


@pytest.mark.parametrize("place", range(0, 700, 7))
def test_no_byte_can_be_changed(ledger: Path, place: int) -> None:
    raw = bytearray(ledger.read_bytes())
    place %= len(raw)
    raw[place] ^= 1
    ledger.write_bytes(bytes(raw))
    assert verify(ledger) != []


def test_a_kept_head_shows_what_the_chain_cannot(ledger: Path) -> None:
    head = read(ledger)[-1]["hash"]
    assert verify(ledger, head=head[:12]) == []
    ledger.write_text("".join(lines(ledger)[:3]))
    assert verify(ledger) == []  # the limit of a chain: its end can be cut off
    (problem,) = verify(ledger, head=head)
    assert "removed from the end, or the ledger was made anew" in str(problem)
    with pytest.raises(ValueError, match=r"head is 'abc'; .*12 hexadecimal digits"):
        verify(ledger, head="abc")


def test_deleting_a_torn_line_mends_the_ledger(ledger: Path) -> None:
    ledger.write_text("".join(torn(lines(ledger))))
    ledger.write_text("".join(lines(ledger)[:3]))
    assert append(ledger, {"value": 0.5})["number"] == 4


# --- nothing half-written, nothing lost ------------------------------------------------


def test_a_write_that_fails_leaves_the_file_as_it_was(ledger, monkeypatch) -> None:
    before = ledger.read_bytes()
    write = os.write
    calls = []

    def full_disk(handle: int, data: bytes) -> int:
        calls.append(len(data))
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        return write(handle, data[:10])

    monkeypatch.setattr(os, "write", full_disk)
    with pytest.raises(LedgerError, match=r"No space left on device.*folder of yours"):
        append(ledger, {"value": 0.5})
    monkeypatch.undo()
    assert ledger.read_bytes() == before
    assert append(ledger, {"value": 0.5})["number"] == 5


def test_a_row_that_is_no_plain_data_writes_nothing(ledger: Path) -> None:
    before = ledger.read_bytes()
    with pytest.raises(ValueError, match="Out of range float"):
        append(ledger, {"value": float("nan")})
    with pytest.raises(ValueError, match="keys number, which the ledger sets; rename"):
        append(ledger, {"number": 7})
    assert ledger.read_bytes() == before


def _append_many(file: Path, name: str) -> None:
    for k in range(25):
        append(file, {"by": name, "k": k})


@pytest.mark.slow
def test_two_processes_at_once_lose_nothing(tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_append_many, args=(file, n)) for n in "ab"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    rows = read(file)
    assert [row["number"] for row in rows] == [*range(1, 51)]
    for name in "ab":
        assert [row["k"] for row in rows if row["by"] == name] == [*range(25)]


@pytest.mark.slow
def test_a_killed_writer_leaves_a_whole_ledger(tmp_path: Path) -> None:
    """Killed anywhere between two appends: what was confirmed is there."""
    file = tmp_path / "ledger.jsonl"
    code = (
        "import sys\nfrom suasion.ledger_file import append\n"
        "while True: print(append(sys.argv[1], {'k': 1})['number'], flush=True)"
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", code, str(file)], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    confirmed = [int(writer.stdout.readline()) for _ in range(10)][-1]
    writer.kill()
    writer.communicate()
    assert len(read(file)) >= confirmed


def test_ledgers_are_found_in_folders(ledger: Path, tmp_path: Path) -> None:
    other = tmp_path / "cases" / "pass" / "ledger.jsonl"
    other.parent.mkdir(parents=True)
    append(other, {"value": 0.5})
    assert find(tmp_path) == sorted([ledger, other])
    assert find(other, other.parent) == [other]
    with pytest.raises(LedgerError, match="there is no ledger here; record a forecast"):
        find(tmp_path / "nowhere")
    with pytest.raises(LedgerError, match="there is no ledger here"):
        read(tmp_path / "nowhere.jsonl")


def test_a_file_that_is_no_ledger_is_refused_without_a_flood(tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"
    file.write_bytes(os.urandom(200) + b"\n" * 5000)
    with pytest.raises(LedgerError, match="stopped here after 100 problems"):
        read(file)
