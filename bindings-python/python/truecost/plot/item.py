"""One product x origin of a result, with its cells."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from .amount import NOTHING, ZERO, Band, exact, in_minor, less, minor_digits, rounded, total
from .result import Result

DIMENSIONS = ("environmental", "social", "health")

Row = dict[str, Any]


@dataclass(frozen=True)
class Item:
    """A product x origin: its row of the table, its rows of the breakdown, and the indicators by id."""

    result: Result
    product: str
    origin: str
    unit: str
    row: Row
    cells: list[Row]
    indicators: dict[str, Row]

    @property
    def name(self) -> str:
        """Name and origin, as titles have it."""
        return f"{self.row.get('name') or self.product} ({region(self.origin)})"

    @property
    def digits(self) -> int:
        """Digits of the minor unit."""
        return minor_digits(self.result.currency)

    @property
    def money(self) -> str:
        """What amounts are counted in, as axes have it."""
        return f"{self.result.currency} of {self.result.year} per {self.unit}"

    def amount(self, column: str) -> Decimal | None:
        """Money of the table; ``None`` where there is none."""
        value = self.row[column]
        return None if value is None else Decimal(value)

    def band(self, column: str) -> Band | None:
        """Money of the table with all factors low, central and high; ``None`` where there is none."""
        return None if self.row[column] is None else _band(self.row, column)

    def ids(self, column: str) -> list[str]:
        """Indicators of a column of the coverage."""
        return str(self.row[column] or "").split()

    def indicator(self, key: str) -> Row:
        """An indicator by its id."""
        if key not in self.indicators:
            raise ValueError(
                f"the breakdown of {self.product} has the indicator {key}, prices.indicators has not"
            )
        return self.indicators[key]

    def named(self, key: str) -> str:
        """The name of an indicator."""
        return str(self.indicator(key)["name"] or key)

    def dimension(self, key: str) -> str:
        """The dimension of an indicator."""
        return str(self.indicator(key)["dimension"])

    @cached_property
    def costs(self) -> dict[str, Band]:
        """Cost of each priced indicator over the whole chain; negative: a benefit.

        Raises ``ValueError`` if they do not add up to the table, which would make every drawing of them
        wrong.
        """
        costs: dict[str, Band] = defaultdict(lambda: NOTHING)
        for cell in self.cells:
            if (cost := band(cell)) is not None:
                costs[cell["indicator"]] += cost
        for dimension in ("external_cost", *DIMENSIONS):
            some = (
                cost for key, cost in costs.items() if dimension in ("external_cost", self.dimension(key))
            )
            drawn, stated = total(cost.external().central for cost in some), self.amount(dimension)
            if drawn != (stated or ZERO):
                raise ValueError(
                    f"the breakdown of {self.product} ({self.origin}) adds up to {exact(drawn)}, column "
                    f"{dimension} of the table says {exact(stated)}: they are not of one result"
                )
        return dict(costs)

    @cached_property
    def netted(self) -> bool:
        """Is netting on: do benefits and overpayment stand in the gap?"""
        gap, external = self.amount("gap"), self.amount("external_cost")
        if gap is None or external is None:
            return False
        plain = less(external, self.amount("internalised") or ZERO)
        if gap == plain:
            return False
        if gap == less(plain, self.amount("benefits") or ZERO, self.amount("overpaid") or ZERO):
            return True
        raise ValueError(f"the gap of {self.product} ({self.origin}) is {gap}: its parts do not add up to it")

    @cached_property
    def shelf(self) -> dict[str, Decimal]:
        """Rounded as the tables of the command are: market price + gap = true price, to the minor unit.

        What is ``None`` in the table is 0 here; ask the table first.
        """
        whole = {"market_price": self.amount("market_price") or ZERO}
        whole |= {dimension: self.amount(dimension) or ZERO for dimension in DIMENSIONS}
        whole["internalised"] = (self.amount("internalised") or ZERO).copy_negate()
        parts = dict(zip(whole, rounded(list(whole.values()), self.digits), strict=True))
        gap = total(list(parts.values())[1:])
        if self.netted:
            gap = in_minor(self.amount("gap") or ZERO, self.digits)
        return parts | {"gap": gap, "true_price": total([parts["market_price"], gap])}

    def word(self, dimension: str) -> str:
        """Why a dimension has no money."""
        stated = [*self.ids("priced"), *self.ids("unpriced"), *self.ids("excluded")]
        return "unpriced" if any(self.dimension(key) == dimension for key in stated) else "not stated"

    @property
    def unpriced(self) -> list[str]:
        """Names of what is stated and has no price, or has one in part only."""
        priced = self.ids("priced")
        return [f"{self.named(key)}{' (in part)' if key in priced else ''}" for key in self.ids("unpriced")]


def band(cell: Row) -> Band | None:
    """The cost of a cell; ``None`` where it has no price."""
    if cell["status"] != "priced" or cell["cost"] is None:
        return None
    return _band(cell, "cost")


def _band(row: Row, column: str) -> Band:
    """A column with its lower and upper; without a range, central is lower and upper."""
    central = Decimal(row[column])
    ends = (row.get(f"{column}_{end}") for end in ("lower", "upper"))
    lower, upper = (central if end is None else Decimal(end) for end in ends)
    return Band(lower, central, upper)


def region(code: str) -> str:
    """A region as people read it."""
    return "world" if code == "001" else code


def items(result: Result) -> list[Item]:
    """All products x origins of a result."""
    cells: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for cell in result.breakdown.to_pylist():
        cells[cell["product"], cell["origin"]].append(cell)
    indicators = {row["id"]: row for row in result.indicators.to_pylist()}
    return [
        Item(result, *place, row["unit"], row, cells[place], indicators)
        for row in result.table.to_pylist()
        for place in [(row["product"], row["origin"])]
    ]


def of_product(every: list[Item], product: str, origin: str | None = None) -> list[Item]:
    """The items of a product, of one origin if it is given.

    Raises ``ValueError``, with names that are near, if there is none.
    """
    found = [item for item in every if item.product == product]
    if not found:
        names = {str(item.row.get("name") or "").lower(): item.product for item in every}
        raise ValueError(
            f"no product {product!r} in this result{_near(product, [i.product for i in every], names)}"
        )
    if origin is None:
        return found
    there = [item for item in found if item.origin == origin]
    if not there:
        raise ValueError(
            f"no {product!r} from {origin!r} in this result; it is from {_listed(i.origin for i in found)}"
        )
    return there


def pick(result: Result, product: str, origin: str | None = None) -> Item:
    """The one item of a product and origin.

    Raises ``ValueError`` if there is none, or if there are several origins and none is chosen.
    """
    found = of_product(items(result), product, origin)
    if len(found) > 1:
        raise ValueError(
            f"{product!r} is from {_listed(i.origin for i in found)}: say which, with "
            f"origin={found[0].origin!r}"
        )
    return found[0]


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sorted(words))


def _near(asked: str, ids: list[str], names: dict[str, str]) -> str:
    known = sorted(set(ids))
    if asked.lower() in names:
        return f"; did you mean its id {names[asked.lower()]!r}?"
    close = difflib.get_close_matches(asked.lower(), known, n=3, cutoff=0.5)
    close += [key for key in known if asked and asked.lower() in key and key not in close][:3]
    if close:
        return f"; did you mean {', '.join(repr(key) for key in close)}?"
    more = f" and {len(known) - 8} more" if len(known) > 8 else ""
    return f"; it has {', '.join(known[:8])}{more}"
