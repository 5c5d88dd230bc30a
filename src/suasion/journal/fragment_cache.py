"""Django's cache, where templates keep what they have rendered: packed, in memory.

Django's own cache in memory counts entries, throws a third of them away at once, and
keeps text as it is. A journal's fragments are long, and four times shorter packed.
"""

from __future__ import annotations

import pickle
import time
import zlib
from collections import OrderedDict
from threading import Lock
from typing import Any, NamedTuple

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

__all__ = ["FragmentCache"]

MEMORY = 12_000_000  # bytes in each worker
OVERHEAD = 400  # bytes, about, of an entry's key and place
LONG = 1_000  # bytes from which on packing is worth its time


class Entry(NamedTuple):
    """A value, pickled, and packed if it is long; and until when it holds."""

    value: bytes
    packed: bool
    until: float | None


class Shelf:
    """What all threads of a worker keep, the least recently read thrown out first."""

    def __init__(self) -> None:
        self.entries: OrderedDict[str, Entry] = OrderedDict()
        self.size = 0
        self.lock = Lock()

    def get(self, key: str) -> Entry | None:
        """Return an entry that still holds."""
        with self.lock:
            entry = self.entries.get(key)
            if entry is None:
                return None
            if entry.until is not None and entry.until <= time.time():
                self._drop(key)
                return None
            self.entries.move_to_end(key)
            return entry

    def put(self, key: str, entry: Entry) -> None:
        """Keep an entry, and throw others out for it."""
        with self.lock:
            self._drop(key)
            self.entries[key] = entry
            self.size += len(entry.value) + OVERHEAD
            while self.size > MEMORY:
                self._drop(next(iter(self.entries)))

    def drop(self, key: str) -> bool:
        """Throw an entry out; return whether it was there."""
        with self.lock:
            return self._drop(key)

    def clear(self) -> None:
        """Throw everything out."""
        with self.lock:
            self.entries.clear()
            self.size = 0

    def _drop(self, key: str) -> bool:
        entry = self.entries.pop(key, None)
        if entry is None:
            return False
        self.size -= len(entry.value) + OVERHEAD
        return True


_SHELVES: dict[str, Shelf] = {}


class FragmentCache(BaseCache):
    """The cache, as Django asks for one (BACKEND of CACHES): one shelf a name."""

    def __init__(self, name: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._shelf = _SHELVES.setdefault(name, Shelf())

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """Return a value, or the default."""
        entry = self._shelf.get(self.make_and_validate_key(key, version=version))
        if entry is None:
            return default
        return pickle.loads(
            zlib.decompress(entry.value) if entry.packed else entry.value
        )

    def set(
        self,
        key: Any,
        value: Any,
        timeout: Any = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        """Keep a value."""
        until = self.get_backend_timeout(timeout)
        said = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        packed = len(said) >= LONG
        entry = Entry(zlib.compress(said, 1) if packed else said, packed, until)
        self._shelf.put(self.make_and_validate_key(key, version=version), entry)

    def add(
        self,
        key: Any,
        value: Any,
        timeout: Any = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        """Keep a value unless there is one."""
        if self.has_key(key, version=version):
            return False
        self.set(key, value, timeout, version)
        return True

    def touch(
        self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Let a value hold for longer; return whether there is one."""
        place = self.make_and_validate_key(key, version=version)
        entry = self._shelf.get(place)
        if entry is None:
            return False
        self._shelf.put(place, entry._replace(until=self.get_backend_timeout(timeout)))
        return True

    def delete(self, key: Any, version: int | None = None) -> bool:
        """Forget a value; return whether there was one."""
        return self._shelf.drop(self.make_and_validate_key(key, version=version))

    def clear(self) -> None:
        """Forget everything."""
        self._shelf.clear()
