"""Examples are tests: doctests in the library, and the pages of the documentation.

On a page, `python` and `console` blocks are executed, in order, in one empty folder per
page; use `sh` for commands that are not to be run. In a console block each line that
starts with `$ ` is a command, which must succeed. The lines below it must be in what it
prints, in this order; `...` stands for any lines.
"""

from __future__ import annotations

import contextlib
import doctest
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from sybil import Example, Sybil
from sybil.document import PythonDocStringDocument
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser
from sybil.parsers.rest import DocTestParser
from sybil.sybil import SybilCollection

CACHE = "SUASION_CACHE_DIR"


def pytest_configure(config: pytest.Config) -> None:
    """Keep fits in a folder of this run: workers share it, the user's is left alone."""
    if not hasattr(config, "workerinput"):
        folder = tempfile.TemporaryDirectory()
        before = os.environ.get(CACHE)
        os.environ[CACHE] = folder.name
        config.add_cleanup(folder.cleanup)
        config.add_cleanup(lambda: _restore(before))


def _restore(before: str | None) -> None:
    os.environ.pop(CACHE)
    if before is not None:
        os.environ[CACHE] = before


OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def console(example: Example) -> str | None:
    """Run the commands of a console block; return what is wrong, if anything is."""
    environment = os.environ | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "COLUMNS": "88",
        "NO_COLOR": "1",
    }
    for block in ("\n" + example.parsed).split("\n$ ")[1:]:
        command, *expected = block.rstrip().split("\n")
        while command.endswith("\\"):
            command = command[:-1] + expected.pop(0).lstrip("> ")
        ran = subprocess.run(
            command, shell=True, env=environment, text=True, capture_output=True
        )
        if ran.returncode != 0:
            return f"{command}: exit status {ran.returncode}\n{ran.stdout}{ran.stderr}"
        printed = iter(line.strip() for line in (ran.stdout + ran.stderr).split("\n"))
        for line in (line.strip() for line in expected):
            if line not in ("", "...") and line not in printed:
                return f"{command}: no line {line!r} (in this order) in\n{ran.stdout}"
    return None


def enter_empty_folder(namespace: dict[str, Any]) -> None:
    """Work in a folder of the page's own."""
    folder = namespace["_folder"] = contextlib.ExitStack()
    path = folder.enter_context(tempfile.TemporaryDirectory())
    folder.enter_context(contextlib.chdir(path))


def leave_folder(namespace: dict[str, Any]) -> None:
    """Leave it and remove it."""
    namespace["_folder"].close()


library = Sybil(
    path="src",
    patterns=["*.py"],
    parsers=[DocTestParser(OPTIONS)],
    document_types={".py": PythonDocStringDocument},
)
pages = Sybil(
    patterns=["*.md"],
    parsers=[
        PythonCodeBlockParser(doctest_optionflags=OPTIONS),
        CodeBlockParser("console", console),
        SkipParser(),
    ],
    setup=enter_empty_folder,
    teardown=leave_folder,
)
pytest_collect_file = SybilCollection([library, pages]).pytest()
