"""Where along the chain the external cost falls."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from . import canvas, facts
from .amount import ZERO, exact, on_label, telling, total
from .canvas import Label, Ruler
from .item import DIMENSIONS, Item, Row, band, pick, region
from .palette import DIMENSIONS as COLOURS
from .palette import INK, OTHERS, PAPER, RAMP, SOFT, on
from .result import Result

if TYPE_CHECKING:
    import altair as alt

By = Literal["dimension", "indicator", "region"]

_TIPS = ("stage", "part", "cost", "share of the external cost", "holds")
_REST = "\u0000"


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
    if by == "dimension":
        return item.dimension(cell["indicator"])
    return str(cell[by])


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


def _sum(cells: list[Row]) -> Decimal:
    return total(Decimal(cell["cost"]) for cell in cells)


def _order(item: Item, cells: Cells, by: By) -> list[str]:
    """Parts, the largest first; dimensions in their own order."""
    sizes: dict[str, Decimal] = defaultdict(Decimal)
    for (_, part, _), some in cells.items():
        sizes[part] = total([sizes[part], _sum(some).copy_abs()])
    if by == "dimension":
        return [d for d in DIMENSIONS if d in sizes]
    return sorted(sizes, key=lambda part: (-sizes[part], part))


def _draw(item: Item, by: By) -> alt.LayerChart:
    import altair as alt

    cells = _cells(item, by)
    order = _order(item, cells, by)
    if len(order) > len(RAMP) + 1:
        rest = set(order[len(RAMP) :])
        merged: Cells = defaultdict(list)
        for (stage, part, negative), some in cells.items():
            merged[stage, _REST if part in rest else part, negative] += some
        cells, order = merged, [*order[: len(RAMP)], _REST]
        others = f"{len(rest)} others"
    else:
        others = ""
    names = {part: others if part == _REST else _name(item, part, by) for part in order}
    colours = {part: _colour(part, i, by) for i, part in enumerate(order)}
    # Where names are too long for the bars, numbers lead from the bar to the legend.
    keys = {
        part: f"{i + 1}\u2002{names[part]}" if by != "dimension" else part for i, part in enumerate(order)
    }
    rows = _rows(item, cells)
    labels = [Label(stage or "stage not stated") for stage in rows]
    records, texts, spans = [], [], []
    totals: dict[str, dict[bool, Decimal]] = {}
    for index, stage in enumerate(rows):
        key, ends = canvas.key(index), {False: ZERO, True: ZERO}
        for negative in (False, True):
            for part in order:
                here = cells.get((stage, part, negative))
                if not here:
                    continue
                start, cost = ends[negative], _sum(here)
                ends[negative] = total([start, cost])
                records.append(
                    {
                        "row": key,
                        "x0": float(start),
                        "x1": float(ends[negative]),
                        "stage": labels[index].text,
                        "part": names[part],
                        "cost": exact(cost),
                        "share of the external cost": _share(cost, item),
                        "holds": _holds(item, here, by),
                        "fill": colours[part],
                        "key": keys[part],
                    }
                )
        spans += list(ends.values())
        totals[stage] = dict(ends)
    digits = telling((end for ends in totals.values() for end in ends.values()), item.digits)
    for index, stage in enumerate(rows):
        texts += _totals(item, canvas.key(index), stage, cells, totals[stage], digits)
    left = canvas.room(t["text"] for t in texts if t["side"] == "left") if any(s < 0 for s in spans) else 0
    right = canvas.room(t["text"] for t in texts if t["side"] == "right")
    ruler = Ruler(f"external cost, {item.money}", canvas.extent(spans), left=left, right=right)
    y = canvas.rows(labels)
    color = alt.Color(
        "key:N",
        scale=alt.Scale(domain=[keys[p] for p in order], range=[colours[p] for p in order]),
        legend=canvas.legend(keys.values()),
    )
    bars = alt.Chart(canvas.data(records)).mark_bar(stroke=PAPER, strokeWidth=1)
    layers: list[Any] = [
        bars.encode(y=y, x=ruler.x(), x2="x1:Q", color=color, tooltip=canvas.tooltips(*_TIPS)),
        canvas.words(_inside(records, ruler), y, ruler, "in"),
        canvas.words([t for t in texts if t["side"] == "right"], y, ruler),
        canvas.words([t for t in texts if t["side"] == "left"], y, ruler, "left"),
        canvas.upright(0, ruler),
        canvas.names(labels, y),
    ]
    about = facts.about(item, f"External cost by stage and {by}")
    if any(span < ZERO for span in spans):
        about.append("To the left of zero: uptake and benefits, not netted here.")
    title = canvas.heading(item.name, about)
    height = canvas.step(labels) * len(labels)
    return canvas.layer(*layers).properties(width=ruler.width, height=height, title=title)


def _colour(part: str, index: int, by: By) -> str:
    if part == _REST:
        return OTHERS
    if by == "dimension":
        return COLOURS[part]
    return RAMP[index] if index < len(RAMP) else OTHERS


def _rows(item: Item, cells: Cells) -> list[str]:
    """Stages, the costliest first; last those that state only what has no price."""
    sizes: dict[str, Decimal] = {
        str(cell["stage"]): ZERO for cell in item.cells if cell["status"] != "excluded"
    }
    for (stage, _, _), some in cells.items():
        sizes[stage] = total([sizes.get(stage, ZERO), _sum(some)])
    priced = {stage for stage, _, _ in cells}
    return sorted(sizes, key=lambda stage: (stage not in priced, -sizes[stage], stage))


def _totals(
    item: Item, key: str, stage: str, cells: Cells, ends: dict[bool, Decimal], digits: int
) -> list[dict[str, Any]]:
    if not any(at == stage for at, _, _ in cells):
        here = (c["indicator"] for c in item.cells if c["stage"] == stage and c["status"] == "unpriced")
        names = ", ".join(sorted({item.named(k) for k in here}))
        return [{"row": key, "x0": 0.0, "text": f"unpriced: {names}", "ink": SOFT, "side": "right"}]
    texts = []
    for negative, side in ((False, "right"), (True, "left")):
        if any(at == stage and sign == negative for at, _, sign in cells):
            text = on_label(ends[negative], digits)
            texts.append({"row": key, "x0": float(ends[negative]), "text": text, "ink": INK, "side": side})
    return texts


def _inside(records: list[dict[str, Any]], ruler: Ruler) -> list[dict[str, Any]]:
    """Names in the bars that have room for them, so that nobody has to rely on colour."""
    words = []
    for record in records:
        width = abs(record["x1"] - record["x0"]) / ruler.per_px
        for text in (record["part"], record["key"].partition("\u2002")[0]):
            if len(text) * canvas.CHARACTER_PX + 8 <= width:
                middle = (record["x0"] + record["x1"]) / 2
                words.append({"row": record["row"], "x0": middle, "text": text, "ink": on(record["fill"])})
                break
    return words


def _share(cost: Decimal, item: Item) -> str:
    whole = item.amount("external_cost")
    return f"{cost / whole:.1%}" if whole else "none"


def _holds(item: Item, cells: list[Row], by: By) -> str:
    """What else the cells say: indicators, or where they are of one indicator, regions."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for cell in cells:
        name = (
            region(cell["region"])
            if by == "indicator" and cells[0]["indicator"] == cells[-1]["indicator"]
            else (item.named(cell["indicator"]))
        )
        sums[name] = total([sums[name], Decimal(cell["cost"])])
    ordered = sorted(sums.items(), key=lambda pair: (-pair[1].copy_abs(), pair[0]))
    return ", ".join(f"{name} {exact(cost)}" for name, cost in ordered)
