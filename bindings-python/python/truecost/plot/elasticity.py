"""Which data move a result most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from . import canvas
from .amount import ZERO
from .canvas import Label
from .palette import DIMENSIONS, GAP, RAMP
from .result import Table

if TYPE_CHECKING:
    import altair as alt

_TIPS = ("datum", "amount", "elasticity", "derivative", "place", "source", "verification")
KINDS = {
    "inputs and outputs": GAP,
    "interventions": DIMENSIONS["environmental"],
    "factors": DIMENSIONS["health"],
    "prices and payments": DIMENSIONS["social"],
    "allocation": RAMP[2],
}
_KIND_OF = {
    "inputs": "inputs and outputs",
    "processes": "inputs and outputs",
    "interventions": "interventions",
    "derived": "interventions",
    "factors": "factors",
    "prices": "prices and payments",
    "paid": "prices and payments",
}


class Moving(Protocol):
    """What moves a result: what ``truecost.sensitivity`` gives back."""

    @property
    def table(self) -> Table:
        """One row a datum."""
        ...

    @property
    def name(self) -> str:
        """Name of the product."""
        ...

    @property
    def of(self) -> str:
        """Of what the derivatives are."""
        ...

    @property
    def value(self) -> float | None:
        """What that is."""
        ...

    @property
    def standard_deviation(self) -> float | None:
        """Its standard deviation to first order."""
        ...

    @property
    def unit(self) -> str:
        """Its unit."""
        ...

    @property
    def per(self) -> str:
        """Reference unit of the product."""
        ...


def elasticities(moving: Moving, top: int = 12) -> alt.LayerChart:
    """Which data move a result most: by how many percent it changes when one of them grows by one percent.

    One row a datum, the largest elasticity first, whatever else the answer ranks data by; bars begin at zero.
    Where the result bends, the elasticity is that of the side on which more moves; the datum is marked ``*``.
    Colours say what kind of datum it is.

    Args:
        moving: the answer of ``truecost.sensitivity``; ask it for as many rows as are to be drawn.
        top: how many data to draw.

    Returns:
        A layered chart. The rows of its data have ``elasticity`` as text, and ``x0`` and ``x1`` as floats.

    Raises:
        ValueError: the result is 0, or not known: there is no elasticity.
        ImportError: Altair is not installed.

    Example:
        >>> tc.plot.elasticities(tc.sensitivity("datasets/supply/coffee", "filter-coffee"))
    """
    canvas.need_altair()
    every = [row for row in moving.table.to_pylist() if row["elasticity"]]
    if not every or moving.value is None:
        raise ValueError(f"{moving.of} of {moving.name} has no elasticities: it is 0, not known, or nothing moves it")
    rows = sorted(every, key=lambda row: -abs(row["elasticity"]))[: max(top, 1)]
    labels = [Label(label(row)) for row in rows]
    kinds = kinds_of(rows)
    bars = list(_bars(rows))
    texts = [
        canvas.word(bar["row"], Decimal(row["elasticity"]), f"{row['elasticity']:+.3f}", side=_side(row))
        for bar, row in zip(bars, rows, strict=True)
    ]
    ruler = canvas.ruler("percent of the result per percent of the datum", bars, texts)
    y = canvas.rows(labels)
    chart = canvas.layer(
        canvas.bars(bars, y, ruler, _TIPS, ("kind", kinds)),
        canvas.words(texts, y, ruler),
        canvas.upright(0, ruler),
        canvas.names(labels, y),
    )
    heading = canvas.heading(moving.name, _about(moving, rows))
    return chart.properties(width=ruler.width, height=canvas.height(labels), title=heading)


def _about(moving: Moving, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    about = [f"What moves {moving.of} most: {moving.value:.4g} {moving.unit} per {moving.per}"]
    weak = sum(row["verification"] == "unverified" for row in rows)
    if weak:
        about.append(f"{weak} of these {len(rows)} are unverified.")
    if any(row["one_sided"] for row in rows):
        about.append("At a bend the bar shows the side on which more moves; the datum is marked *.")
    about.append("Slopes where the data stand: not how far each may be off.")
    return about


def _bars(rows: Sequence[Mapping[str, Any]]) -> Iterator[canvas.Record]:
    for index, row in enumerate(rows):
        said = {
            "datum": label(row),
            "amount": f"{row['amount']:.6g} {row['unit']}",
            "elasticity": f"{row['elasticity']:.6g}",
            "derivative": f"{row['derivative']:.6g}",
            "place": f"{row['file']}:{row['row']}",
            "source": row["source"] or "no source",
            "verification": row["verification"] or "not said",
            "kind": kind(row),
        }
        ends = (ZERO, Decimal(row["elasticity"]))
        yield canvas.bar(canvas.key(index), ends, said, KINDS[kind(row)])


def kinds_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The kinds of some data, with their colours."""
    return {word: colour for word, colour in KINDS.items() if any(kind(row) == word for row in rows)}


def kind(row: Mapping[str, Any]) -> str:
    """What kind of datum it is."""
    if row["column"] in ("price", "displaced_amount"):
        return "allocation"
    return _KIND_OF.get(row["table"], "allocation")


def label(row: Mapping[str, Any]) -> str:
    """How a datum is called."""
    column = "" if row["column"] in ("amount", "central") else f" {row['column']}"
    star = "*" if row["one_sided"] else ""
    return " ".join(part for part in (f"{row['table']}{column}:", row["process"], row["item"], star) if part)


def _side(row: Mapping[str, Any]) -> canvas.Side:
    return "left" if row["elasticity"] < 0 else "right"
