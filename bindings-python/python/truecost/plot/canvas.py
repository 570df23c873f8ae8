"""Paper, axes and titles that all drawings share."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from .amount import ZERO, Band, less
from .palette import GRID, INK, PAPER, SOFT

if TYPE_CHECKING:
    import altair as alt

WIDTH = 560
_LABEL_CHARACTERS = 38
_LINE_CHARACTERS = 118
_LINE_PX = 14

# A row of the data of a drawing: where it is, how it looks, and what its tooltip says.
Record = dict[str, Any]
Ends = tuple[Decimal, Decimal]
Said = Mapping[str, str]
# A field and the colours of its values.
Legend = tuple[str, dict[str, str]]

Side = Literal["left", "right", "in"]
_PLACES: dict[Side, tuple[Literal["left", "right", "center"], int]] = {
    "right": ("left", 6),
    "left": ("right", -6),
    "in": ("center", 0),
}

# What one character of a label takes, about.
CHARACTER_PX = 6.2


def need_altair() -> None:
    """Raises ``ImportError`` that says how to install Altair, if it is missing."""
    try:
        import altair  # noqa: F401
    except ImportError as error:
        raise ImportError('the drawings need Altair: pip install "truecost[plot]"') from error


@dataclass(frozen=True)
class Label:
    """The label of a row."""

    text: str
    bold: bool = False


def key(index: int) -> str:
    """The key of a row, which sorts as the rows do."""
    return f"{index:04d}"


def lines(text: str) -> list[str]:
    """A label in as many lines as it needs."""
    return textwrap.wrap(text, _LABEL_CHARACTERS, break_long_words=False) or [""]


def height(labels: Sequence[Label], texts: Iterable[Record] = ()) -> int:
    """Of a drawing whose rows all have room for the label or text of the most lines."""
    heights = [4 + (_LINE_PX + 1) * len(lines(label.text)) for label in labels]
    # More between texts of several lines, which nothing else holds apart.
    heights += [10 + (_LINE_PX + 1) * _count(text) for text in texts]
    return max(25, *heights) * len(labels)


def rows(labels: Sequence[Label]) -> alt.Y:
    """The axis of rows from top to bottom; :func:`names` writes their labels."""
    import altair as alt

    domain = [key(index) for index in range(len(labels))]
    return alt.Y("row:N", sort=None, axis=None, scale=alt.Scale(type="band", domain=domain, padding=0.15))


def names(labels: Sequence[Label], y: alt.Y) -> alt.LayerChart:
    """The labels of the rows; as marks, since an axis cannot centre a label of several lines on its row."""
    import altair as alt

    layers = []
    for bold in (False, True):
        records = [
            {"row": key(index), "text": lines(label.text)}
            for index, label in enumerate(labels)
            if label.bold == bold
        ]
        weight: Literal["bold", "normal"] = "bold" if bold else "normal"
        for some, dy in _by_lines(records):
            mark = alt.Chart(data(some)).mark_text(
                align="right", baseline="middle", dx=-8, dy=dy, fontSize=12, fontWeight=weight, color=INK
            )
            layers.append(mark.encode(y=y, x=alt.value(0), text=alt.Text("text:N")))
    return layer(*layers)


def _count(record: Record) -> int:
    return len(record["text"]) if isinstance(record["text"], list) else 1


def _by_lines(records: Sequence[Record]) -> list[tuple[list[Record], float]]:
    """Texts by their number of lines, with what centres them on their row."""
    return [
        ([record for record in records if _count(record) == count], -_LINE_PX * (count - 1) / 2)
        for count in sorted({_count(record) for record in records})
    ]


def bar(row: str, ends: Ends, said: Said, colour: str, edge: str | None = None) -> Record:
    """The data of a bar with its tooltip; a hollow one without an edge of its own has a dashed one."""
    dash = [3, 2] if colour == PAPER and edge is None else [1, 0]
    place = {"row": row, "x0": float(ends[0]), "x1": float(ends[1])}
    return place | {"colour": colour, "edge": edge or SOFT, "dash": dash, **said}


def between(record: Record, band: Band, origin: Decimal = ZERO) -> Record:
    """The data of the thin line of a bar, from lower to upper."""
    return record | {"x0": float(less(band.lower, origin)), "x1": float(less(band.upper, origin))}


def word(row: str, at: Decimal, text: str | list[str], ink: str = INK, side: Side = "right") -> Record:
    """The data of a text beside a place on the axis of money."""
    return {"row": row, "x0": float(at), "text": text, "ink": ink, "side": side}


@dataclass(frozen=True)
class Ruler:
    """The axis of money: it always holds zero, with room for texts of so many pixels on either side."""

    title: str
    ends: tuple[float, float]
    width: int = WIDTH
    left: int = 0
    right: int = 0
    labels: bool = True
    # What is counted has no half.
    whole: bool = False
    # Where there is a number; wherever there is room if left out.
    ticks: tuple[int, ...] = ()

    @property
    def per_px(self) -> float:
        """Money of one pixel."""
        low, high = self.ends
        return (high - low) / max(self.width - self.left - self.right, 80)

    def x(self, field: str = "x0") -> alt.X:
        """A field on this axis."""
        import altair as alt

        axis = alt.Axis(
            grid=self.labels,
            labels=self.labels,
            gridColor=GRID,
            domain=False,
            ticks=False,
            labelColor=SOFT,
            titleColor=SOFT,
            titleFontWeight="normal",
            labelFontSize=11,
            titleFontSize=12,
            titlePadding=8,
            titleAnchor="middle" if self.labels else "start",
            orient="bottom" if self.labels else "top",
            tickCount=6,
            tickMinStep=1 if self.whole else alt.Undefined,
            values=list(self.ticks) or alt.Undefined,
            labelFlush=False,
        )
        low, high = self.ends
        domain = [low - self.left * self.per_px, high + self.right * self.per_px]
        return alt.X(f"{field}:Q", title=self.title, axis=axis, scale=alt.Scale(domain=domain, nice=False))


def ruler(
    title: str,
    drawn: Iterable[Record],
    texts: Sequence[Record],
    width: int = WIDTH,
    labels: bool = True,
    whole: bool = False,
) -> Ruler:
    """The axis on which all that is drawn from `x0` to `x1` has its place, and the texts beside it."""
    values = [0.0, *(record[x] for record in drawn for x in ("x0", "x1"))]
    low, high = min(values), max(values)
    left, right = (room(t["text"] for t in texts if t["side"] == side) for side in ("left", "right"))
    return Ruler(title, (low, high if high > low else low + 1.0), width, left, right, labels, whole)


def room(texts: Iterable[str]) -> int:
    """Pixels that the longest of some labels needs; none if there is none."""
    return max((int(len(text) * CHARACTER_PX) + 16 for text in texts), default=0)


def heading(title: str, facts: Iterable[str], characters: int = _LINE_CHARACTERS) -> alt.TitleParams:
    """A title with facts below it, each on as many lines as it needs."""
    import altair as alt

    return alt.TitleParams(
        text=textwrap.wrap(title, int(characters * 0.75)),
        subtitle=[line for fact in facts for line in textwrap.wrap(fact, characters)],
        anchor="start",
        frame="bounds",
        color=INK,
        subtitleColor=SOFT,
        fontSize=15,
        subtitleFontSize=12,
        subtitleLineHeight=16,
        subtitlePadding=6,
        offset=14,
    )


def data(records: Sequence[Record]) -> alt.InlineData:
    """Rows as data of a chart, which needs no data frame."""
    import altair as alt

    return alt.InlineData(values=list(records))


def layer(*charts: alt.Chart | alt.LayerChart) -> alt.LayerChart:
    """Charts one over the other, on the same axes, without a frame."""
    import altair as alt

    return alt.LayerChart(layer=list(charts), view=alt.ViewConfig(stroke=None))


def bars(
    records: Sequence[Record], y: alt.Y, ruler: Ruler, tips: Sequence[str], legend: Legend | None = None
) -> alt.Chart:
    """Bars from `x0` to `x1` in their `colour`, with a legend of a field if one is given."""
    import altair as alt

    base: alt.Chart = alt.Chart(data(records)).mark_bar(strokeWidth=1)
    chart: alt.Chart = base.encode(
        y=y,
        x=ruler.x(),
        x2="x1:Q",
        color=_coloured(*legend) if legend else alt.Color("colour:N", scale=None),
        stroke=alt.Stroke("edge:N", scale=None),
        strokeDash=alt.StrokeDash("dash:N", scale=None),
        tooltip=tooltips(*tips),
    )
    return chart


def words(records: Sequence[Record], y: alt.Y, ruler: Ruler) -> alt.LayerChart:
    """Texts beside `x0`, or in the middle of it, in their `ink`."""
    import altair as alt

    layers = []
    for side, (align, dx) in _PLACES.items():
        for some, dy in _by_lines([record for record in records if record["side"] == side]):
            mark = alt.Chart(data(some)).mark_text(
                baseline="middle", fontSize=12, lineHeight=_LINE_PX, align=align, dx=dx, dy=dy
            )
            ink = alt.Color("ink:N", scale=None)
            layers.append(mark.encode(y=y, x=ruler.x(), text=alt.Text("text:N"), color=ink))
    return layer(*layers)


def whiskers(records: Sequence[Record], y: alt.Y, ruler: Ruler, tips: Sequence[str]) -> list[alt.Chart]:
    """Thin lines from `x0` to `x1` with ends, on a white ground so that they show on dark bars."""
    import altair as alt

    base = alt.Chart(data(records)).encode(y=y, tooltip=tooltips(*tips))
    layers = []
    for colour, line, end in ((PAPER, 3, 10), (INK, 1.25, 8)):
        layers.append(base.mark_rule(color=colour, strokeWidth=line).encode(x=ruler.x(), x2="x1:Q"))
        tick = base.mark_tick(color=colour, thickness=line, size=end)
        layers += [tick.encode(x=ruler.x(field)) for field in ("x0", "x1")]
    return layers


def upright(at: float, ruler: Ruler) -> alt.Chart:
    """A line from top to bottom."""
    import altair as alt

    line: alt.Chart = alt.Chart(data([{"x0": at}])).mark_rule(color=INK, strokeWidth=1).encode(x=ruler.x())
    return line


def tooltips(*fields: str) -> list[alt.Tooltip]:
    """Tooltips of some fields, titled by their names."""
    import altair as alt

    return [alt.Tooltip(f"{field}:N", title=field) for field in fields]


def _coloured(field: str, colours: dict[str, str]) -> alt.Color:
    """A field in colours, with a legend above the drawing, no label cut off, no wider than the drawing."""
    import altair as alt

    legend = alt.Legend(
        title=None,
        orient="top",
        columns=max(1, min(4, int((WIDTH + 120) / (room(colours) + 24)))),
        labelLimit=0,
        labelFontSize=12,
        labelColor=INK,
        symbolType="square",
        symbolSize=130,
        symbolStrokeColor=SOFT,
        symbolStrokeWidth=0.6,
        columnPadding=16,
    )
    scale = alt.Scale(domain=list(colours), range=list(colours.values()))
    return alt.Color(f"{field}:N", scale=scale, legend=legend)
