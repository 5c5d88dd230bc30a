"""The page on scale has the numbers that were measured, and measures what it says."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def scale() -> Any:
    pytest.importorskip("distributed")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "bench"))
        yield importlib.import_module("scale")


def numbers() -> dict[str, Any]:
    found = json.loads((ROOT / "docs" / "scale.json").read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def test_the_page_is_made_of_its_numbers(scale: ModuleType) -> None:
    text = (ROOT / "docs" / "scale.md").read_text("utf-8")
    assert scale.page.marked(text).strip() == scale.part(numbers()).strip()


def test_a_killed_worker_cost_its_own_blocks_and_no_bit() -> None:
    found = numbers()
    assert found["same"] is True
    assert 0 <= found["again"] <= 3


def test_the_extrapolation_is_arithmetic(scale: ModuleType) -> None:
    told = numbers() | {"blocks": 100, "serial": 10.0, "empty": 0.001}
    rows = scale.page.rows(scale.part(told), "### A million")
    # 20 million blocks of 0.1 s by 16 workers; 20 million tasks of 1 ms.
    assert rows[2] == ["16", "1.4", "0.2", "1.4"]


def test_the_job_is_cut_into_blocks_of_the_size_that_is_named(
    scale: ModuleType,
) -> None:
    some = scale.job(200_000)
    assert {block.stop - block.start for block in some} == {scale.SIZE}
    assert len(some) == 4 * len(scale.MODELS)
