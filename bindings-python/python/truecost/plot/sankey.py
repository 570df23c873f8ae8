"""Along which way the external cost of a product comes: supplier tiers, and bands between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from . import canvas
from .palette import INK, SOFT

if TYPE_CHECKING:
    import altair as alt

_BAR = 9
# Points along a band, from end to end.
_POINTS = 24
_BAND_TIPS = ("from", "to", "cost")
_BAR_TIPS = ("process", "makes", "tier", "cost", "of it its own")


class Divided(Protocol):
    """What ``truecost.contributions`` gives back."""

    def to_vega(self) -> dict[str, Any]:
        """The drawing of the chain: its ``data`` says what stands where."""
        ...


def sankey(contributions: Divided) -> alt.LayerChart:
    """The chain of a product: suppliers on the left, the product on the right, a column for each supplier tier.

    A band is as wide as the external cost of what is delivered, with all that came before; the coloured part of a bar
    is what the process causes itself. Small suppliers of a tier stand together, and a process that comes round again in
    a loop stands in each of its tiers.

    Args:
        contributions: the answer of ``truecost.contributions``, of one product from one place.

    Returns:
        A chart whose bars hold ``cost`` and ``of it its own`` as text, and whose bands hold ``from``, ``to`` and
        ``cost``.

    Raises:
        NotFoundError: nothing of the product has a price.
        ChoiceError: it is made in several places; choose one with ``made_in``.
        ImportError: Altair is not installed.

    Example:
        >>> tc.plot.sankey(tc.contributions("datasets/supply/coffee", "filter-coffee"))
    """
    canvas.need_altair()
    import altair as alt

    drawing = contributions.to_vega()
    found = {data["name"]: data["values"] for data in drawing["data"]}
    width, height = drawing["width"], drawing["height"]
    across, down = alt.Scale(domain=[0, width], nice=False), alt.Scale(domain=[height, 0], nice=False)
    x, y = alt.X("x:Q", axis=None, scale=across), alt.Y("y:Q", axis=None, scale=down)
    points = [point for index, band in enumerate(found["bands"]) for point in _along(index, band)]
    bands = alt.Chart(canvas.data(points)).mark_area(opacity=0.35)
    fill = alt.Color("fill:N", scale=None)
    layers = [
        bands.encode(x=x, y=y, y2="low:Q", color=fill, detail="band:N", tooltip=canvas.tooltips(*_BAND_TIPS)),
    ]
    bars = [_bar(bar) for bar in found["bars"]]
    base = alt.Chart(canvas.data(bars)).encode(x=x, x2="x1:Q", tooltip=canvas.tooltips(*_BAR_TIPS))
    layers += [
        base.mark_rect(color=SOFT).encode(y=y, y2="low:Q"),
        base.mark_rect().encode(y=alt.Y("own:Q", axis=None, scale=down), y2="low:Q", color=fill),
    ]
    texts = alt.Chart(canvas.data(bars)).encode(x=alt.X("x1:Q", axis=None, scale=across), y=y)
    for field, dy, ink in (("short", 7, INK), ("label", 20, SOFT)):
        mark = texts.mark_text(align="left", baseline="middle", dx=4, dy=dy, fontSize=11, color=ink)
        layers.append(mark.encode(text=alt.Text(f"{field}:N")))
    title = canvas.heading(drawing["title"], ["suppliers on the left, the product on the right"])
    chart: alt.LayerChart = canvas.layer(*layers).properties(width=width, height=height, title=title)
    return chart


def _along(index: int, band: dict[str, Any]) -> list[canvas.Record]:
    """Points of a band, whose edges bend as those of the drawing do."""
    said = {"from": band["from"], "to": band["to"], "cost": band["cost"], "fill": band["fill"], "band": index}
    middle = (band["x0"] + band["x1"]) / 2
    records = []
    for step in range(_POINTS + 1):
        t = step / _POINTS
        ends = (1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3
        place = sum(w * x for w, x in zip(ends, (band["x0"], middle, middle, band["x1"]), strict=True))
        top = sum(w * y for w, y in zip(ends, (band["y0"], band["y0"], band["y1"], band["y1"]), strict=True))
        records.append({"x": place, "y": top, "low": top + band["width"], **said})
    return records


def _bar(bar: dict[str, Any]) -> canvas.Record:
    low = bar["y"] + bar["height"]
    place = {"x": bar["x"], "x1": bar["x"] + _BAR, "y": bar["y"], "low": low, "own": low - bar["own"]}
    said = {"process": bar["name"], "makes": bar["makes"], "tier": bar["tier"], "cost": bar["cost"], "of it its own": bar["own_cost"]}
    return place | said | {"fill": bar["fill"], "short": bar["short"], "label": bar["label"]}
