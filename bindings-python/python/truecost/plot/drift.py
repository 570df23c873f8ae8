"""Whether a co-op turns into an ordinary firm: a small panel a measure, year by year."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Protocol

from . import canvas
from .palette import GRID, INK, PAPER, SOFT
from .result import Table

if TYPE_CHECKING:
    import altair as alt

Row = dict[str, Any]

_COLUMNS = 2
_WIDTH = 260
_HEIGHT = 110
_TIPS = ("measure", "year", "value", "direction", "from")


class Drifting(Protocol):
    """What ``truecost.fairtrade.drift`` gives back."""

    @property
    def table(self) -> Table:
        """One row a measure: its first and its last year, and the direction."""
        ...

    @property
    def notes(self) -> list[str]:
        """What a reader must know."""
        ...

    def __getitem__(self, name: str, /) -> Table:
        """``years``: one row a measure and year."""
        ...


def drift(report: Drifting) -> alt.ConcatChart:
    """Measures of drift over the years: a panel each, all with the same years, each on its own scale from 0.

    Lines and points are dark on light and told apart by the words above them, so that it reads in grey. A measure of
    one year is a point. Measures of which nothing is known are named below the title.

    Args:
        report: the answer of ``truecost.fairtrade.drift``.

    Returns:
        Panels side by side. The rows of their data have ``x`` and ``y`` as numbers, and ``value`` as text.

    Raises:
        ValueError: there is no measure.
        ImportError: Altair is not installed.

    Example:
        >>> tc.plot.drift(tc.fairtrade.drift("my-coop"))
    """
    canvas.need_altair()
    import altair as alt

    series: dict[str, list[Row]] = defaultdict(list)
    for row in report["years"].to_pylist():
        series[row["measure"]].append(row)
    if not series:
        raise ValueError("there is no measure to draw")
    directions = {row["measure"]: row["direction"] for row in report.table.to_pylist()}
    every = sorted({row["year"] for rows in series.values() for row in rows})
    panels = [_panel(name, rows, directions[name], (every[0], every[-1])) for name, rows in series.items()]
    title = canvas.heading("Is the co-op turning into an ordinary firm?", report.notes, 90)
    chart: alt.ConcatChart = alt.concat(*panels, columns=_COLUMNS, spacing=24, title=title)
    return chart


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _panel(name: str, rows: list[Row], direction: str, years: tuple[int, int]) -> alt.LayerChart:
    import altair as alt

    records = [
        {
            "x": row["year"],
            "y": row["value"],
            "measure": _words(name),
            "year": str(row["year"]),
            "value": format(row["value"], "g"),
            "direction": row["direction"],
            "from": row["from"],
        }
        for row in sorted(rows, key=lambda row: int(row["year"]))
    ]
    highest = max(record["y"] for record in records)
    x = alt.X(
        "x:Q",
        title=None,
        scale=alt.Scale(domain=list(years) if years[0] < years[1] else [years[0] - 1, years[0] + 1], nice=False),
        axis=alt.Axis(format="d", tickMinStep=1, tickCount=4, grid=False, labelColor=SOFT, domainColor=SOFT),
    )
    y = alt.Y(
        "y:Q",
        title=None,
        scale=alt.Scale(domain=[0, highest * 1.15 or 1.0], nice=False),
        axis=alt.Axis(tickCount=3, gridColor=GRID, domain=False, ticks=False, labelColor=SOFT),
    )
    base = alt.Chart(canvas.data(records)).encode(x=x, y=y, tooltip=canvas.tooltips(*_TIPS))
    ends = [records[0], records[-1]] if len(records) > 1 else records
    labels = alt.Chart(canvas.data(ends)).mark_text(dy=-10, fontSize=12, color=INK)
    chart = canvas.layer(
        base.mark_line(color=INK, strokeWidth=2),
        base.mark_point(color=INK, fill=INK, stroke=PAPER, size=60, opacity=1),
        labels.encode(x=x, y=y, text=alt.Text("value:N")),
    )
    heading = alt.TitleParams(
        text=_words(name), subtitle=direction, anchor="start", color=INK, subtitleColor=SOFT, fontSize=13
    )
    return chart.properties(width=_WIDTH, height=_HEIGHT, title=heading)
