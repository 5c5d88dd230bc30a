"""From the text of a kernel to machine code, kept on disk.

Numba looks at the file of a cached function only, so an edit of what it calls in another
file would go unnoticed: code compiled is kept under a hash of all that it was made from.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib
import importlib.util
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from types import FunctionType
from typing import Any

from suasion.cache import folder

__all__ = ["ENGINES", "compiled", "engine_for"]

ENGINES = ("auto", "numba", "numpy")
_VECTOR = "suasion.lanes.vector"
_LOCK = threading.Lock()
_KEPT = 3  # folders of compiled code, one a version of the kernels; the oldest go first


def engine_for(engine: str, *, small: bool = False) -> str:
    """Return "numba" or "numpy": what "auto" stands for here, or what was asked for.

    Parameters
    ----------
    engine : {"auto", "numba", "numpy"}
    small : bool
        Whether NumPy is done before Numba has started: "auto" is then Numba only in a
        process that has it loaded. For models whose engines agree to the last bit.

    Raises
    ------
    ValueError
        If there is no such engine, or Numba is not installed.

    Examples
    --------
    >>> engine_for("numpy")
    'numpy'
    """
    if engine not in ENGINES:
        raise ValueError(
            f"engine is {engine!r}; it is one of {', '.join(ENGINES)}; leave it out"
        )
    there = importlib.util.find_spec("numba") is not None
    if engine == "numba" and not there:
        raise ValueError(
            "engine is 'numba', but Numba is not installed; install it with "
            "pip install 'suasion[fast]', or leave engine out"
        )
    if engine == "auto" and small and "numba" not in sys.modules:
        return "numpy"
    return "numba" if there and engine != "numpy" else "numpy"


def compiled(
    module: str, entry: str, operations: str | None = None
) -> Callable[..., Any]:
    """Compile a function of a kernel module, with all kernels that it calls.

    It is compiled when first called, unless that was done before on this machine, and
    releases the interpreter's lock while it runs.

    Parameters
    ----------
    module : str
        Name of the kernel module.
    entry : str
        Name of the function in it.
    operations : str, optional
        Module of lane operations that take the place of those the kernel imports.
    """
    with _LOCK:
        return _compiled(module, entry, operations)


@functools.cache
def _compiled(module: str, entry: str, operations: str | None) -> Callable[..., Any]:
    import numba

    with _cached_in(_home()) as keeps:
        written = _scope(module, operations)[f"{entry} as written"]
        ready: Callable[..., Any] = numba.njit(cache=keeps, **_options(operations))(
            written
        )
    return ready


def _options(operations: str | None) -> dict[str, Any]:
    # Anything that reorders, or that denies NaN and infinity, changes results.
    flags = {"contract", "nsz"} if operations == _VECTOR else False
    return {"nogil": True, "error_model": "numpy", "fastmath": flags}


@functools.cache
def _scope(module: str, operations: str | None) -> dict[str, Any]:
    """Return the module's names, each kernel among them to be compiled."""
    import numba

    written = vars(importlib.import_module(module))
    scope = dict(written)
    if operations is not None:
        there = vars(importlib.import_module(operations))
        scope |= {name: there[name] for name in there["__all__"] if name in scope}
    for name, value in written.items():
        if not isinstance(value, FunctionType) or not _is_kernel(value):
            continue
        if value.__module__ == module:
            clone = FunctionType(
                value.__code__, scope, value.__name__, value.__defaults__
            )
            clone.__module__ = module
            scope[f"{name} as written"] = clone
            # Only compiled code calls it, so nothing is made for others to call it by.
            scope[name] = numba.njit(
                no_cpython_wrapper=True, no_cfunc_wrapper=True, **_options(operations)
            )(clone)
        else:
            scope[name] = _scope(value.__module__, operations)[value.__name__]
    return scope


def _is_kernel(function: FunctionType) -> bool:
    return function.__module__.endswith("_kernel")


@functools.cache
def _home() -> Path | None:
    """Return the folder for what is compiled from the kernels as they are now."""
    digest = hashlib.sha256()
    package = Path(__file__).parents[1]
    for source in sorted([*package.rglob("*_kernel.py"), *package.glob("lanes/*.py")]):
        digest.update(source.read_bytes())
    for library in ("llvmlite", "numba", "numpy"):
        digest.update(version(library).encode())
    home = folder() / "kernels" / digest.hexdigest()[:16]
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home):
            pass
    except OSError:
        return None
    others = [path for path in home.parent.iterdir() if path.is_dir() and path != home]
    others.sort(key=lambda path: path.stat().st_mtime)
    for old in others[: 1 - _KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    return home


@contextlib.contextmanager
def _cached_in(home: Path | None) -> Iterator[bool]:
    """Let Numba keep what it compiles in a folder; nothing is kept without one."""
    import numba

    before = numba.config.CACHE_DIR
    if home is not None:
        numba.config.CACHE_DIR = str(home)
    try:
        yield home is not None
    finally:
        numba.config.CACHE_DIR = before
