"""What moves a result most: the ranges of the factors, or the scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from . import canvas, facts
from .amount import NOTHING, ZERO, Band, exact, less, on_label, telling, total
from .canvas import Label, Ruler
from .item import Item, pick
from .palette import GAP, HIGH, INK, LOW, SOFT
from .result import Result, Results, one_level

if TYPE_CHECKING:
    import altair as alt

_BAND_TIPS = ("indicator", "factor", "change", "external cost then", "lower", "central", "upper")
_SCENARIO_TIPS = ("scenario", "factors", "change", "value", "lower", "upper", "coverage")


def tornado(prices: Results, product: str, origin: str | None = None, top: int = 12) -> alt.LayerChart:
    """What moves the external cost of a product most.

    Of one result: by how much the external cost changes if the factors of one indicator alone go from central
    to lower, and to upper. One row an indicator, the widest span first; bars begin at zero, the central
    estimate. Beyond ``top`` rows the others move together in one row. Indicators of benefits do not move the
    external cost and are named in the subtitle, as are those whose factors have no range.

    Of several results, a mapping of name to result: by how much the true price moves from the first, the
    baseline, to each of the others; the external cost, if a scenario has no true price. Thin lines: all
    factors low to all high, where the table says so. Scenarios without an amount keep their row, and say so.

    Args:
        prices: the result of ``truecost.price``, or a mapping of scenario name to result, the baseline first.
        product: id of a product of the result.
        origin: its region; needed only where the product has several.
        top: how many indicators have a row of their own.

    Returns:
        A layered chart. The rows of its data have ``change`` as exact decimal text, and ``x0`` and ``x1`` as
        floats.

    Raises:
        ValueError: no such product or origin, several origins and none chosen, nothing is priced, no factor
            has a range, or scenarios in different currencies or price years.
        ImportError: Altair is not installed.

    Example:
        >>> tc.plot.tornado(prices, "banana", top=8)
        >>> tc.plot.tornado({"CE Delft": ce_delft, "UBA": uba}, "banana")
    """
    canvas.need_altair()
    if isinstance(prices, Mapping):
        one_level(prices)
        return _scenarios({name: _picked(name, result, product, origin) for name, result in prices.items()})
    return _bands(pick(prices, product, origin), max(top, 1))


def _picked(name: str, result: Result, product: str, origin: str | None) -> Item:
    try:
        return pick(result, product, origin)
    except ValueError as error:
        raise ValueError(f"scenario {name!r}: {error}") from error


def _bands(item: Item, top: int) -> alt.LayerChart:
    external = item.amount("external_cost")
    if external is None:
        raise ValueError(
            f"nothing of {item.product} ({item.origin}) is priced by {item.result.factors}: there is no "
            "external cost to move; try another factor set"
        )
    costs = {key: cost.external() for key, cost in item.costs.items()}
    moving = sorted((key for key in costs if costs[key].span > ZERO), key=lambda key: (-costs[key].span, key))
    if not moving:
        raise ValueError(
            f"no factor of {item.result.factors} in use for {item.product} ({item.origin}) has a range: "
            "lower and upper repeat the central value. Choose a set with ranges (ce-delft-2024 has them), or "
            "compare several sets: tornado({'name': prices, 'other name': other_prices}, ...)"
        )
    own, rest = moving[:top], moving[top:]
    if len(rest) == 1:
        own, rest = moving, []
    groups = [[key] for key in own] + ([rest] if rest else [])
    names = [item.named(key) for key in own] + ([f"{len(rest)} others together"] if rest else [])
    still = [item.named(key) for key in costs if costs[key].span == ZERO and item.costs[key].span == ZERO]
    gains = [item.named(key) for key in costs if costs[key].span == ZERO and item.costs[key].span > ZERO]
    about = facts.about(item, "Which factor ranges move the external cost most")
    about.insert(
        1,
        f"External cost {on_label(external, item.digits)} with central factors (exactly {exact(external)}).",
    )
    if still:
        about.append(f"Their factors have no range: {', '.join(still)}.")
    if gains:
        about.append(f"Benefits, whose ranges do not move the external cost: {', '.join(gains)}.")
    about.append(
        "One indicator at a time: all of its factors low, or all high; scenarios, not bounds on the truth."
    )
    bands = [sum((costs[key] for key in group), NOTHING) for group in groups]
    return _draw_bands(item, external, names, bands, about)


def _draw_bands(
    item: Item, external: Decimal, names: list[str], bands: list[Band], about: list[str]
) -> alt.LayerChart:
    import altair as alt

    digits = telling((less(end, band.central) for band in bands for end in band), item.digits)
    # Lower and upper may lie on one side of central; then each gets half of the row, not to hide the other.
    halves = any(
        (b.lower > b.central) == (b.upper > b.central) and b.lower != b.central != b.upper for b in bands
    )
    labels = [Label(name) for name in names]
    records: list[dict[str, Any]] = []
    texts: list[dict[str, Any]] = []
    for index, (name, cost) in enumerate(zip(names, bands, strict=True)):
        for end, value in (("low", cost.lower), ("high", cost.upper)):
            change = less(value, cost.central)
            record = {
                "row": canvas.key(index),
                "factor": end,
                "x0": 0.0,
                "x1": float(change),
                "indicator": name,
                "change": exact(change),
                "external cost then": exact(total([external, change])),
                "lower": exact(cost.lower),
                "central": exact(cost.central),
                "upper": exact(cost.upper),
            }
            records.append(record)
            side = "left" if change < ZERO or (change == ZERO and end == "low") else "right"
            text = on_label(change, digits, sign=True) if change != ZERO else "0"
            texts.append(record | {"x0": float(change), "text": text, "ink": INK, "side": side})
    room = {side: canvas.room(t["text"] for t in texts if t["side"] == side) for side in ("left", "right")}
    ends = canvas.extent(record["x1"] for record in records)
    title = f"change of the external cost, {item.money}"
    ruler = Ruler(title, ends, left=room["left"], right=room["right"])
    y = canvas.rows(labels)
    color = alt.Color(
        "factor:N",
        scale=alt.Scale(domain=["low", "high"], range=[LOW, HIGH]),
        legend=canvas.legend(("low", "high")),
    )
    bars = alt.Chart(canvas.data(records)).mark_bar(stroke=SOFT, strokeWidth=0.6)
    bars = bars.encode(y=y, x=ruler.x(), x2="x1:Q", color=color, tooltip=canvas.tooltips(*_BAND_TIPS))
    sides = [canvas.words([t for t in texts if t["side"] == s], y, ruler, s) for s in ("left", "right")]
    if halves:
        offset = alt.YOffset("factor:N", sort=["low", "high"])
        bars, sides = bars.encode(yOffset=offset), [side.encode(yOffset=offset) for side in sides]
    heading = canvas.heading(item.name, about)
    height = canvas.step(labels) * len(labels) * (3 if halves else 2) // 2
    return canvas.layer(bars, *sides, canvas.upright(0, ruler), canvas.names(labels, y)).properties(
        width=ruler.width, height=height, title=heading
    )


def _scenarios(every: dict[str, Item]) -> alt.LayerChart:
    baseline, first = next(iter(every.items()))
    if len({item.unit for item in every.values()}) > 1:
        units = ", ".join(f"{name}: {item.unit}" for name, item in every.items())
        raise ValueError(f"{first.product} is priced per different units ({units})")
    has_price = all(item.amount("true_price") is not None for item in every.values())
    column, word = ("true_price", "true price") if has_price else ("external_cost", "external cost")
    base = first.amount(column)
    if base is None:
        raise ValueError(
            f"the baseline {baseline!r} has no {word} for {first.product} ({first.origin}): nothing of "
            "it is priced; put another scenario first"
        )
    others = [name for name in every if name != baseline]
    moved = {name: every[name].amount(column) for name in others}
    others.sort(key=lambda name: (moved[name] is None, -less(moved[name] or base, base).copy_abs()))
    return _draw_scenarios({name: every[name] for name in [baseline, *others]}, base, column, word)


def _draw_scenarios(every: dict[str, Item], base: Decimal, column: str, word: str) -> alt.LayerChart:

    baseline, first = next(iter(every.items()))
    labels = [Label(f"{name} (baseline)" if name == baseline else name, name == baseline) for name in every]
    records: list[dict[str, Any]] = []
    texts: list[dict[str, Any]] = []
    whiskers: list[dict[str, Any]] = []
    for index, (name, item) in enumerate(every.items()):
        value, key = item.amount(column), canvas.key(index)
        if value is None:
            texts.append({"row": key, "x0": 0.0, "text": "nothing is priced", "ink": SOFT, "side": "right"})
            continue
        change = less(value, base)
        lower, upper = (item.amount(f"{column}_{end}") if column == "true_price" else value for end in _ENDS)
        band = Band(value if lower is None else lower, value, value if upper is None else upper)
        record = {
            "row": key,
            "x0": 0.0,
            "x1": float(change),
            "colour": GAP,
            "edge": GAP,
            "dash": [1, 0],
            "scenario": name,
            "factors": item.result.factors,
            "change": exact(change),
            "value": exact(value),
            "lower": exact(band.lower),
            "upper": exact(band.upper),
            "coverage": item.row["coverage"],
        }
        records.append(record)
        left, right = (
            float(less(end(*band, base) if band.has_width else end(value, base), base)) for end in (min, max)
        )
        if band.has_width:
            x0, x1 = (float(less(end, base)) for end in (band.lower, band.upper))
            whiskers.append(record | {"x0": x0, "x1": x1})
        side = "left" if change < ZERO else "right"
        text = on_label(value, item.digits)
        if name != baseline:
            text = f"{on_label(change, item.digits, sign=True) if change else '0'} = {text}"
        texts.append(
            {"row": key, "x0": left if side == "left" else right, "text": text, "ink": INK, "side": side}
        )
    room = {side: canvas.room(t["text"] for t in texts if t["side"] == side) for side in ("left", "right")}
    reach = [r[x] for r in [*records, *whiskers] for x in ("x0", "x1")] + [t["x0"] for t in texts]
    title = f"change of the {word} against {baseline}, {first.money}"
    ruler = Ruler(title, canvas.extent(reach), left=room["left"], right=room["right"])
    y = canvas.rows(labels)
    sides = [canvas.words([t for t in texts if t["side"] == s], y, ruler, s) for s in ("left", "right")]
    layers: list[Any] = [
        canvas.bars(records, y, ruler, _SCENARIO_TIPS),
        *canvas.whiskers(whiskers, y, ruler, _SCENARIO_TIPS),
        *sides,
        canvas.upright(0, ruler),
        canvas.names(labels, y),
    ]
    heading = canvas.heading(first.name, _about(every, word, whiskers != []))
    height = canvas.step(labels) * len(labels)
    return canvas.layer(*layers).properties(width=ruler.width, height=height, title=heading)


_ENDS = ("lower", "upper")


def _about(every: dict[str, Item], word: str, banded: bool) -> list[str]:
    first = next(iter(every.values()))
    about = [f"How the {word} moves by scenario, {first.money}"]
    for name, item in every.items():
        market = item.amount("market_price")
        price = "no market price" if market is None else f"market price {on_label(market, item.digits)}"
        netted = "; benefits netted" if item.netted else ""
        about.append(f"{name}: factors {item.result.factors}; {price}; {item.row['coverage']}{netted}.")
    about += facts.unpriced_in({name: [item] for name, item in every.items()})
    if len({tuple(sorted(item.costs)) for item in every.values()}) > 1:
        about.append(
            "The scenarios do not price the same indicators: part of the difference is what they leave out."
        )
    if banded:
        about.append(facts.SCENARIOS)
    return about
