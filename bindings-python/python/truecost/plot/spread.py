"""Which data make a result unsure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from . import canvas
from .canvas import Label
from .elasticity import KINDS, Moving, kind, kinds_of, label

if TYPE_CHECKING:
    import altair as alt

_TIPS = ("datum", "amount", "distribution", "deviation", "spread", "share", "place", "source", "verification")


def spreads(moving: Moving, top: int = 12) -> alt.LayerChart:
    """Which data make a result unsure: how far it moves when one of them is off by its standard deviation.

    One row a datum whose spread is stated, the widest first. Beside each bar stands its share of the variance of
    the result; shares of all data add up to 100 %. Factors of a set rise and fall together, so the share of one
    may be above or below what its bar alone would say. Colours say what kind of datum it is.

    Args:
        moving: the answer of ``truecost.sensitivity``; ask it for as many rows as are to be drawn.
        top: how many data to draw.

    Returns:
        A layered chart. The rows of its data have ``spread`` and ``share`` as text, and ``x0`` and ``x1`` as floats.

    Raises:
        ValueError: no datum in the answer has a spread.
        ImportError: Altair is not installed.

    Example:
        >>> tc.plot.spreads(tc.sensitivity("datasets/supply/coffee", "coffee-pack", by="uncertainty"))
    """
    canvas.need_altair()
    every = [row for row in moving.table.to_pylist() if row["spread"]]
    if not every or moving.standard_deviation is None:
        raise ValueError(
            f"no datum that moves {moving.of} of {moving.name} states how far it may be off: state `distribution` "
            "in the tables, or take a factor set with ranges"
        )
    rows = sorted(every, key=lambda row: -row["spread"])[: max(top, 1)]
    labels = [Label(label(row)) for row in rows]
    bars = list(_bars(rows))
    texts = [
        canvas.word(bar["row"], Decimal(row["spread"]), f"{bar['share']} of the variance", side="right")
        for bar, row in zip(bars, rows, strict=True)
    ]
    ruler = canvas.ruler(f"{moving.unit} per {moving.per}, one standard deviation each way", bars, texts)
    y = canvas.rows(labels)
    chart = canvas.layer(
        canvas.bars(bars, y, ruler, _TIPS, ("kind", kinds_of(rows))),
        canvas.words(texts, y, ruler),
        canvas.upright(0, ruler),
        canvas.names(labels, y),
    )
    heading = canvas.heading(moving.name, _about(moving))
    return chart.properties(width=ruler.width, height=canvas.height(labels), title=heading)


def _about(moving: Moving) -> list[str]:
    value = "not known" if moving.value is None else f"{moving.value:.4g} {moving.unit} per {moving.per}"
    return [
        f"What makes {moving.of} unsure: {value}",
        f"Standard deviation to first order, of all data whose spread is stated: {moving.standard_deviation:.3g} {moving.unit}",
        "What states no spread is taken as sure.",
    ]


def _bars(rows: Sequence[Mapping[str, Any]]) -> Iterator[canvas.Record]:
    for index, row in enumerate(rows):
        said = {
            "datum": label(row),
            "amount": f"{row['amount']:.6g} {row['unit']}",
            "distribution": row["distribution"],
            "deviation": f"{row['standard_deviation']:.6g} {row['unit']}",
            "spread": f"{row['spread']:.6g}",
            "share": _percent(row["share_of_variance"] or 0.0),
            "place": f"{row['file']}:{row['row']}",
            "source": row["source"] or "no source",
            "verification": row["verification"] or "not said",
            "kind": kind(row),
        }
        spread = Decimal(row["spread"])
        yield canvas.bar(canvas.key(index), (-spread, spread), said, KINDS[kind(row)])


def _percent(share: float) -> str:
    return "< 0.1 %" if share and abs(share) < 0.0005 else f"{100 * share:.1f} %"
