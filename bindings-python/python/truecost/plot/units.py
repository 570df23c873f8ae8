"""What flows are, by unit: over time, or by class."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from . import canvas, facts
from .amount import ZERO, exact, minor_digits, on_label, total
from .canvas import Label
from .palette import INK, PAPER, REGIMES, SOFT, on
from .result import Classified, subject

if TYPE_CHECKING:
    import altair as alt

Over = Literal["year", "month", "class"]
Row = dict[str, Any]

_TIPS = ("unit", "time", "class", "value", "flows", "without a value")
_NAME_PX = 150
# Units of which each has a panel.
_MOST = 8


@dataclass(frozen=True)
class Unit:
    """A unit of account and its rows of the totals; where no flow has a value in it, flows are counted."""

    name: str
    rows: list[Row]

    @property
    def counted(self) -> bool:
        """Are flows counted, as there is no value to sum up?"""
        return all(row["value"] is None for row in self.rows)

    @property
    def title(self) -> str:
        """What the axis measures."""
        if not self.counted:
            return f"value, {self.name or 'no unit stated'}"
        why = {"": "no unit stated", "none": "nothing counted"}
        return f"number of flows, {why.get(self.name, f'no value stated in {self.name}')}"

    @property
    def flows(self) -> int:
        """How many flows."""
        return sum(int(row["flows"]) for row in self.rows)

    def amount(self, rows: Iterable[Row]) -> Decimal:
        """What rows come to on the axis of this unit."""
        column = "flows" if self.counted else "value"
        return total(Decimal(row[column]) for row in rows if row[column] is not None)

    @property
    def digits(self) -> int:
        """Digits that its amounts are rounded to on labels."""
        whole = all(self.amount([row]) % 1 == 0 for row in self.rows)
        return 0 if whole else minor_digits(self.name)


def regimes(
    result: Classified,
    by: Over = "year",
    units: str | Sequence[str] | None = None,
) -> alt.LayerChart | alt.VConcatChart:
    """What passed in each regime: one panel a unit of account, as units are never added.

    Bars are stacked by regime, always in the same order and colours, and end in their sum. By year or month there
    is a bar for each (by month, the result has to have sums by month); by class, a bar a regime, whose parts are its subregimes. What has no unit of account, or no
    value in it, is counted in flows; flows without a value beside others that have one are not drawn, and the
    title says how many they are. Corrections that make a sum negative lie to the left of zero.

    Args:
        result: the result of ``truecost.classify``.
        by: ``year``, ``month`` or ``class``.
        units: id or ids of units of account; if left out, those with the most flows, up to eight.

    Returns:
        A layered chart, or of several units, such charts one below the other. The rows of its data have
        ``value`` as exact decimal text, and ``x0`` and ``x1`` as floats.

    Raises:
        ValueError: no such unit, another ``by``, no sums by month, or no flow at all.
        ImportError: Altair is not installed.

    Example:
        >>> tc.plot.regimes(result)
        >>> tc.plot.regimes(result, by="class", units=["EUR", "h"])
    """
    canvas.need_altair()
    if by not in ("year", "month", "class"):
        raise ValueError(f"by={by!r}: choose 'year', 'month' or 'class'")
    rows = result.totals.to_pylist()
    if by == "month" and rows and "month" not in rows[0]:
        raise ValueError("this result has sums by year: classify the flows with by='month'")
    every = _units(rows)
    if not every:
        raise ValueError("there is no flow to draw")
    chosen = _chosen(every, units)
    colours = {word: REGIMES[word] for word in REGIMES if _has(chosen, word)}
    panels = [_panel(unit, by, colours, index == 0, len(chosen) > 1) for index, unit in enumerate(chosen)]
    title = canvas.heading(f"{subject(result)}: regimes by {by}", _about(result, chosen, every))
    if len(panels) == 1:
        return panels[0].properties(title=title)
    import altair as alt

    return alt.vconcat(*panels, spacing=18, title=title)


def _units(rows: list[Row]) -> list[Unit]:
    """Units, the one with the most flows first."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["unit"]].append(row)
    return sorted((Unit(name, some) for name, some in found.items()), key=lambda unit: (-unit.flows, unit.name))


def _chosen(every: list[Unit], units: str | Sequence[str] | None) -> list[Unit]:
    if units is None:
        return every[:_MOST]
    named = {unit.name: unit for unit in every}
    wanted = [units] if isinstance(units, str) else list(units)
    if missing := [name for name in wanted if name not in named]:
        there = ", ".join(repr(unit.name) for unit in every)
        raise ValueError(f"no flow is in {', '.join(map(repr, missing))}; there are {there}")
    if not wanted:
        raise ValueError("units is empty: name at least one, or leave it out")
    return [named[name] for name in dict.fromkeys(wanted)]


def _has(units: list[Unit], regime: str) -> bool:
    return any(row["regime"] == regime for unit in units for row in unit.rows)


