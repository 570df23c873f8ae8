"""Products, origins and results beside each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from . import canvas, causes, facts
from .amount import ZERO, Band, exact, on_label, shown, total
from .canvas import Label
from .item import Item, items, region
from .line import Line, by_result, by_size, chosen_items
from .palette import GAP, HOLLOW, INK, MARKET, SOFT
from .result import Result, Results, one_level

if TYPE_CHECKING:
    import altair as alt

_TIPS = ("product", "result", "factors", "part", "amount", "market price", "gap", "true price", "coverage")
_SHARED_TIPS = ("product", "result", "shared cost", "over")
_PRICES_WIDTH = 400
_SHARED_WIDTH = 150
_COVERAGE_WIDTH = 230
_COLOURS = {"market price": MARKET, "gap": GAP}


def compare(
    prices: Results | causes.Compared,
    products: str | Sequence[str] | None = None,
    origin: str | None = None,
) -> alt.LayerChart | alt.HConcatChart | alt.VConcatChart:
    """Products, origins or results beside each other: market price + gap = true price.

    Of one result: one bar a product x origin, the highest true price first, then those without a market
    price, by their gap. Of several results, a mapping of name to result: the products, each under every
    result, in the order of the mapping. Money of the result per reference unit; labels are rounded to the
    minor unit so that they add up.

    Of the answer of ``truecost.compare``: for each scenario and product the steps from the price as it is to that of
    the scenario, one a cause; without a market price those of the gap.

    Where coverage differs between the rows their gaps do not compare. The drawing then says so, shows what
    each row covers, and beside it the shared cost: the external cost over the indicators that all rows of
    this drawing state completely and have priced completely. If there is none, it says that they cannot be
    compared. Of many indicators without a price the subtitle names the first; ``prices.coverage`` has all.

    Args:
        prices: the result of ``truecost.price``, a mapping of name to result, or the answer of ``truecost.compare``.
        products: id or ids of products; all if left out.
        origin: only rows from this region.

    Returns:
        A layered chart, or where coverage differs, several side by side; of scenarios, one below the other. The rows of its data have ``amount``
        and ``shared cost`` as exact decimal text, and ``x0`` and ``x1`` as floats.

    Raises:
        ValueError: no such product or origin in any of the results (with names that are near), or results in
            different currencies or price years.
        ImportError: Altair is not installed.

    Example:
        >>> tc.plot.compare(prices, ["banana", "whole-milk"])
        >>> tc.plot.compare({"CE Delft": ce_delft, "UBA": uba}, "banana")
    """
    canvas.need_altair()
    wanted = [products] if isinstance(products, str) else None if products is None else list(products)
    if wanted == []:
        raise ValueError("products is empty: name at least one, or leave it out for all")
    if causes.is_comparison(prices):
        return causes.draw(cast("causes.Compared", prices), wanted, origin)
    prices = cast("Results", prices)
    if isinstance(prices, Mapping):
        first = one_level(prices)
        found = {name: items(result) for name, result in prices.items()}
        return _draw(first, by_result(chosen_items(found, wanted, origin)))
    chosen = chosen_items({"": items(prices)}, wanted, origin)[""]
    return _draw(prices, by_size(chosen))


def _draw(result: Result, rows: list[Line]) -> alt.LayerChart | alt.HConcatChart:
    import altair as alt

    some = [row.item for row in rows if row.item is not None]
    labels = [row.label for row in rows]
    units = {item.unit for item in some}
    differs = len({_covered(item) for item in some}) > 1
    shared = _shared(some)
    about = _about(result, rows, some, units, differs, shared)
    subject = _subject(some)
    if not differs:
        main = _prices(result, rows, labels, units, canvas.WIDTH)
        return main.properties(title=canvas.heading(subject, about), height=canvas.height(labels))
    covers = [
        canvas.word(canvas.key(index), ZERO, _covers(row.item), SOFT)
        for index, row in enumerate(rows)
        if row.item is not None
    ]
    panels = [_prices(result, rows, labels, units, _PRICES_WIDTH)]
    if shared:
        panels.append(_shared_costs(rows, labels, shared))
    ruler = canvas.Ruler("coverage", (0.0, 1.0), _COVERAGE_WIDTH, labels=False)
    panels.append(
        canvas.layer(canvas.words(covers, canvas.rows(labels), ruler)).properties(width=ruler.width)
    )
    height = canvas.height(labels, covers)
    panels = [panel.properties(height=height) for panel in panels]
    return alt.hconcat(*panels, spacing=12, title=canvas.heading(subject, about, 140))


def _subject(some: list[Item]) -> str:
    """What is compared, in a title."""
    names = list(dict.fromkeys(item.name for item in some))
    if len({item.product for item in some}) == 1 and len(names) > 1:
        name = str(some[0].row.get("name") or some[0].product)
        return f"{name}, from {', '.join(sorted({region(item.origin) for item in some}))}"
    return ", ".join(names) if len(names) <= 3 else f"{len(names)} products"


def _covered(item: Item) -> tuple[tuple[str, ...], ...]:
    words = ("priced", "unpriced", "excluded", "partial", "not_stated")
    return tuple(tuple(sorted(item.ids(word))) for word in words)


def _shared(some: list[Item]) -> list[str]:
    """Indicators that every item states completely and has priced completely."""
    sets = [set(i.ids("priced")) - set(i.ids("partial")) - set(i.ids("unpriced")) for i in some]
    return sorted(set.intersection(*sets)) if sets else []


def _about(
    result: Result, rows: list[Line], some: list[Item], units: set[str], differs: bool, shared: list[str]
) -> list[str]:
    names = dict.fromkeys(row.result for row in rows if row.result)
    level = facts.level(result, next(iter(units)) if len(units) == 1 else None)
    about = [f"Market price and gap, {level}; factors {result.factors}"]
    if names:
        sets = {row.result: row.item.result.factors for row in rows if row.item is not None}
        about = [f"Market price and gap by result, {level}"]
        about += [f"{name}: factors {sets[name]}" for name in names if name in sets]
    if len(units) > 1:
        about.append("Units differ: bars of different units do not compare.")
    if any(item.amount("market_price") is None for item in some):
        about.append("Without a market price the gap begins at zero, and there is no true price.")
    if differs and shared:
        over = ", ".join(some[0].named(key) for key in shared)
        about.append(f"Coverage differs: compare by the shared cost, over {over}.")
    elif differs:
        about.append("Coverage differs and no indicator is shared: these gaps cannot be compared.")
    else:
        about.append(f"Coverage is the same in all: {some[0].row['coverage']}.")
    under = {name: [r.item for r in rows if r.item is not None and r.result == name] for name in names}
    about += facts.unpriced_in({n: i for n, i in under.items() if i}) if names else _unpriced(some)
    if any(_band(item) for item in some):
        about.append(facts.SCENARIOS)
    about += _benefits(rows)
    return about


def _benefits(rows: list[Line]) -> list[str]:
    """Which rows have benefits, and what was done with them."""
    said: dict[bool, list[str]] = {}
    for row in rows:
        if row.item is not None and (row.item.amount("benefits") or ZERO) != ZERO:
            name = row.item.name + (f", {row.result}" if row.result else "")
            said.setdefault(row.item.netted, []).append(name)
    words = {True: "netted in the gap", False: "not netted against the costs"}
    return [f"Benefits are {words[netted]}: {'; '.join(names)}." for netted, names in said.items()]


def _unpriced(some: list[Item]) -> list[str]:
    """What has no price in any or some of the rows."""
    where = Counter(item.named(key) for item in some for key in item.ids("unpriced"))
    return facts.unpriced(
        name if count == len(some) else f"{name} (in {count} of {len(some)})" for name, count in where.items()
    )


def _band(item: Item) -> Band | None:
    """The true price, or without a market price the gap, if its lower or upper differs from central."""
    band = item.band("gap" if item.amount("true_price") is None else "true_price")
    return band if band is not None and band.has_width else None


def _prices(
    result: Result, rows: list[Line], labels: list[Label], units: set[str], width: int
) -> alt.LayerChart:
    records: list[canvas.Record] = []
    whiskers: list[canvas.Record] = []
    texts: list[canvas.Record] = []
    for index, row in enumerate(rows):
        key, item = canvas.key(index), row.item
        if item is None:
            if row.word:
                texts.append(canvas.word(key, ZERO, row.word, SOFT))
            continue
        # The gap begins where the market price ends.
        reach = [ZERO]
        for part, column in (("market price", "market_price"), ("gap", "gap")):
            if (amount := item.amount(column)) is not None:
                reach.append(total([reach[-1], amount]))
                edge = SOFT if part == "market price" else GAP
                said = _facts(row, item, part, exact(amount))
                records.append(canvas.bar(key, (reach[-2], reach[-1]), said, _COLOURS[part], edge))
        if (band := _band(item)) is not None:
            said = _facts(row, item, "low to high", f"{exact(band.lower)} to {exact(band.upper)}")
            whiskers.append(canvas.between({"row": key} | said, band))
            reach += [band.lower, band.upper]
        texts.append(canvas.word(key, max(reach), _equation(item)))
    title = facts.level(result, next(iter(units)) if len(units) == 1 else None)
    ruler = canvas.ruler(title, [*records, *whiskers], texts, width)
    y = canvas.rows(labels)
    return canvas.layer(
        canvas.bars(records, y, ruler, _TIPS, ("part", _COLOURS)),
        *canvas.whiskers(whiskers, y, ruler, _TIPS),
        canvas.words(texts, y, ruler),
        canvas.upright(0, ruler),
        canvas.names(labels, y),
    ).properties(width=width)


def _facts(row: Line, item: Item, part: str, amount: str) -> dict[str, str]:
    return {
        "product": item.name,
        "result": row.result or "this one",
        "factors": item.result.factors,
        "part": part,
        "amount": amount,
        "market price": exact(item.amount("market_price")),
        "gap": exact(item.amount("gap"), "unpriced"),
        "true price": exact(item.amount("true_price")),
        "coverage": str(item.row["coverage"]),
    }


def _equation(item: Item) -> str:
    market, gap, digits = item.amount("market_price"), item.amount("gap"), item.digits
    if gap is None:
        word = "gap unpriced" if item.ids("unpriced") else "gap not stated"
        return word if market is None else f"{on_label(market, digits)}, {word}"
    if market is None:
        return f"{shown(item.shelf['gap'], gap, digits)}, no market price"
    shelf = item.shelf
    sign = "\u2212" if gap < ZERO else "+"
    left, middle = (
        shown(shelf["market_price"], market, digits),
        shown(shelf["gap"].copy_abs(), gap.copy_abs(), digits),
    )
    return f"{left} {sign} {middle} = {shown(shelf['true_price'], total([market, gap]), digits)}"


def _shared_costs(rows: list[Line], labels: list[Label], shared: list[str]) -> alt.LayerChart:
    records: list[canvas.Record] = []
    texts: list[canvas.Record] = []
    currency = ""
    for index, row in enumerate(rows):
        if row.item is None:
            continue
        key, currency = canvas.key(index), row.item.result.currency
        cost = total(row.item.costs[k].external().central for k in shared if k in row.item.costs)
        said = {
            "product": row.item.name,
            "result": row.result or "this one",
            "shared cost": exact(cost),
            "over": ", ".join(row.item.named(key) for key in shared),
        }
        records.append(canvas.bar(key, (ZERO, cost), said, HOLLOW, INK))
        texts.append(canvas.word(key, cost, on_label(cost, row.item.digits)))
    ruler = canvas.ruler(f"shared cost, {currency}", records, texts, _SHARED_WIDTH, labels=False)
    y = canvas.rows(labels)
    return canvas.layer(
        canvas.bars(records, y, ruler, _SHARED_TIPS), canvas.words(texts, y, ruler), canvas.upright(0, ruler)
    ).properties(width=ruler.width)


def _covers(item: Item) -> list[str]:
    """The coverage in lines that keep a number and its word together."""
    text = str(item.row["coverage"])
    return canvas.lines(", ".join(part.replace(" ", "\u00a0") for part in text.split(", ")))
