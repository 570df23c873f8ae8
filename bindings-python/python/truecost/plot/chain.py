"""Where along the chain the external cost falls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from . import canvas, facts
from .amount import ZERO, exact, on_label, telling, total
from .canvas import Label
from .item import DIMENSIONS, Item, Row, band, pick, region
from .palette import DIMENSIONS as COLOURS
from .palette import OTHERS, PAPER, RAMP, SOFT, on
from .result import Result

if TYPE_CHECKING:
    import altair as alt

By = Literal["dimension", "indicator", "region"]

_TIPS = ("stage", "part", "cost", "share of the external cost", "holds")
_REST = "\u0000"
_SIDES: dict[bool, canvas.Side] = {False: "right", True: "left"}


def stages(prices: Result, product: str, origin: str | None = None, by: By = "dimension") -> alt.LayerChart:
    """The external cost of a product by stage of its chain.

    One bar a stage, the costliest first, stacked by dimension, indicator or region: money of the result per
    reference unit. Beyond six parts the smallest share one. Negative cells (uptake, benefits) lie to the left
    of zero and are subtracted from nothing. So the parts to the right of zero less those to the left are
    exactly the external cost less the benefits of the table. A stage that states only what has no price keeps
    its row, and says so.

    Args:
        prices: the result of ``truecost.price``.
        product: id of a product of the result.
        origin: its region; needed only where the product has several.
        by: what the bars are stacked by: ``dimension``, ``indicator`` or ``region`` (where the process is).

    Returns:
        A layered chart. The rows of its data have ``stage``, ``part`` and ``cost`` as exact decimal text, and
        ``x0`` and ``x1`` as floats.

    Raises:
        ValueError: no such product or origin, several origins and none chosen, another ``by``, or nothing is
            priced.
        ImportError: Altair is not installed.

    Example:
        >>> tc.plot.stages(prices, "roasted-coffee", by="region")
    """
    canvas.need_altair()
    if by not in ("dimension", "indicator", "region"):
        raise ValueError(f"by={by!r}: choose 'dimension', 'indicator' or 'region'")
    item = pick(prices, product, origin)
    if not item.costs:
        raise ValueError(
            f"nothing of {item.product} ({item.origin}) is priced by {prices.factors}: there is no cost "
            "to divide by stage; try another factor set"
        )
    return _draw(item, by)


def _part(item: Item, cell: Row, by: By) -> str:
    return item.dimension(cell["indicator"]) if by == "dimension" else str(cell[by])


def _name(item: Item, part: str, by: By) -> str:
    if by == "indicator":
        return item.named(part)
    return region(part) if by == "region" else part


Cells = dict[tuple[str, str, bool], list[Row]]


def _cells(item: Item, by: By) -> Cells:
    """Cells by stage, part and whether they are negative, so that no benefit is netted against a burden."""
    cells: Cells = defaultdict(list)
    for cell in item.cells:
        cost = band(cell)
        if cost is not None:
            cells[cell["stage"], _part(item, cell, by), cost.central < ZERO].append(cell)
    return cells


def _sum(cells: Iterable[Row]) -> Decimal:
    return total(Decimal(cell["cost"]) for cell in cells)


def _order(cells: Cells, by: By) -> list[str]:
    """Parts, the largest first; dimensions in their own order."""
    sizes: dict[str, Decimal] = defaultdict(Decimal)
    for (_, part, _), some in cells.items():
        sizes[part] = total([sizes[part], _sum(some).copy_abs()])
    if by == "dimension":
        return [d for d in DIMENSIONS if d in sizes]
    return sorted(sizes, key=lambda part: (-sizes[part], part))


def _draw(item: Item, by: By) -> alt.LayerChart:
    cells = _cells(item, by)
    order = _order(cells, by)
    names = {part: _name(item, part, by) for part in order}
    if len(order) > len(RAMP) + 1:
        rest = order[len(RAMP) :]
        merged: Cells = defaultdict(list)
        for (stage, part, negative), some in cells.items():
            merged[stage, _REST if part in rest else part, negative] += some
        cells, order, names[_REST] = merged, [*order[: len(RAMP)], _REST], f"{len(rest)} others"
    # Where names are too long for the bars, numbers lead from the bar to the legend.
    keys = {part: part if by == "dimension" else f"{i}\u2002{names[part]}" for i, part in enumerate(order, 1)}
    ramp = COLOURS if by == "dimension" else dict(zip(order, [*RAMP, OTHERS], strict=False))
    rows = _rows(item, cells)
    labels = [Label(stage or "stage not stated") for stage in rows]
    records: list[canvas.Record] = []
    ends: dict[tuple[str, bool], Decimal] = {}
    for index, stage in enumerate(rows):
        for negative in (False, True):
            for part in order:
                here = cells.get((stage, part, negative))
                if not here:
                    continue
                start, cost = ends.get((stage, negative), ZERO), _sum(here)
                ends[stage, negative] = total([start, cost])
                said = {
                    "stage": labels[index].text,
                    "part": names[part],
                    "cost": exact(cost),
                    "share of the external cost": _share(cost, item),
                    "holds": _holds(item, here, by),
                    "key": keys[part],
                }
                place = start, ends[stage, negative]
                records.append(canvas.bar(canvas.key(index), place, said, ramp[part], PAPER))
    texts = _totals(item, rows, ends)
    ruler = canvas.ruler(f"external cost, {item.money}", records, texts)
    y = canvas.rows(labels)
    chart = canvas.layer(
        canvas.bars(records, y, ruler, _TIPS, ("key", {keys[part]: ramp[part] for part in order})),
        canvas.words([*_inside(records, ruler), *texts], y, ruler),
        canvas.upright(0, ruler),
        canvas.names(labels, y),
    )
    about = facts.about(item, f"External cost by stage and {by}")
    if any(negative for _, negative in ends):
        about.append("To the left of zero: uptake and benefits, not netted here.")
    title = canvas.heading(item.name, about)
    return chart.properties(width=ruler.width, height=canvas.height(labels), title=title)


def _rows(item: Item, cells: Cells) -> list[str]:
    """Stages, the costliest first; last those that state only what has no price."""
    sizes = {str(cell["stage"]): ZERO for cell in item.cells if cell["status"] != "excluded"}
    for (stage, _, _), some in cells.items():
        sizes[stage] = total([sizes.get(stage, ZERO), _sum(some)])
    priced = {stage for stage, _, _ in cells}
    return sorted(sizes, key=lambda stage: (stage not in priced, -sizes[stage], stage))


def _totals(item: Item, rows: list[str], ends: dict[tuple[str, bool], Decimal]) -> list[canvas.Record]:
    """The sums at the ends of the bars; in words what a stage without a bar states."""
    digits = telling(ends.values(), item.digits)
    texts = []
    for index, stage in enumerate(rows):
        key, bare = canvas.key(index), True
        for negative, side in _SIDES.items():
            if (end := ends.get((stage, negative))) is not None:
                bare = False
                texts.append(canvas.word(key, end, on_label(end, digits), side=side))
        if bare:
            here = (c["indicator"] for c in item.cells if c["stage"] == stage and c["status"] == "unpriced")
            names = facts.listed({item.named(indicator) for indicator in here})
            texts.append(canvas.word(key, ZERO, f"unpriced: {names}", SOFT))
    return texts


def _inside(records: list[canvas.Record], ruler: canvas.Ruler) -> list[canvas.Record]:
    """Names in the bars that have room for them, so that nobody has to rely on colour."""
    words = []
    for record in records:
        width = abs(record["x1"] - record["x0"]) / ruler.per_px
        for text in (record["part"], record["key"].partition("\u2002")[0]):
            if len(text) * canvas.CHARACTER_PX + 8 <= width:
                middle = Decimal((record["x0"] + record["x1"]) / 2)
                words.append(canvas.word(record["row"], middle, text, on(record["colour"]), "in"))
                break
    return words


def _share(cost: Decimal, item: Item) -> str:
    whole = item.amount("external_cost")
    return f"{cost / whole:.1%}" if whole else "none"


def _holds(item: Item, cells: list[Row], by: By) -> str:
    """What else the cells say: indicators, or where they are of one indicator, regions."""
    one = by == "indicator" and len({cell["indicator"] for cell in cells}) == 1
    sums: dict[str, list[Row]] = defaultdict(list)
    for cell in cells:
        sums[region(cell["region"]) if one else item.named(cell["indicator"])].append(cell)
    ordered = sorted(
        ((name, _sum(some)) for name, some in sums.items()), key=lambda pair: (-pair[1].copy_abs(), pair[0])
    )
    return ", ".join(f"{name} {exact(cost)}" for name, cost in ordered)
