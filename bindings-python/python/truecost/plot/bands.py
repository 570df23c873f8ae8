"""What moves a result most: the ranges of the factors, or the scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from . import canvas, facts
from .amount import NOTHING, ZERO, Band, exact, less, on_label, telling, total
from .canvas import Label
from .item import Item, pick
from .palette import GAP, HIGH, LOW, SOFT
from .result import Result, Results, one_level

if TYPE_CHECKING:
    import altair as alt

_BAND_TIPS = ("indicator", "factor", "change", "external cost then", "lower", "central", "upper")
_SCENARIO_TIPS = ("scenario", "factors", "change", "value", "lower", "upper", "coverage")
_COLOURS = {"low": LOW, "high": HIGH}


def tornado(prices: Results, product: str, origin: str | None = None, top: int = 12) -> alt.LayerChart:
    """What moves the external cost of a product most.

    Of one result: by how much the external cost changes if the factors of one indicator alone go from central
    to lower, and to upper. One row an indicator, the widest span first; bars begin at zero, the central
    estimate. Beyond ``top`` rows the others move together in one row. Indicators of benefits do not move the
    external cost and are named in the subtitle, as are those whose factors have no range.

    Of several results, a mapping of name to result: by how much the true price moves from the first, the
    baseline, to each of the others; the external cost, if a scenario has no true price. Thin lines: all
    factors low to all high, where the table says so. Scenarios without an amount keep their row, and say so.
    The subtitle says once what is the same in all scenarios, and then only what differs.

    Of indicators without a price or a range the subtitle names the first eight by the alphabet;
    ``prices.coverage`` has all of them.

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
        about.append(f"Their factors have no range: {facts.listed(still)}.")
    if gains:
        about.append(f"Benefits, whose ranges do not move the external cost: {facts.listed(gains)}.")
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
    records: list[canvas.Record] = []
    texts: list[canvas.Record] = []
    for index, (name, cost) in enumerate(zip(names, bands, strict=True)):
        for end, value in (("low", cost.lower), ("high", cost.upper)):
            change = less(value, cost.central)
            said = {
                "factor": end,
                "indicator": name,
                "change": exact(change),
                "external cost then": exact(total([external, change])),
                "lower": exact(cost.lower),
                "central": exact(cost.central),
                "upper": exact(cost.upper),
            }
            records.append(canvas.bar(canvas.key(index), (ZERO, change), said, _COLOURS[end], SOFT))
            side: canvas.Side = "left" if change < ZERO or (change == ZERO and end == "low") else "right"
            text = on_label(change, digits, sign=True) if change != ZERO else "0"
            texts.append(said | canvas.word(canvas.key(index), change, text, side=side))
    ruler = canvas.ruler(f"change of the external cost, {item.money}", records, texts)
    y = canvas.rows(labels)
    bars = canvas.bars(records, y, ruler, _BAND_TIPS, ("factor", _COLOURS))
    words = canvas.words(texts, y, ruler)
    height = canvas.height(labels)
    if halves:
        offset, height = alt.YOffset("factor:N", sort=list(_COLOURS)), height * 3 // 2
        bars, words.layer = bars.encode(yOffset=offset), [text.encode(yOffset=offset) for text in words.layer]
    chart = canvas.layer(bars, words, canvas.upright(0, ruler), canvas.names(labels, y))
    return chart.properties(width=ruler.width, height=height, title=canvas.heading(item.name, about))


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
    records: list[canvas.Record] = []
    texts: list[canvas.Record] = []
    whiskers: list[canvas.Record] = []
    for index, (name, item) in enumerate(every.items()):
        value, key = item.amount(column), canvas.key(index)
        if value is None:
            texts.append(canvas.word(key, ZERO, "nothing is priced", SOFT))
            continue
        change, band = less(value, base), item.band(column) or NOTHING
        said = {
            "scenario": name,
            "factors": item.result.factors,
            "change": exact(change),
            "value": exact(value),
            "lower": exact(band.lower),
            "upper": exact(band.upper),
            "coverage": item.row["coverage"],
        }
        record = canvas.bar(key, (ZERO, change), said, GAP, GAP)
        records.append(record)
        reach = [change]
        if band.has_width:
            whiskers.append(canvas.between(record, band, base))
            reach = [less(end, base) for end in band]
        side: canvas.Side = "left" if change < ZERO else "right"
        at = min(reach) if side == "left" else max(reach)
        text = on_label(value, item.digits)
        if name != baseline:
            text = f"{on_label(change, item.digits, sign=True) if change else '0'} = {text}"
        texts.append(canvas.word(key, at, text, side=side))
    title = f"change of the {word} against {baseline}, {first.money}"
    ruler = canvas.ruler(title, [*records, *whiskers], texts)
    y = canvas.rows(labels)
    chart = canvas.layer(
        canvas.bars(records, y, ruler, _SCENARIO_TIPS),
        *canvas.whiskers(whiskers, y, ruler, _SCENARIO_TIPS),
        canvas.words(texts, y, ruler),
        canvas.upright(0, ruler),
        canvas.names(labels, y),
    )
    about = [f"How the {word} moves by scenario, {first.money}", *facts.by_scenario(every)]
    about += facts.unpriced_in({name: [item] for name, item in every.items()})
    if len({tuple(sorted(item.costs)) for item in every.values()}) > 1:
        about.append(
            "The scenarios do not price the same indicators: part of the difference is what they leave out."
        )
    if whiskers:
        about.append(facts.SCENARIOS)
    heading = canvas.heading(first.name, about)
    return chart.properties(width=ruler.width, height=canvas.height(labels), title=heading)
