"""A result small enough to be added up by head, and how to look into a drawing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from truecost.plot import palette

REPOSITORY = Path(__file__).parents[2]


# A result small enough to be added up by head.


@dataclass
class Rows:
    """A table."""

    rows: list[dict[str, Any]]

    def to_pylist(self) -> list[dict[str, Any]]:
        return [dict(row) for row in self.rows]


@dataclass
class Prices:
    """True prices."""

    table: Rows
    breakdown: Rows
    indicators: Rows
    currency: str = "EUR"
    year: int = 2024
    factors: str = "by-hand:standard"


def money(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


INDICATORS = [
    {"id": key, "name": name, "unit": unit, "dimension": dimension, "kind": "burden"}
    for key, name, unit, dimension in [
        ("climate", "Climate change", "kg", "environmental"),
        ("acid", "Acidification", "kg", "environmental"),
        ("soil", "Loss of soil carbon", "kg", "environmental"),
        ("water", "Water use", "m3", "environmental"),
        ("wage", "Wage gap below a living wage of people who are hired by the day", "EUR2024", "social"),
        ("noise", "Noise", "h", "health"),
    ]
]


def row(product: str, origin: str = "NL", **given: str | None) -> dict[str, Any]:
    words = {"priced": "", "unpriced": "", "excluded": "", "partial": "", "not_stated": "", "cut_off": ""}
    columns = (
        "market_price environmental social health external_cost internalised overpaid benefits gap "
        "true_price gap_lower gap_upper true_price_lower true_price_upper external_cost_shared "
        "public_support price_support"
    )
    amounts = dict.fromkeys(columns.split())
    texts = {key: value for key, value in given.items() if key not in amounts}
    filled = {key: money(given.get(key)) for key in amounts}
    base = {
        "product": product,
        "name": product.capitalize(),
        "origin": origin,
        "category": "",
        "unit": "piece",
    }
    priced = len((texts.get("priced") or "").split())
    level = {"currency": "EUR", "price_year": 2024, "vat": "", "coverage": f"{priced} priced"}
    return {**base, **level, **words, **filled, **texts}


def cell(
    place: str, stage: str, indicator: str, *costs: str, region: str = "NL", amount: float = 1.0
) -> dict[str, Any]:
    product, _, origin = place.partition("@")
    lower, central, upper = costs if len(costs) == 3 else costs * 3 if costs else (None, None, None)
    unit = next(i["unit"] for i in INDICATORS if i["id"] == indicator)
    return {
        "product": product,
        "origin": origin or "NL",
        "stage": stage,
        "region": region,
        "indicator": indicator,
        "amount": amount,
        "unit": unit,
        "status": "priced" if costs else "unpriced",
        "factor": money(central),
        "factor_lower": money(lower),
        "factor_upper": money(upper),
        "cost": money(central),
        "cost_lower": money(lower),
        "cost_upper": money(upper),
        "currency": "EUR",
        "price_year": 2024,
        "factor_source": "",
        "source": "",
    }


LOAF = {
    "market_price": "3.00",
    "environmental": "0.425",
    "social": "0.20",
    "external_cost": "0.625",
    "internalised": "0.025",
    "overpaid": "0",
    "benefits": "0.05",
    "gap": "0.600",
    "true_price": "3.600",
    "gap_lower": "0.400",
    "gap_upper": "0.900",
    "true_price_lower": "3.400",
    "true_price_upper": "3.900",
    "priced": "acid climate soil wage",
    "unpriced": "water",
    "not_stated": "noise",
    "coverage": "4 priced, 1 unpriced, 1 not stated",
}
LOAF_CELLS = [
    cell("loaf", "farming", "climate", "0.07", "0.20", "0.40"),
    cell("loaf", "farming", "wage", "0.20", region="FR"),
    cell("loaf", "farming", "soil", "-0.05"),
    cell("loaf", "baking", "climate", "0.03", "0.10", "0.20"),
    cell("loaf", "baking", "acid", "0.125"),
    cell("loaf", "washing", "water", amount=2.0),
]
CAKE = {
    "environmental": "0.10",
    "external_cost": "0.10",
    "internalised": "0",
    "overpaid": "0",
    "benefits": "0",
    "gap": "0.10",
    "gap_lower": "0.10",
    "gap_upper": "0.10",
    "priced": "climate",
}


@pytest.fixture
def prices() -> Prices:
    rows = [
        row("loaf", **LOAF),
        row("cake", "NL", **CAKE),
        row("cake", "FR", **(CAKE | {"unpriced": "wage"})),
        row("air", market_price="1.00", unpriced="noise"),
    ]
    cells = [
        *LOAF_CELLS,
        cell("cake@NL", "baking", "climate", "0.10"),
        cell("cake@FR", "baking", "climate", "0.10"),
        cell("cake@FR", "baking", "wage"),
        cell("air", "", "noise"),
    ]
    return Prices(Rows(rows), Rows(cells), Rows(INDICATORS))


def with_loaf(prices: Prices, **changes: str | None) -> Prices:
    """The same with another loaf."""
    loaf: dict[str, str | None] = {**LOAF, **changes}
    rows = [row("loaf", "NL", **loaf), *prices.table.rows[1:]]
    return Prices(Rows(rows), prices.breakdown, prices.indicators)


def spec(chart: Any, validate: bool = True) -> dict[str, Any]:
    """The chart as Vega-Lite; Altair checks it against the schema, which takes a while."""
    made: dict[str, Any] = chart.to_dict(validate=validate)
    return made


def records(chart: Any) -> list[dict[str, Any]]:
    """All rows of data of a chart, each once."""
    made = spec(chart, validate=False)
    found: list[dict[str, Any]] = []

    def walk(part: Any) -> Iterator[list[dict[str, Any]]]:
        if isinstance(part, dict):
            if "values" in part.get("data", {}):
                yield part["data"]["values"]
            if "name" in part.get("data", {}):
                yield made["datasets"][part["data"]["name"]]
            for value in part.values():
                yield from walk(value)
        elif isinstance(part, list):
            for value in part:
                yield from walk(value)

    for values in walk(made):
        found += [value for value in values if value not in found]
    return found


def subtitle(chart: Any) -> str:
    """All that stands below the title, on one line, with plain spaces."""
    return " ".join(spec(chart, validate=False)["title"]["subtitle"]).replace("\u00a0", " ")


def texts(chart: Any) -> list[str]:
    """All words in the drawing."""
    found = [record["text"] for record in records(chart) if "text" in record]
    joined = (" ".join(text) if isinstance(text, list) else text for text in found)
    return [text.replace("\u00a0", " ").replace("\u2009", "") for text in joined]


def with_field(chart: Any, *fields: str) -> list[dict[str, Any]]:
    return [r for r in records(chart) if all(field in r for field in fields)]


def add(amounts: Iterable[str]) -> Decimal:
    return sum((Decimal(amount) for amount in amounts), Decimal(0))


# Colours


def apart(colours: Iterable[str], least: float) -> None:
    lights = [palette.luminance(colour) for colour in colours]
    assert all(abs(a - b) >= least for a, b in pairwise(lights)), lights
