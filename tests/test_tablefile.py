"""Every way in which a spreadsheet writes a table gives the same table."""

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suasion.problem import CaseError
from suasion.tablefile import Table, read_table, read_text, scan_table

ROWS = [
    ["Actor", "Capability", "Note"],
    ["Österreich", "60", 'says "no", at first'],
    ["Curaçao", "20", "two\nlines; one cell"],
]
SEPARATORS = [",", ";", "\t"]
COLUMNS = {"required": ("actor", "capability"), "optional": ("note",)}


def text_of(rows, separator, end="\r\n"):
    stream = io.StringIO(newline="")
    # before Python 3.13 the writer leaves a line feed bare where lines end in "\r"
    quoting = csv.QUOTE_ALL if end == "\r" else csv.QUOTE_MINIMAL
    csv.writer(
        stream, delimiter=separator, lineterminator=end, quoting=quoting
    ).writerows(rows)
    return stream.getvalue()


def read(tmp_path, content, **columns):
    path = tmp_path / "actors.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_table(path, **(columns or COLUMNS))


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be-mark", "utf-32", "cp1252"]
)
def test_encoding_separator_and_line_end_do_not_matter(
    tmp_path, encoding, separator, end
):
    text = text_of(ROWS, separator, end)
    if encoding == "utf-16-be-mark":
        data = b"\xfe\xff" + text.encode("utf-16-be")
    else:
        data = text.encode(encoding)
    table = read(tmp_path, data)
    assert table.header == ("actor", "capability", "note")
    assert table.separator == separator
    assert [list(cells.values()) for _, cells in table.rows] == ROWS[1:]
    assert [number for number, _ in table.rows] == [2, 3]


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\r\nactor;capability\r\nA;1\r\n",
        '"sep=;"\r\nactor;capability\r\nA;1\r\n',
        "sep=|\nactor|capability\nA|1\n",
        " ACTOR ,Capability\nA, 1 \n",
        'actor, "capability"\nA, "1"\n',
        "capability,actor\n1,A\n",
        "actor,capability,,\nA,1,,\n",
        "actor,capability\nA,1,,,,\n",
        "actor,,capability\nA,,1\n",
        "\n\n,,\nactor,capability\n\n,\nA,1\n\n",
        "actor;capability;a,b,c,d\nA;1;\n",
    ],
)
def test_what_spreadsheets_add_is_taken_away(tmp_path, text):
    path = tmp_path / "actors.csv"
    path.write_text(text)
    columns = {"required": ("actor", "capability"), "optional": ("a,b,c,d",)}
    cells = read_table(path, **columns).rows[0][1]
    assert (cells["actor"], cells["capability"]) == ("A", "1")


cell = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12
)


@given(
    rows=st.lists(st.lists(cell, min_size=3, max_size=3), min_size=1, max_size=6),
    separator=st.sampled_from(SEPARATORS),
)
def test_what_a_csv_writer_writes_is_read_back(tmp_path_factory, rows, separator):
    path = tmp_path_factory.mktemp("table") / "t.csv"
    path.write_bytes(text_of([["a", "b", "c"], *rows], separator).encode())
    table, problems = scan_table(path, required=("a", "b", "c"))
    wanted = [[text.strip() for text in row] for row in rows]
    wanted = [row for row in wanted if any(row)]
    assert [list(cells.values()) for _, cells in table.rows] == wanted
    assert bool(problems) == (not wanted)


@given(st.binary(max_size=400))
def test_junk_is_read_or_refused_but_never_breaks(tmp_path_factory, junk):
    path = tmp_path_factory.mktemp("junk") / "t.csv"
    path.write_bytes(junk)
    _, problems = scan_table(path, required=("actor", "capability"))
    assert problems  # no junk of 400 bytes has found both columns
    assert all(p.file == "t.csv" and p.rule and p.cure for p in problems)


