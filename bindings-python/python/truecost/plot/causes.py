"""From the price as it is to that of a scenario, cause by cause."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from . import canvas
from .amount import ZERO, exact, minor_digits, on_label, telling, total
from .canvas import Label
from .palette import DIMENSIONS, MARKET, SOFT, TOTAL
from .result import Table

if TYPE_CHECKING:
    import altair as alt

Row = dict[str, Any]

_TIPS = ("step", "change", "so far")
_WORDS = {"true_price": "true price", "gap": "true price gap", "external_cost": "external cost"}


class Compared(Protocol):
    """What ``truecost.compare`` gives back."""

    @property
    def table(self) -> Table:
        """One row a product x origin in the dataset as it is and in each scenario."""
        ...

    @property
    def causes(self) -> Table:
        """One row a scenario, product x origin and cause."""
        ...


def is_comparison(result: object) -> bool:
    """Is it an answer of ``truecost.compare``?"""
    return hasattr(result, "causes") and hasattr(result, "table")


def draw(
    comparison: Compared, products: str | Sequence[str] | None = None, origin: str | None = None
) -> alt.VConcatChart:
    """A drawing a scenario and product x origin, one below the other; see :func:`truecost.plot.compare`."""
    canvas.need_altair()
    import altair as alt

    wanted = [products] if isinstance(products, str) else products
    rows = comparison.table.to_pylist()
    known = {row["product"] for row in rows}
    for product in wanted or ():
        if product not in known:
            raise ValueError(f"there is no product {product!r}; there are {', '.join(sorted(known))}")

    def is_wanted(row: Row) -> bool:
        return (wanted is None or row["product"] in wanted) and (origin is None or row["origin"] == origin)

    base = {(row["product"], row["origin"]): row for row in rows if row["scenario"] == "base"}
    causes: dict[tuple[str, str, str], list[Row]] = {}
    for row in comparison.causes.to_pylist():
        causes.setdefault((row["scenario"], row["product"], row["origin"]), []).append(row)
    panels = []
    for row in rows:
        place = row["product"], row["origin"]
        parts = causes.get((row["scenario"], *place))
        if parts and is_wanted(row):
            panels.append(_panel(base[place], row, parts))
    if not panels:
        raise ValueError("there is nothing to draw: no product of these is in a scenario too")
    chart: alt.VConcatChart = alt.vconcat(*panels, spacing=28)
    return chart


def _panel(base: Row, scenario: Row, parts: list[Row]) -> alt.LayerChart:
    import altair as alt

    column = next((name for name in _WORDS if _whole(name, base, scenario, parts)), "external_cost")
    amounts = [base[column], *(part[column] for part in parts), scenario[column]]
    digits = telling([part[column] for part in parts], minor_digits(base["currency"]))
    labels = [Label("As it is", bold=True), *(Label(part["title"]) for part in parts)]
    labels.append(Label(f"Scenario {scenario['scenario']}", bold=True))
    records: list[canvas.Record] = []
    texts, threads, at = [], [], ZERO
    for index, (label, amount) in enumerate(zip(labels, amounts, strict=True)):
        is_end = index in (0, len(labels) - 1)
        start = ZERO if is_end else at
        end = total([start, amount])
        said = {"step": label.text, "change": exact(amount), "so far": exact(end)}
        rises = DIMENSIONS["social"] if amount >= ZERO else DIMENSIONS["environmental"]
        colour = (MARKET if index == 0 else TOTAL) if is_end else rises
        edge = None if colour == MARKET else colour
        records.append(canvas.bar(canvas.key(index), (start, end), said, colour, edge))
        text = on_label(amount, digits, sign=not is_end)
        texts.append(canvas.word(canvas.key(index), max(start, end), text))
        if index:
            threads.append({"row": canvas.key(index - 1), "to": canvas.key(index), "x0": float(at)})
        at = end
    money = f"{base['currency']} of {base['price_year']} per {base['unit']}"
    ruler, y = canvas.ruler(money, records, texts), canvas.rows(labels)
    thread = alt.Chart(canvas.data(threads)).mark_rule(color=SOFT, strokeWidth=0.7)
    chart = canvas.layer(
        thread.encode(y=y, y2="to:N", x=ruler.x()),
        canvas.bars(records, y, ruler, _TIPS),
        canvas.words(texts, y, ruler),
        canvas.names(labels, y),
    )
    rule = "the Shapley value" if parts[0]["rule"] == "shapley" else "the order of the scenario"
    about = [f"What changes the {_WORDS[column]}, by {rule}; the steps add up exactly"]
    if scenario["coverage_differs"]:
        about.append(f"What is covered differs: {scenario['coverage_differs']}")
    title = canvas.heading(f"{base['name']} ({base['origin']})", about)
    return chart.properties(width=ruler.width, height=canvas.height(labels), title=title)


def _whole(column: str, base: Row, scenario: Row, parts: list[Row]) -> bool:
    """Is there an amount of it on both sides, and of each cause?"""
    return all(isinstance(row[column], Decimal) for row in (base, scenario, *parts))
