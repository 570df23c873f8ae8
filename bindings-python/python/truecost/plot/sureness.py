"""How sure it is what flows are."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from . import canvas, facts
from .amount import ZERO
from .canvas import Label
from .palette import CONFIDENCE, INK, PAPER, REGIMES, SOFT, on
from .result import Classified, subject

if TYPE_CHECKING:
    import altair as alt

Row = dict[str, Any]

_TIPS = ("class", "confidence", "flows", "share of its class", "values")
_COUNT_PX = 150
_TICKS = (0, 20, 40, 60, 80, 100)
#: Least confidence of each level, from the surest down; below the last, and where no rule decided, nothing is sure.
_LEVELS = ((0.9, "0.9 or more"), (0.8, "0.8 to 0.9"), (0.6, "0.6 to 0.8"), (0.0, "below 0.6"))
_OPEN = "undecided"


def confidence(result: Classified) -> alt.LayerChart:
    """How sure it is what flows are: one bar a class, stacked by level of confidence, as shares of its flows.

    The surest and darkest parts begin at the left. A bar ends in the number of flows it stands for. Undecided are
    flows on which rules that could decide do not agree, as too little is stated of them; they are hollow.
    A confidence is a judgement, not a measured rate of error.

    Args:
        result: the result of ``truecost.classify``.

    Returns:
        A layered chart. The rows of its data have ``flows`` as text, and ``x0`` and ``x1`` as floats.

    Raises:
        ValueError: no flow at all.
        ImportError: Altair is not installed.

    Example:
        >>> tc.plot.confidence(result)
    """
    canvas.need_altair()
    classes = _classes(result.confidence.to_pylist())
    if not classes:
        raise ValueError("there is no flow to draw")
    records: list[canvas.Record] = []
    texts: list[canvas.Record] = []
    labels = []
    for index, ((regime, subregime), levels) in enumerate(classes.items()):
        key, at = canvas.key(index), 0
        whole = sum(row["flows"] for rows in levels.values() for row in rows)
        labels.append(Label(f"{regime}: {subregime.replace('_', ' ')}"))
        for level, colour in CONFIDENCE.items():
            flows = sum(row["flows"] for row in levels.get(level, ()))
            if not flows:
                continue
            ends = (_percent(at, whole), _percent(at + flows, whole))
            said = {
                "class": f"{regime}.{subregime}",
                "confidence": level,
                "flows": f"{flows:,}",
                "share of its class": f"{flows / whole:.1%}",
                "values": ", ".join(f"{row['confidence']:g} ({row['flows']})" for row in levels[level]),
                "key": level,
            }
            records.append(canvas.bar(key, ends, said, colour, SOFT if colour == PAPER else PAPER))
            at += flows
        texts.append(canvas.word(key, Decimal(100), f"{whole:,} flows" if whole > 1 else "1 flow", SOFT))
    room = canvas.room(text["text"] for text in texts)
    width = canvas.WIDTH - _COUNT_PX
    ruler = canvas.Ruler("share of the flows of a class, %", (0.0, 100.0), width, 0, room, ticks=_TICKS)
    y = canvas.rows(labels)
    there = {level: colour for level, colour in CONFIDENCE.items() if any(r["key"] == level for r in records)}
    chart = canvas.layer(
        canvas.bars(records, y, ruler, _TIPS, ("key", there)),
        canvas.words([*_inside(records, ruler), *texts], y, ruler),
        canvas.upright(0, ruler),
        canvas.names(labels, y),
    )
    title = canvas.heading(f"{subject(result)}: how sure it is what flows are", _about(result, classes))
    return chart.properties(width=ruler.width, height=canvas.height(labels), title=title)


Classes = dict[tuple[str, str], dict[str, list[Row]]]


def _classes(rows: list[Row]) -> Classes:
    """Rows by class, in the order of the regimes, and by level."""
    order = list(REGIMES)
    found: Classes = {}
    for row in sorted(rows, key=lambda row: order.index(row["regime"])):
        levels = found.setdefault((row["regime"], row["subregime"]), defaultdict(list))
        levels[_level(row)].append(row)
    return found


def _level(row: Row) -> str:
    if not row["decided"]:
        return _OPEN
    return next(name for least, name in _LEVELS if row["confidence"] >= least)


def _percent(part: int, whole: int) -> Decimal:
    return Decimal(100 * part) / Decimal(whole) if part else ZERO


def _inside(records: list[canvas.Record], ruler: canvas.Ruler) -> list[canvas.Record]:
    """The number of flows in the parts that have room for it."""
    words = []
    for record in records:
        width = (record["x1"] - record["x0"]) / ruler.per_px
        if len(record["flows"]) * canvas.CHARACTER_PX + 8 <= width:
            middle = Decimal((record["x0"] + record["x1"]) / 2)
            ink = INK if record["colour"] == PAPER else on(record["colour"])
            words.append(canvas.word(record["row"], middle, record["flows"], ink, "in"))
    return words


def _about(result: Classified, classes: Classes) -> list[str]:
    rows = [row for levels in classes.values() for some in levels.values() for row in some]
    flows = sum(row["flows"] for row in rows)
    sure = sum(row["flows"] for row in rows if row["decided"] and row["confidence"] >= _LEVELS[1][0])
    undecided = sum(row["flows"] for row in rows if not row["decided"])
    about = [f"{sure:,} of {flows:,} flows have a confidence of 0.8 or more; {undecided:,} are undecided."]
    about.append("A confidence is a judgement by the rules, not a measured rate of error.")
    return about + facts.of_flows(result)
