"""Arrays kept between runs, under a hash of everything they depend on.

The folder is the user's cache folder, or `SUASION_CACHE_DIR`. A cache is a convenience:
if it cannot be read or written, the arrays are computed again and nothing is said.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

__all__ = ["cached", "code", "folder"]

Arrays = Mapping[str, NDArray[np.float64]]

_BESIDE = ("journal", "report")  # nothing computed depends on these folders
_KEPT = 40  # files; the oldest go first


def folder() -> Path:
    """Return where arrays are kept."""
    chosen = os.environ.get("SUASION_CACHE_DIR")
    if chosen:
        return Path(chosen)
    from platformdirs import user_cache_path

    return user_cache_path("suasion", appauthor=False)


def cached(name: str, content: str, compute: Callable[[], Arrays]) -> Arrays:
    """Return `compute()`, or what it returned before for equal content.

    Any change of this package's code, but for report and journal, or of the numerical
    libraries below it counts as other content.

    Parameters
    ----------
    name : str
        Start of the file's name.
    content : str
        Everything that the result depends on, as text.
    compute : callable
    """
    digest = hashlib.sha256(content.encode())
    digest.update(code().encode())
    file = folder() / f"{name}-{digest.hexdigest()[:32]}.npz"
    unreadable = (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile)
    # NumPy leaves a spoilt file open that it opened itself.
    with (
        contextlib.suppress(*unreadable),
        file.open("rb") as stream,
        np.load(stream, allow_pickle=False) as kept,
    ):
        return dict(kept)
    arrays = compute()
    with contextlib.suppress(OSError):
        _write(file, arrays)
    return arrays


def code() -> str:
    """Return a hash of all that computes: this package's code, the libraries below it."""
    digest = hashlib.sha256()
    package = Path(__file__).parent
    for source in sorted(package.rglob("*.py")):
        if source.relative_to(package).parts[0] not in _BESIDE:
            digest.update(source.read_bytes())
    for library in ("arviz-stats", "numpy", "scipy", "suasion"):
        digest.update(version(library).encode())
    return digest.hexdigest()


def _write(file: Path, arrays: Arrays) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=file.parent, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as stream:
            np.savez(stream, **arrays)  # type: ignore[arg-type]
        os.replace(temporary, file)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
    kept = sorted(file.parent.glob("*.npz"), key=lambda path: path.stat().st_mtime)
    for old in kept[:-_KEPT]:
        with contextlib.suppress(OSError):
            old.unlink()
