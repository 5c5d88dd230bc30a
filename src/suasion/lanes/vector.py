"""Lane operations in the processor's own vectors, for kernels that Numba compiles.

A vector is eight numbers, which LLVM splits as the processor needs it. An array of
vectors is C-contiguous and ends with an axis of eight; `suasion.lanes.rows` has the same
names. Instructions may be contracted (multiply and add in one step) and forget the sign
of zero, but are not reordered, and NaN and infinity stay what they are.

Of `vmax` and `vmin` neither side may be NaN. The exponential is a polynomial of degree
11 (Chebyshev nodes) after Cody & Waite's reduction, the logarithm that of FDLIBM; both
are good to 5e-16.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic, models, overload, register_model

__all__ = [
    "Vector",
    "VectorMask",
    "anywhere",
    "load",
    "splat",
    "store",
    "vabs",
    "vexp",
    "vlog",
    "vmax",
    "vmin",
    "where",
]

LANES = 8

_FLAGS = ("contract", "nsz")
_REAL, _BITS, _PLACE = ir.DoubleType(), ir.IntType(64), ir.IntType(32)
_REALS, _BITSETS = ir.VectorType(_REAL, LANES), ir.VectorType(_BITS, LANES)
_TRUTHS = ir.VectorType(ir.IntType(1), LANES)

# From a builder and two values, to a value.
_Emit = Callable[[Any, Any, Any], Any]


class Vector(types.Type):  # type: ignore[misc]
    """Numba's type for eight numbers."""

    def __init__(self) -> None:
        super().__init__(f"Vector{LANES}")


class VectorMask(types.Type):  # type: ignore[misc]
    """Numba's type for eight truth values."""

    def __init__(self) -> None:
        super().__init__(f"VectorMask{LANES}")


_vector, _mask = Vector(), VectorMask()


@register_model(Vector)
class _VectorModel(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _REALS)


@register_model(VectorMask)
class _MaskModel(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _TRUTHS)


def _number(kind: Any) -> bool:
    return isinstance(kind, types.Float | types.Integer)


def _numbers(*kinds: Any) -> bool:
    """Whether all are vectors or numbers, and at least one a vector."""
    return any(isinstance(kind, Vector) for kind in kinds) and all(
        isinstance(kind, Vector) or _number(kind) for kind in kinds
    )


def _same(value: float) -> Any:
    return ir.Constant(_REALS, [ir.Constant(_REAL, value)] * LANES)


def _same_bits(value: int) -> Any:
    return ir.Constant(_BITSETS, [ir.Constant(_BITS, value)] * LANES)


