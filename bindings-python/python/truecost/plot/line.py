"""What a comparison compares, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from .amount import ZERO
from .canvas import Label
from .item import Item, of_product


@dataclass(frozen=True)
class Line:
    """A row of a comparison: of an item, of a word in its stead, or with a label alone."""

    label: Label
    item: Item | None = None
    result: str = ""
    word: str = ""


def chosen_items(
    found: dict[str, list[Item]], wanted: list[str] | None, origin: str | None
) -> dict[str, list[Item]]:
    """The items asked for; each product has to be in at least one of the results."""
    every = [item for some in found.values() for item in some]
    if wanted is None:
        asked = [item for item in every if origin in (None, item.origin)]
    else:
        asked = [item for product in wanted for item in of_product(every, product, origin)]
    keep = {(item.product, item.origin) for item in asked}
    if not keep:
        there = ", ".join(sorted({item.origin for item in every}))
        raise ValueError(
            f"nothing is from {origin!r} in this result; it has {there}" if there else "no product to compare"
        )
    return {
        name: [item for item in some if (item.product, item.origin) in keep] for name, some in found.items()
    }


def by_size(chosen: list[Item]) -> list[Line]:
    """The highest true price first; then, without one, the largest gap; then what has but a market price."""

    def size(item: Item) -> tuple[int, Decimal, str, str]:
        for rank, column in enumerate(("true_price", "gap", "market_price")):
            if (amount := item.amount(column)) is not None:
                return rank, amount.copy_negate(), item.product, item.origin
        return 3, ZERO, item.product, item.origin

    per = len({item.unit for item in chosen}) > 1
    return [Line(Label(_label(item, per)), item) for item in sorted(chosen, key=size)]


def by_result(chosen: dict[str, list[Item]]) -> list[Line]:
    """Each product x origin under every result, in the order of the results."""
    every: dict[tuple[str, str], Item] = {}
    for some in chosen.values():
        for item in some:
            every.setdefault((item.product, item.origin), item)
    rows = []
    for place, first in every.items():
        if len(every) > 1:
            rows.append(Line(Label(_label(first, True), bold=True)))
        for name, some in chosen.items():
            here = next((item for item in some if (item.product, item.origin) == place), None)
            rows.append(Line(Label(name), here, name, "" if here else "not in this result"))
    return rows


def _label(item: Item, per: bool) -> str:
    return f"{item.name}, per\u00a0{item.unit}" if per else item.name