def _panel(unit: Unit, by: Over, colours: dict[str, str], legend: bool, several: bool) -> alt.LayerChart:
    """The bars of one unit."""
    bars = _bars(unit, by)
    labels = [Label(name) for name in bars]
    records: list[canvas.Record] = []
    texts: list[canvas.Record] = []
    for index, cells in enumerate(bars.values()):
        key, ends = canvas.key(index), {False: ZERO, True: ZERO}
        for (regime, part, year), rows in cells.items():
            amount = unit.amount(rows)
            negative = amount < ZERO
            start = ends[negative]
            ends[negative] = total([start, amount])
            said = _said(unit, regime, part, year, amount, rows) | {"key": regime}
            colour = colours[regime]
            edge = SOFT if colour == PAPER else PAPER
            records.append(canvas.bar(key, (start, ends[negative]), said, colour, edge))
        texts += _sums(unit, key, ends, cells.values())
    width = canvas.WIDTH - _NAME_PX
    ruler = canvas.ruler(unit.title, records, texts, width, whole=unit.counted)
    y = canvas.rows(labels)
    chart = canvas.layer(
        canvas.bars(records, y, ruler, _TIPS, ("key", colours) if legend else None),
        canvas.words([*_inside(records, ruler), *texts], y, ruler),
        canvas.upright(0, ruler),
        canvas.names(labels, y),
    )
    return chart.properties(width=ruler.width, height=canvas.height(labels))


Cells = dict[tuple[str, str, str], list[Row]]


def _bars(unit: Unit, by: Over) -> dict[str, Cells]:
    """Bars by their label, from top to bottom; their cells in the order of the regimes, the largest first."""
    bars: dict[str, Cells] = {}
    order = list(REGIMES)

    def place(row: Row) -> tuple[Any, ...]:
        month = row.get("month") if by == "month" else None
        year = (row["year"] is None, row["year"] or 0, month or 0)
        rank = order.index(row["regime"])
        return (rank, row["subregime"], *year) if by == "class" else (*year, rank, row["subregime"])

    for row in sorted(unit.rows, key=place):
        time, part = _time(row, by), ""
        bar = time
        if by == "class":
            bar, time, part = row["regime"], "", row["subregime"]
        cells = bars.setdefault(bar, {})
        cells.setdefault((row["regime"], part, time), []).append(row)
    if by != "class":
        return bars
    return {
        name: dict(sorted(cells.items(), key=lambda cell: (-unit.amount(cell[1]), cell[0])))
        for name, cells in bars.items()
    }


def _time(row: Row, by: Over = "year") -> str:
    if row["year"] is None:
        return "no date"
    month = row.get("month") if by == "month" else None
    return str(row["year"]) if month is None else f"{row['year']}-{month:02}"


def _said(unit: Unit, regime: str, part: str, year: str, amount: Decimal, rows: list[Row]) -> dict[str, str]:
    """What the tooltip of a part says; of a regime, with its subregimes."""
    sums: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row["subregime"]):
        sums[row["subregime"]].append(row)
    inside = ", ".join(f"{name} {exact(unit.amount(some))}" for name, some in sums.items())
    every = {_time(row) for row in rows}
    return {
        "unit": unit.name or "not stated",
        "time": year or ", ".join(sorted(every)),
        "class": f"{regime}.{part}" if part else f"{regime}: {inside}",
        "part": (part or regime).replace("_", " "),
        "value": "not stated" if unit.counted else exact(amount),
        "flows": str(sum(row["flows"] for row in rows)),
        "without a value": str(sum(row["without_value"] for row in rows)),
    }


def _sums(
    unit: Unit, key: str, ends: dict[bool, Decimal], cells: Iterable[list[Row]]
) -> list[canvas.Record]:
    """The sums at the ends of a bar; in words where flows state no value."""
    if not unit.counted and all(row["value"] is None for rows in cells for row in rows):
        return [canvas.word(key, ZERO, "no value stated", SOFT)]
    texts = [canvas.word(key, ends[False], on_label(ends[False], unit.digits))]
    if ends[True] != ZERO:
        texts.append(canvas.word(key, ends[True], on_label(ends[True], unit.digits), side="left"))
    return texts


def _inside(records: list[canvas.Record], ruler: canvas.Ruler) -> list[canvas.Record]:
    """Names in the parts that have room for them, so that nobody has to rely on colour."""
    words = []
    for record in records:
        width = abs(record["x1"] - record["x0"]) / ruler.per_px
        if len(record["part"]) * canvas.CHARACTER_PX + 8 <= width:
            middle = Decimal((record["x0"] + record["x1"]) / 2)
            ink = INK if record["colour"] == PAPER else on(record["colour"])
            words.append(canvas.word(record["row"], middle, record["part"], ink, "in"))
    return words


def _about(result: Classified, chosen: list[Unit], every: list[Unit]) -> list[str]:
    """What stands below the title."""
    left = [unit for unit in every if unit not in chosen]
    silent = [
        f"{sum(int(row['without_value']) for row in unit.rows)} of {unit.flows} in {unit.name or 'no unit'}"
        for unit in chosen
        if not unit.counted and any(row["without_value"] for row in unit.rows)
    ]
    about = ["Each unit on an axis of its own: units do not compare, and are never added."]
    about += [f"Not drawn, as they state no value: {', '.join(silent)}."] if silent else []
    if left:
        flows = sum(unit.flows for unit in left)
        names = facts.listed(unit.name or "no unit" for unit in left)
        about.append(f"Not drawn: {flows} flows in {names}.")
    return about + facts.of_flows(result)
