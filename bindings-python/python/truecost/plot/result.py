"""What the drawings need of a result: three tables and how its money is counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, TypeAlias


class Table(Protocol):
    """A table that can give its rows as dictionaries."""

    def to_pylist(self) -> list[dict[str, Any]]:
        """One dictionary a row; money as ``Decimal``, ``None`` where there is none."""
        ...


class Result(Protocol):
    """True prices: what ``truecost.price`` gives back."""

    @property
    def table(self) -> Table:
        """One row a product x origin, as in ``true_prices.parquet``."""
        ...

    @property
    def breakdown(self) -> Table:
        """One row a product x origin x stage x region x indicator x factor, as in ``breakdown.parquet``."""
        ...

    @property
    def indicators(self) -> Table:
        """One row an indicator: id, name, unit, dimension, kind."""
        ...

    @property
    def currency(self) -> str:
        """Of all money, such as EUR."""
        ...

    @property
    def year(self) -> int:
        """Price year of all money."""
        ...

    @property
    def factors(self) -> str:
        """The factor set with its variant, such as ``ce-delft-2024:standard``."""
        ...


class Classified(Protocol):
    """What flows are: what ``truecost.classify`` gives back."""

    @property
    def totals(self) -> Table:
        """One row a class, unit and year: flows, value, flows without a value."""
        ...

    @property
    def confidence(self) -> Table:
        """One row a class and confidence: whether a rule decided, and flows."""
        ...

    @property
    def lineage(self) -> dict[str, Any]:
        """The dataset and the rules, and cautions."""
        ...


def subject(result: Classified) -> str:
    """What was classified, in a title."""
    data = next(dataset for dataset in result.lineage["datasets"] if dataset["role"] == "flows")
    return str(data["title"] or data["name"])


Results: TypeAlias = Result | Mapping[str, Result]


def one_level(results: Mapping[str, Result]) -> Result:
    """Refuses results whose money cannot stand on one axis; gives back the first.

    Raises ``ValueError`` if there is no result, or if currencies or price years differ.
    """
    if not results:
        raise ValueError("no result to draw: the mapping is empty")
    levels = {name: f"{result.currency} {result.year}" for name, result in results.items()}
    if len(set(levels.values())) > 1:
        said = ", ".join(f"{name}: {level}" for name, level in levels.items())
        raise ValueError(
            f"money of different currencies or years cannot stand on one axis ({said}); "
            "price them with the same currency and year"
        )
    return next(iter(results.values()))
