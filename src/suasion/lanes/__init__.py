"""Kernels: the arithmetic of a model, written once, run by NumPy or compiled by Numba.

A *kernel module* has a name that ends in `_kernel` and holds functions of numbers and
arrays, nothing else. It runs as it stands, with NumPy: the oracle, and what runs where
Numba is not installed. `compiled` gives the same text to Numba. Where all draws take the
same steps, a kernel computes with *lanes*, several draws at once: a NumPy row
(`suasion.lanes.rows`) or a vector of the processor (`suasion.lanes.vector`).

Kernels are for models; nothing else gets one.
"""

from suasion.lanes.compiling import ENGINES, compiled, engine_for

__all__ = ["ENGINES", "compiled", "engine_for"]
