"""Amounts of money: exact sums, rounding that adds up, and how they are written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from typing import NamedTuple

ZERO = Decimal(0)

# Money has up to 38 digits; the default context of Python would round a sum of it to 28.
_EXACT = Context(prec=90, rounding=ROUND_HALF_EVEN)

# ISO 4217: the currencies whose minor unit is not a hundredth.
_MINOR_DIGITS = {
    code: digits
    for digits, codes in (
        (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
        (3, "BHD IQD JOD KWD LYD OMR TND"),
        (4, "CLF UYW"),
    )
    for code in codes.split()
}


def minor_digits(currency: str) -> int:
    """Digits of the minor unit: 2 for EUR, 0 for JPY."""
    return _MINOR_DIGITS.get(currency, 2)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The exact sum."""
    whole = ZERO
    for amount in amounts:
        whole = _EXACT.add(whole, amount)
    return whole


def less(whole: Decimal, *parts: Decimal) -> Decimal:
    """The exact difference."""
    return _EXACT.subtract(whole, total(parts))


class Band(NamedTuple):
    """An amount with all factors low, central and high; scenarios, so lower <= upper is not promised."""

    lower: Decimal
    central: Decimal
    upper: Decimal

    def __add__(self, other: object) -> Band:
        """Adds each to each, unlike tuples, which would be joined."""
        if not isinstance(other, Band):
            return NotImplemented
        return Band(*(total(pair) for pair in zip(self, other, strict=True)))

    def external(self) -> Band:
        """max(., 0): a benefit is not an external cost."""
        return Band(*(max(amount, ZERO) for amount in self))

    @property
    def has_width(self) -> bool:
        """Does lower or upper differ from central?"""
        return self.lower != self.central or self.upper != self.central

    @property
    def span(self) -> Decimal:
        """From the least to the most of the three."""
        return less(max(self), min(self))


NOTHING = Band(ZERO, ZERO, ZERO)


def rounded(parts: Sequence[Decimal], digits: int, whole: Decimal | None = None) -> list[Decimal]:
    """Rounds parts so that they add up to the rounded whole, by largest remainder; of equals the earlier
    takes it.

    As the tables of the command are rounded. ``whole``: what they shall add up to, already rounded; otherwise
    their own sum, half-even.
    """
    unit = Decimal(1).scaleb(-digits)
    floors = [part.quantize(unit, ROUND_FLOOR, _EXACT) for part in parts]
    target = total(parts).quantize(unit, ROUND_HALF_EVEN, _EXACT) if whole is None else whole
    left = int(less(target, *floors).scaleb(digits, _EXACT))
    order = sorted(range(len(parts)), key=lambda i: (less(floors[i], parts[i]), i))
    for index in order[: max(left, 0)]:
        floors[index] = total([floors[index], unit])
    return floors


def in_minor(amount: Decimal, digits: int) -> Decimal:
    """One amount in the minor unit, half-even."""
    return amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN, _EXACT)


def exact(amount: Decimal | None, otherwise: str = "none") -> str:
    """Every digit, without trailing zeros."""
    if amount is None:
        return otherwise
    text = format(amount, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def shown(rounded_amount: Decimal, exact_amount: Decimal, digits: int, sign: bool = False) -> str:
    """An amount as a label has it; what rounds to nothing and is something is less than the minor unit."""
    minus = rounded_amount < 0 or (rounded_amount == 0 and exact_amount < 0)
    prefix = "\u2212" if minus else "+" if sign else ""
    space = "\u00a0" if sign else ""
    if rounded_amount == 0 and exact_amount != 0:
        return f"{prefix}{space}<\u2009{format(Decimal(1).scaleb(-digits), 'f')}"
    return f"{prefix}{space}{format(rounded_amount.copy_abs(), f'.{digits}f')}"


def telling(amounts: Iterable[Decimal], digits: int) -> int:
    """Digits that leave the largest amount two figures: the minor unit, or more where all are small."""
    largest = max((amount.copy_abs() for amount in amounts), default=ZERO)
    return digits if largest == ZERO else max(digits, 1 - largest.adjusted())


def on_label(amount: Decimal, digits: int, sign: bool = False) -> str:
    """One amount as a label has it, rounded on its own."""
    return shown(in_minor(amount, digits), amount, digits, sign)