def _spread(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    """Put a number into all lanes; a vector is one already."""
    if isinstance(kind, Vector):
        return value
    number = context.cast(builder, value, kind, types.float64)
    nothing = ir.Constant(_REALS, ir.Undefined)
    first = builder.insert_element(nothing, number, ir.Constant(_PLACE, 0))
    order = ir.Constant(ir.VectorType(_PLACE, LANES), [0] * LANES)
    return builder.shuffle_vector(first, nothing, order)


def _of_two(result: Any, emit: _Emit) -> Any:
    """Return an operation on two vectors, or on a vector and a number."""

    @intrinsic  # type: ignore[untyped-decorator]
    def operation(_typing: Any, a: Any, b: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            both = zip(signature.args, values, strict=True)
            return emit(builder, *(_spread(context, builder, *side) for side in both))

        return (result(a, b), code) if _numbers(a, b) else None

    return operation


def _of_masks(emit: _Emit) -> Any:
    @intrinsic  # type: ignore[untyped-decorator]
    def operation(_typing: Any, a: Any, b: Any) -> Any:
        def code(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
            return emit(builder, *values)

        masks = isinstance(a, VectorMask) and isinstance(b, VectorMask)
        return (_mask(a, b), code) if masks else None

    return operation


def _compare(sign: str) -> _Emit:
    if sign == "!=":  # NaN differs from everything
        return lambda builder, a, b: builder.fcmp_unordered(sign, a, b)
    return lambda builder, a, b: builder.fcmp_ordered(sign, a, b)


def _arithmetic(name: str) -> _Emit:
    return lambda builder, a, b: getattr(builder, name)(a, b, flags=_FLAGS)


def _choose(sign: str) -> _Emit:
    return lambda builder, a, b: builder.select(builder.fcmp_ordered(sign, a, b), a, b)


def _stands_for(sign: Any, fits: Callable[[Any, Any], bool], operation: Any) -> None:
    """Let Python's operator do the operation, on the types that fit."""

    @overload(sign, strict=False)  # type: ignore[untyped-decorator]
    def meaning(a: Any, b: Any) -> Any:
        return (lambda a, b: operation(a, b)) if fits(a, b) else None


def _masks(a: Any, b: Any) -> bool:
    return isinstance(a, VectorMask) and isinstance(b, VectorMask)


for _sign, _name in (
    (operator.add, "fadd"),
    (operator.sub, "fsub"),
    (operator.mul, "fmul"),
    (operator.truediv, "fdiv"),
):
    _stands_for(_sign, _numbers, _of_two(_vector, _arithmetic(_name)))
for _sign, _name in (
    (operator.lt, "<"),
    (operator.le, "<="),
    (operator.gt, ">"),
    (operator.ge, ">="),
    (operator.eq, "=="),
    (operator.ne, "!="),
):
    _stands_for(_sign, _numbers, _of_two(_mask, _compare(_name)))
_stands_for(operator.and_, _masks, _of_masks(lambda builder, a, b: builder.and_(a, b)))
_stands_for(operator.or_, _masks, _of_masks(lambda builder, a, b: builder.or_(a, b)))


@intrinsic  # type: ignore[untyped-decorator]
def _minus(_typing: Any, a: Any) -> Any:
    def code(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return builder.fneg(values[0], flags=_FLAGS)

    return _vector(a), code


@overload(operator.neg, strict=False)  # type: ignore[untyped-decorator]
def _negative(a: Any) -> Any:
    return (lambda a: _minus(a)) if isinstance(a, Vector) else None


@intrinsic  # type: ignore[untyped-decorator]
def _not(_typing: Any, a: Any) -> Any:
    def code(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return builder.not_(values[0])

    return _mask(a), code


@overload(operator.invert, strict=False)  # type: ignore[untyped-decorator]
def _opposite(a: Any) -> Any:
    return (lambda a: _not(a)) if isinstance(a, VectorMask) else None


vmax = _of_two(_vector, _choose(">"))
vmin = _of_two(_vector, _choose("<"))


@intrinsic  # type: ignore[untyped-decorator]
def splat(_typing: Any, value: Any) -> Any:
    """Return a vector with the same number in all lanes."""

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return _spread(context, builder, signature.args[0], values[0])

    return _vector(value), code


@intrinsic  # type: ignore[untyped-decorator]
def where(_typing: Any, mask: Any, yes: Any, no: Any) -> Any:
    """Choose, lane by lane."""

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        both = zip(signature.args[1:], values[1:], strict=True)
        sides = (_spread(context, builder, *side) for side in both)
        return builder.select(values[0], *sides)

    return _vector(mask, yes, no), code


@intrinsic  # type: ignore[untyped-decorator]
def anywhere(_typing: Any, mask: Any) -> Any:
    """Whether the mask is true in any lane."""

    def code(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        bits = builder.bitcast(values[0], ir.IntType(LANES))
        return builder.icmp_unsigned("!=", bits, ir.Constant(bits.type, 0))

    return types.boolean(mask), code


def _address(context: Any, builder: Any, signature: Any, values: Any) -> Any:
    array = context.make_array(signature.args[0])(context, builder, values[0])
    at = context.cast(builder, values[1], signature.args[1], types.intp)
    first = builder.gep(array.data, [builder.mul(at, ir.Constant(_BITS, LANES))])
    return builder.bitcast(first, _REALS.as_pointer())


@intrinsic  # type: ignore[untyped-decorator]
def load(_typing: Any, array: Any, at: Any) -> Any:
    """Return a vector of the array."""

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        address = _address(context, builder, signature, values)
        vector = builder.load(address, typ=_REALS)
        vector.align = 8
        return vector

    return _vector(array, at), code


@intrinsic  # type: ignore[untyped-decorator]
def store(_typing: Any, array: Any, at: Any, value: Any) -> Any:
    """Put a vector into the array."""

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        address = _address(context, builder, signature, values)
        vector = _spread(context, builder, signature.args[2], values[2])
        builder.store(vector, address).align = 8
        return context.get_dummy_value()

    return types.void(array, at, value), code


@intrinsic  # type: ignore[untyped-decorator]
def vabs(_typing: Any, a: Any) -> Any:
    """Return the size, lane by lane."""

    def code(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        bits = builder.bitcast(values[0], _BITSETS)
        return builder.bitcast(builder.and_(bits, _same_bits((1 << 63) - 1)), _REALS)

    return _vector(a), code


@intrinsic  # type: ignore[untyped-decorator]
def vexp(_typing: Any, a: Any) -> Any:
    """Return the exponential, of -700 to 700; of less, that of -700."""

    def code(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return _exponential(builder, values[0])

    return _vector(a), code


@intrinsic  # type: ignore[untyped-decorator]
def vlog(_typing: Any, a: Any) -> Any:
    """Return the natural logarithm, of at least 1e-300; of less, that of 1e-300."""

    def code(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return _logarithm(builder, values[0])

    return _vector(a), code


class _Arithmetic:
    """Plus, minus, times, and a polynomial, on vectors and Python's numbers."""

    def __init__(self, builder: Any) -> None:
        self.builder = builder

    def _emit(self, name: str, a: Any, b: Any) -> Any:
        sides = (_same(side) if isinstance(side, float) else side for side in (a, b))
        return getattr(self.builder, name)(*sides, flags=_FLAGS)

    def add(self, a: Any, b: Any) -> Any:
        return self._emit("fadd", a, b)

    def sub(self, a: Any, b: Any) -> Any:
        return self._emit("fsub", a, b)

    def mul(self, a: Any, b: Any) -> Any:
        return self._emit("fmul", a, b)

    def div(self, a: Any, b: Any) -> Any:
        return self._emit("fdiv", a, b)

    def polynomial(self, x: Any, *coefficients: float) -> Any:
        """Evaluate, the constant first."""
        value: Any = coefficients[-1]
        for coefficient in coefficients[-2::-1]:
            value = self.add(self.mul(x, value), coefficient)
        return value


# Where the last bit of a number is 1, so that adding it rounds to whole numbers.
_WHOLE = 6755399441055744.0
_LN2 = (6.93145751953125e-1, 1.42860682030941723212e-6)
# Of (e^r - 1 - r) / r^2, on half of ln 2 to either side: even powers, odd powers.
_EXP_EVEN = (
    0.5000000000000001,
    0.04166666666662399,
    0.0013888888917281794,
    2.480152119021773e-05,
    2.7620138719734004e-07,
)
_EXP_ODD = (
    0.16666666666666669,
    0.008333333333330051,
    0.00019841269863105968,
    2.7557268378684192e-06,
    2.5100424157005073e-08,
)


def _exponential(builder: Any, x: Any) -> Any:
    do = _Arithmetic(builder)
    x = _choose(">")(builder, x, _same(-700.0))
    shifted = do.add(do.mul(x, 1.4426950408889634), _WHOLE)
    twos = do.sub(shifted, _WHOLE)
    r = x
    for part in _LN2:
        r = do.sub(r, do.mul(twos, part))
    square = do.mul(r, r)
    odd = do.mul(r, do.polynomial(square, *_EXP_ODD))
    rest = do.add(do.polynomial(square, *_EXP_EVEN), odd)
    value = do.add(do.mul(square, rest), do.add(r, 1.0))
    power = builder.shl(builder.bitcast(shifted, _BITSETS), _same_bits(52))
    return builder.bitcast(builder.add(builder.bitcast(value, _BITSETS), power), _REALS)


def _logarithm(builder: Any, x: Any) -> Any:
    do = _Arithmetic(builder)
    bits = builder.bitcast(_choose(">")(builder, x, _same(1e-300)), _BITSETS)
    one = 1023 << 52
    # The exponent, biased, if the mantissa is to run from sqrt(1/2) to sqrt(2).
    above = builder.add(bits, _same_bits(one - 0x3FE6A09E667F3BCD))
    exponent = builder.lshr(above, _same_bits(52))
    mantissa = builder.bitcast(
        builder.sub(
            builder.add(bits, _same_bits(one)), builder.shl(exponent, _same_bits(52))
        ),
        _REALS,
    )
    # With these bits in front, a small whole number is a float, 2^52 too large.
    float_bits = builder.or_(exponent, _same_bits(0x4330000000000000))
    twos = do.sub(builder.bitcast(float_bits, _REALS), 2.0**52 + 1023)
    f = do.sub(mantissa, 1.0)
    s = do.div(f, do.add(f, 2.0))
    z = do.mul(s, s)
    w = do.mul(z, z)
    even = do.polynomial(
        w, 3.999999999940941908e-01, 2.222219843214978396e-01, 1.531383769920937332e-01
    )
    odd = do.polynomial(
        w,
        6.666666666666735130e-01,
        2.857142874366239149e-01,
        1.818357216161805012e-01,
        1.479819860511658591e-01,
    )
    series = do.add(do.mul(w, even), do.mul(z, odd))
    half = do.mul(do.mul(f, 0.5), f)
    low = do.mul(twos, 1.90821492927058770002e-10)
    inner = do.add(do.mul(s, do.add(half, series)), low)
    return do.add(
        do.mul(twos, 6.93147180369123816490e-01), do.sub(f, do.sub(half, inner))
    )
