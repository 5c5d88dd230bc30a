"""The cache: arrays once computed are found again; a broken cache changes nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from suasion import cache
from suasion.cache import cached, folder

Arrays = dict[str, np.ndarray]


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "cache"
    monkeypatch.setenv("SUASION_CACHE_DIR", str(place))
    return place


class Work:
    """Counts how often it is done."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> Arrays:
        self.times += 1
        return {"a/values": np.arange(3) + 0.1 * self.times, "empty": np.zeros((2, 0))}


def same(one: Arrays, other: Arrays) -> bool:
    return one.keys() == other.keys() and all(
        one[key].dtype == other[key].dtype and (one[key] == other[key]).all()
        for key in one
    )


def test_equal_content_is_computed_once(kept: Path) -> None:
    work = Work()
    first, second = (cached("test", "content", work) for _ in range(2))
    assert work.times == 1
    assert same(first, second)
    assert len(list(kept.iterdir())) == 1


@pytest.mark.parametrize("other", [("test", "other"), ("name", "content")])
def test_other_content_is_computed(kept: Path, other: tuple[str, str]) -> None:
    work = Work()
    cached("test", "content", work)
    cached(*other, work)
    assert work.times == 2
    assert len(list(kept.iterdir())) == 2


def test_other_code_or_libraries_count_as_other_content(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Work()
    cached("test", "content", work)
    monkeypatch.setattr(cache, "version", lambda library: f"{library} of tomorrow")
    cached("test", "content", work)
    monkeypatch.setattr(cache, "__file__", str(kept / "code.py"))
    (kept / "code.py").write_text("x = 1")
    cached("test", "content", work)
    (kept / "code.py").write_text("x = 2")
    cached("test", "content", work)
    assert work.times == 4


BROKEN: list[Callable[[bytes], bytes]] = [
    lambda _: b"",
    lambda _: b"not an archive",
    lambda whole: whole[: len(whole) // 2],
    lambda whole: whole[:100],
    lambda whole: whole.replace(b"NUMPY", b"DUMPY"),
    lambda whole: whole[:200] + bytes([whole[200] ^ 255]) + whole[201:],
]


@pytest.mark.parametrize("spoil", BROKEN, ids=[
    "empty", "garbage", "half", "head", "renamed", "flipped",
])  # fmt: skip
def test_a_spoilt_file_is_computed_again_and_mended(
    kept: Path, spoil: Callable[[bytes], bytes]
) -> None:
    work = Work()
    first = cached("test", "content", work)
    (file,) = kept.iterdir()
    file.write_bytes(spoil(file.read_bytes()))
    assert not same(first, cached("test", "content", work))
    assert work.times == 2
    cached("test", "content", work)
    assert work.times == 2


def test_a_folder_that_cannot_be_written_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("SUASION_CACHE_DIR", str(tmp_path / "file" / "below"))
    work = Work()
    assert same(cached("test", "content", work), {
        "a/values": np.arange(3) + 0.1, "empty": np.zeros((2, 0)),
    })  # fmt: skip
    cached("test", "content", work)
    assert work.times == 2


def test_a_failed_write_leaves_nothing_behind(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert cached("test", "content", Work()).keys() == {"a/values", "empty"}
    assert list(kept.iterdir()) == []


def test_an_error_of_the_computation_is_the_caller_s(kept: Path) -> None:
    def fails() -> Arrays:
        raise ValueError("no such thing")

    with pytest.raises(ValueError, match="no such thing"):
        cached("test", "content", fails)
    assert not kept.exists()


def test_the_oldest_files_go_first(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_KEPT", 3)
    for number in range(5):
        cached("test", str(number), Work())
        for file in kept.iterdir():
            age = file.stat().st_mtime - 10
            os.utime(file, (age, age))
    work = Work()
    for number in (4, 3, 2):
        cached("test", str(number), work)
    assert work.times == 0
    assert len(list(kept.iterdir())) == 3
    cached("test", "0", work)
    assert work.times == 1


def test_the_user_s_own_folder_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert folder() == Path(os.environ["SUASION_CACHE_DIR"])
    monkeypatch.delenv("SUASION_CACHE_DIR")
    assert folder().name == "suasion"
    assert folder().is_absolute()