@pytest.mark.parametrize(
    ("junk", "message"),
    [
        (b"\x7f\x00\x01" * 1_700_000, "t.csv: text has no NUL characters"),
        (b'"' + b"a" * 5_000_000, r"t.csv, row 1: quotes do not match \(field larger"),
        (b"," * 5_000_000, "t.csv: the file is empty"),
        (b"x," * 2_500_000, "t.csv, row 1: 2500000 columns are more than 500"),
        (b"\n" * 5_000_000, "t.csv: the file is empty"),
        (
            b"actor,capability\n" + b"a,b,c\n" * 800_000,
            "t.csv, row 102: reading stopped here after 100 problems; mend those",
        ),
    ],
    ids=["binary", "quote", "commas", "columns", "lines", "ragged"],
)
def test_five_megabytes_of_junk_are_refused(tmp_path, junk, message):
    path = tmp_path / "t.csv"
    path.write_bytes(junk)
    with pytest.raises(CaseError, match=message) as error:
        read_table(path, required=("actor", "capability"))
    assert len(error.value.problems) <= 101


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b"",
            r"actors.csv: the file is empty; begin with a row of columns: actor, cap",
        ),
        ("actor,capability\n", "actors.csv: the table has a header but no rows; add a"),
        (
            "actor\nA\n",
            "row 1: found 'actor'; the header lacks 'capability'; add a col",
        ),
        ("actor,capabillty\nA,1\n", "row 1: found 'capabillty'; .* mean 'capability'?"),
        (
            "actor,capability,zzzz\nA,1,\n",
            "found 'zzzz'; there is no such column; rena",
        ),
        (
            "actor,capability,Actor\nA,1,B\n",
            "found 'Actor'; the column 'actor' is there twice; delete one",
        ),
        (
            "actor,capability\nA,1\nB,2,3\n",
            "row 3: found '3'; a row has at most 2 cells, as the header; quote a cell",
        ),
        (
            "actor,,capability\nA,what,1\n",
            "row 2: found 'what'; a cell stands in a column without a name; quote",
        ),
        ('actor,capability\nA,"1\n', r"row 2: quotes do not match .*; close every"),
        ('actor,capability\nA,"1"2\n', "row 2: quotes do not match"),
        (
            b"actor,capability\nA\0,1\n",
            "no NUL characters; .* save it .* as 'CSV UTF-8'",
        ),
        ("actor,capability\nA,1\n".encode("utf-16-le"), "UTF-16 without its mark"),
        (b"PK\x03\x04 and so on", "this is a workbook, not text; save it from the"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "this is a workbook, not text; save it from the"),
        (b"actor,capability\n\x81,1\n", r"not text in any known encoding \(byte 17\)"),
        (b"\xff\xfea", "not text in any known encoding"),
    ],
)
def test_refused_with_place_rule_and_cure(tmp_path, content, message):
    with pytest.raises(CaseError, match=message):
        read(tmp_path, content)


def test_all_problems_of_a_table_come_at_once(tmp_path):
    with pytest.raises(CaseError) as error:
        read(tmp_path, "actor,capabillty\nA,1,2\nB,1\nC,1,2\n")
    places = [(problem.place, problem.found) for problem in error.value.problems]
    assert places[2:] == [("row 2", "2"), ("row 4", "2")]
    assert {place for place, _ in places[:2]} == {"row 1"}


def test_a_missing_file_is_said_so(tmp_path):
    with pytest.raises(CaseError, match=r"gone.csv: the file cannot be read .*; check"):
        read_text(tmp_path / "gone.csv")


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("0,8", "0.8"),
        ("-12,25", "-12.25"),
        ("0,125", "0.125"),
        ("12,5|13|14,75", "12.5|13|14.75"),
        ("0.8", "0.8"),
        # one thousand, or one: only the author knows
        ("1,000", "1,000"),
        ("12,500|13,5", "12,500|13.5"),
        ("1,234,567", "1,234,567"),
        ("about 0,8", "about 0,8"),
    ],
)
def test_decimal_comma_in_semicolon_and_tab_tables_only(cell, number):
    assert Table("t.csv", (), (), ";").decimal_point(cell) == number
    assert Table("t.csv", (), (), "\t").decimal_point(cell) == number
    assert Table("t.csv", (), (), ",").decimal_point(cell) == cell


def test_prefixed_columns_keep_the_case_of_their_ids(tmp_path):
    table = read(
        tmp_path,
        "Actor,Position:CO2\nA,1\n",
        required=("actor",),
        prefixes=("position",),
    )
    assert table.header == ("actor", "position:CO2")
    assert not re.search("co2", table.header[1])
