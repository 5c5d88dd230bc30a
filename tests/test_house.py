"""The house rules, as far as a machine can see to them."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = (
    "altair",
    "distributed",
    "django",
    "matplotlib",
    "pandas",
    "pyarrow",
    "scipy.stats",
    "spacy",
    "xarray",
)


def files(*patterns: str) -> list[Path]:
    """Return files that are, or could be, under version control."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(
        [*command, "--", *patterns],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


@pytest.mark.parametrize("module", ["suasion", "suasion.cli"])
def test_importing_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print(*(m for m in {HEAVY} if m in sys.modules))"
    ran = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert ran.stdout.split() == []


@pytest.mark.slow
def test_wheel_has_the_bundled_cases_and_the_marker_of_types(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "uv", "build", "--wheel", "--quiet"]
    subprocess.run([*build, "--out-dir", str(tmp_path), str(ROOT)], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    inside = set(zipfile.ZipFile(wheel).namelist())
    package = ROOT / "src" / "suasion"
    wanted = [path for path in files("src/suasion/*") if path.is_relative_to(package)]
    assert {path.relative_to(package.parent).as_posix() for path in wanted} <= inside
    assert "suasion/py.typed" in inside
    assert "suasion/cases/deep-strikes/case.toml" in inside


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    place = re.compile(r"(?<![\w.$}~-])/(?:home|root|tmp|work|Users)/\w")
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in files()
        for number, line in enumerate(
            path.read_text("utf-8", "replace").splitlines(), 1
        )
        if place.search(line)
    ]
    assert found == []


def test_locks_have_hashes_and_no_addresses() -> None:
    for name in ("demo", "dev"):
        text = (ROOT / "requirements" / f"{name}.lock").read_text()
        packages = re.findall(r"^(\S+)==(\S+)", text, re.M)
        assert "numpy" in dict(packages)
        assert text.count("--hash=") >= len(packages)
        assert "//" not in text


def test_demo_lock_is_part_of_the_lock_for_development() -> None:
    demo, dev = (
        set(re.findall(r"^\S+==\S+", (ROOT / "requirements" / name).read_text(), re.M))
        for name in ("demo.lock", "dev.lock")
    )
    assert demo <= dev


def test_files_are_named_for_what_they_are_about() -> None:
    names = {path.stem.strip("_") for path in files("*.py")}
    assert names.isdisjoint({"base", "common", "core", "helper", "helpers", "misc"})
    assert names.isdisjoint({"tools", "util", "utils"})


def test_no_python_file_is_longer_than_five_hundred_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in files("*.py")
        if (count := len(path.read_text("utf-8").splitlines())) > 500
    }
    assert long == {}
