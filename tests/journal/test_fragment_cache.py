"""The cache of fragments gives back what it was given, in the memory it may use."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.safestring import SafeString, mark_safe
from hypothesis import given
from hypothesis import strategies as st

from suasion.journal import fragment_cache
from suasion.journal.fragment_cache import FragmentCache


@pytest.fixture
def cache(monkeypatch: Any) -> FragmentCache:
    monkeypatch.setattr(fragment_cache, "_SHELVES", {})
    return FragmentCache("", {})


@given(st.text(max_size=40), st.integers(1, 300), st.booleans())
def test_text_comes_back_as_it_was(piece: str, times: int, is_safe: bool) -> None:
    cache = FragmentCache("of this test", {})
    said = mark_safe(piece * times) if is_safe else piece * times
    cache.set("said", said)
    assert cache.get("said") == said
    assert isinstance(cache.get("said"), SafeString) == is_safe


def test_the_threads_of_a_worker_share_it_and_names_do_not(
    cache: FragmentCache,
) -> None:
    cache.set("a", 1)
    assert FragmentCache("", {}).get("a") == 1
    assert FragmentCache("other", {}).get("a") is None


def test_it_answers_as_django_asks(cache: FragmentCache) -> None:
    assert cache.add("a", 1)
    assert not cache.add("a", 2)
    assert cache.incr("a", 5) == 6
    assert cache.get_many(["a", "b"]) == {"a": 6}
    assert cache.delete("a")
    assert not cache.delete("a")
    assert cache.get("a", "nothing") == "nothing"
    cache.set("a", 1, version=2)
    assert "a" not in cache
    cache.clear()
    assert cache.get("a", version=2) is None


def test_a_value_holds_for_its_time(cache: FragmentCache, monkeypatch: Any) -> None:
    now = [1e9]
    monkeypatch.setattr(fragment_cache.time, "time", lambda: now[0])
    cache.set("a", 1, 60)
    cache.set("b", 2, 60)
    cache.set("forever", 3, None)
    now[0] += 59
    assert cache.get("a") == 1
    assert cache.touch("a", 60)
    now[0] += 2
    assert cache.get("a") == 1
    assert cache.get("b") is None
    assert not cache.touch("b", 60)
    now[0] += 1e9
    assert cache.get("forever") == 3


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 900)), max_size=80))
def test_it_never_holds_more_than_its_memory(puts: list[tuple[int, int]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fragment_cache, "MEMORY", 4_000)
        patch.setattr(fragment_cache, "_SHELVES", {})
        cache = FragmentCache("", {})
        for key, size in puts:
            cache.set(str(key), b"x" * size)
            assert cache.get(str(key)) == b"x" * size
            shelf = cache._shelf
            held = sum(len(entry.value) for entry in shelf.entries.values())
            assert shelf.size == held + fragment_cache.OVERHEAD * len(shelf.entries)
            assert shelf.size <= 4_000


def test_what_was_not_read_for_longest_goes_first(
    cache: FragmentCache, monkeypatch: Any
) -> None:
    monkeypatch.setattr(fragment_cache, "MEMORY", 3 * (fragment_cache.OVERHEAD + 200))
    for key in "abc":
        cache.set(key, b"x" * 150)
    cache.get("a")
    cache.set("d", b"x" * 150)
    assert [key for key in "abcd" if key in cache] == ["a", "c", "d"]
