"""Parts of a backtest on disk: one Parquet file a block, there wholly or not at all.

A file's name says which block it is and a hash of all that its answer depends on: what is
found need not be computed again. DuckDB reads them all at once:
``SELECT * FROM 'folder/*.parquet'``.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from suasion.backtest.block import Answer, Block
from suasion.problem import ForecastError

if TYPE_CHECKING:
    import pyarrow

__all__ = ["find", "read", "write"]


def find(folder: Path, block: Block) -> Path | None:
    """Return the part of a block, or None if it is yet to be computed."""
    file = folder / f"{block.key}.parquet"
    return file if file.is_file() else None


def read(file: Path) -> tuple[Answer, ...]:
    """Return what a part holds.

    Raises
    ------
    ForecastError
        If the file is no part; the message says to remove it.
    """
    _parquet()
    import pyarrow
    import pyarrow.parquet

    try:
        rows = pyarrow.parquet.read_table(file).to_pylist()
        return tuple(
            Answer(
                row["name"],
                row["count"],
                row["total"],
                row["square"],
                np.array(row["draws"], dtype=np.float64),
                row["why"],
            )
            for row in rows
        )
    except (pyarrow.ArrowException, OSError, KeyError) as error:
        raise ForecastError(
            f"{file}: not a part of a backtest ({error}); remove it, and it is computed "
            "again"
        ) from None


def write(folder: Path, block: Block, answers: Sequence[Answer]) -> Path:
    """Write the answers of a block to a temporary file, then rename it."""
    _parquet()
    import pyarrow
    import pyarrow.parquet

    rows = [
        {
            "slug": block.view.slug,
            "as_of": block.on,
            "deadline": block.by,
            "model": block.model,
            "seed": block.seed,
            "start": block.start,
            "stop": block.stop,
            "name": answer.name,
            "count": answer.count,
            "total": answer.total,
            "square": answer.square,
            "draws": answer.draws,
            "why": answer.why,
            "key": block.key,
        }
        for answer in answers
    ]
    table = pyarrow.Table.from_pylist(rows, schema=_schema())
    handle, temporary = tempfile.mkstemp(dir=folder, suffix=".tmp")
    target = folder / f"{block.key}.parquet"
    try:
        with os.fdopen(handle, "wb") as stream:
            pyarrow.parquet.write_table(table, stream)
        os.replace(temporary, target)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
    return target


def _schema() -> pyarrow.Schema:
    import pyarrow as pa

    whole, text = pa.int64(), pa.string()
    return pa.schema(
        {
            "slug": text,
            "as_of": pa.date32(),
            "deadline": pa.date32(),
            "model": text,
            "seed": pa.uint64(),
            "start": whole,
            "stop": whole,
            "name": text,
            "count": whole,
            "total": whole,
            "square": whole,
            "draws": pa.list_(pa.float64()),
            "why": text,
            "key": text,
        }
    )


def _parquet() -> None:
    import importlib.util

    if importlib.util.find_spec("pyarrow") is None:
        raise ForecastError(
            "pyarrow is not installed, and parts on disk need it; install it with "
            "pip install 'suasion[cluster]', or leave --out out"
        )
