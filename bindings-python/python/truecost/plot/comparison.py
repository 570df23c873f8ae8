"""Products, origins and results beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from . import canvas, facts
from .amount import ZERO, Band, exact, on_label, shown, total
from .canvas import Label, Ruler
from .item import Item, items, region
from .line import Line, by_result, by_size, chosen_items
from .palette import GAP, HOLLOW, INK, MARKET, SOFT
from .result import Result, Results, one_level

if TYPE_CHECKING:
    import altair as alt

_TIPS = ("product", "result", "factors", "part", "amount", "market price", "gap", "true price", "coverage")
_SHARED_TIPS = ("product", "result", "shared cost", "over")
_SHARED_WIDTH = 150
_COVERAGE_WIDTH = 230


def compare(
    prices: Results,
    products: str | Sequence[str] | None = None,
    origin: str | None = None,
) -> alt.LayerChart | alt.HConcatChart:
    """Products, origins or results beside each other: market price + gap = true price.

    Of one result: one bar a product x origin, the highest true price first, then those without a market
    price, by their gap. Of several results, a mapping of name to result: the products, each under every
    result, in the order of the mapping. Money of the result per reference unit; labels are rounded to the
    minor unit so that they add up.

    Where coverage differs between the rows their gaps do not compare. The drawing then says so, shows what
    each row covers, and beside it the shared cost: the external cost over the indicators that all rows of
    this drawing state completely and have priced completely. If there is none, it says that they cannot be
    compared.

    Args:
        prices: the result of ``truecost.price``, or a mapping of name to result.
        products: id or ids of products; all if left out.
        origin: only rows from this region.

    Returns:
        A layered chart, or where coverage differs, several side by side. The rows of its data have ``amount``
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
    if isinstance(prices, Mapping):
        first = one_level(prices)
        found = {name: items(result) for name, result in prices.items()}
        return _draw(first, by_result(chosen_items(found, wanted, origin)), list(prices))
    chosen = chosen_items({"": items(prices)}, wanted, origin)[""]
    return _draw(prices, by_size(chosen), [])


def _draw(result: Result, rows: list[Line], results: list[str]) -> alt.LayerChart | alt.HConcatChart:
    import altair as alt

    some = [row.item for row in rows if row.item is not None]
    labels = [row.label for row in rows]
    units = {item.unit for item in some}
    differs = len({_covered(item) for item in some}) > 1
    shared = _shared(some)
    facts_ = _about(result, rows, some, units, differs, shared)
    subject = _subject(some)
    side = differs and bool(shared)
    main = _prices(result, rows, labels, units, 400 if differs else canvas.WIDTH)
    height = canvas.step(labels) * len(labels)
    if not differs:
        return main.properties(title=canvas.heading(subject, facts_), width=canvas.WIDTH, height=height)
    panels: list[Any] = [main.properties(width=400, height=height)]
    if side:
        panels.append(_shared_costs(rows, labels, shared).properties(width=_SHARED_WIDTH, height=height))
    panels.append(_coverage(rows, labels).properties(width=_COVERAGE_WIDTH, height=height))
    return alt.hconcat(*panels, spacing=12, title=canvas.heading(subject, facts_, 140))


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


def _shared_cost(item: Item, shared: list[str]) -> Decimal:
    return total(item.costs[key].external().central for key in shared if key in item.costs)


def _about(
    result: Result, rows: list[Line], some: list[Item], units: set[str], differs: bool, shared: list[str]
) -> list[str]:
    names = dict.fromkeys(row.result for row in rows if row.result)
    unit = next(iter(units)) if len(units) == 1 else None
    about = [f"Market price and gap, {facts.level(result, unit)}"]
    if names:
        sets = {row.result: row.item.result.factors for row in rows if row.item is not None}
        about = [f"Market price and gap by result, {facts.money(result, unit)}"]
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
    where: dict[str, int] = {}
    for item in some:
        for key in item.ids("unpriced"):
            where[item.named(key)] = where.get(item.named(key), 0) + 1
    if not where:
        return []
    words = [
        name if count == len(some) else f"{name} (in {count} of {len(some)})" for name, count in where.items()
    ]
    return [f"Unpriced, which is not free: {', '.join(words)}."]


def _band(item: Item) -> Band | None:
    """The true price, or without a market price the gap, if its lower or upper differs from central."""
    column = "gap" if item.amount("true_price") is None else "true_price"
    central, lower, upper = (item.amount(f"{column}{end}") for end in ("", "_lower", "_upper"))
    if central is None:
        return None
    band = Band(central if lower is None else lower, central, central if upper is None else upper)
    return band if band.has_width else None


def _prices(
    result: Result, rows: list[Line], labels: list[Label], units: set[str], width: int
) -> alt.LayerChart:
    import altair as alt

    records: list[dict[str, Any]] = []
    whiskers: list[dict[str, Any]] = []
    texts: list[dict[str, Any]] = []
    for index, row in enumerate(rows):
        key, item = canvas.key(index), row.item
        if item is None:
            if row.word:
                texts.append({"row": key, "x0": 0.0, "text": row.word, "ink": SOFT})
            continue
        parts = _parts(key, row, item)
        records += parts
        reach = [0.0, *(part[x] for part in parts for x in ("x0", "x1"))]
        if (band := _band(item)) is not None:
            whiskers.append(
                _facts(row, item)
                | {
                    "row": key,
                    "x0": float(band.lower),
                    "x1": float(band.upper),
                    "part": "low to high",
                    "amount": f"{exact(band.lower)} to {exact(band.upper)}",
                }
            )
            reach += [float(band.lower), float(band.upper)]
        texts.append({"row": key, "x0": max(reach), "text": _equation(item), "ink": INK})
    ends = [r[x] for r in [*records, *whiskers] for x in ("x0", "x1")]
    title = facts.money(result, next(iter(units)) if len(units) == 1 else None)
    ruler = Ruler(title, canvas.extent(ends), width, right=canvas.room(t["text"] for t in texts))
    y = canvas.rows(labels)
    color = alt.Color(
        "part:N",
        scale=alt.Scale(domain=["market price", "gap"], range=[MARKET, GAP]),
        legend=canvas.legend(("market price", "gap")),
    )
    bars = (
        alt.Chart(canvas.data(records))
        .mark_bar(strokeWidth=1)
        .encode(
            y=y,
            x=ruler.x(),
            x2="x1:Q",
            color=color,
            tooltip=canvas.tooltips(*_TIPS),
            stroke=alt.Stroke("edge:N", scale=None),
        )
    )
    return canvas.layer(
        bars,
        *canvas.whiskers(whiskers, y, ruler, _TIPS),
        canvas.words(texts, y, ruler),
        canvas.upright(0, ruler),
        canvas.names(labels, y),
    )


def _facts(row: Line, item: Item) -> dict[str, Any]:
    return {
        "product": item.name,
        "result": row.result or "this one",
        "factors": item.result.factors,
        "market price": exact(item.amount("market_price")),
        "gap": exact(item.amount("gap"), "unpriced"),
        "true price": exact(item.amount("true_price")),
        "coverage": item.row["coverage"],
    }


def _parts(key: str, row: Line, item: Item) -> list[dict[str, Any]]:
    """The bars of a row: the gap begins where the market price ends."""
    parts, at = [], ZERO
    for part, column, edge in (("market price", "market_price", SOFT), ("gap", "gap", GAP)):
        amount = item.amount(column)
        if amount is not None:
            end = total([at, amount])
            bar = {
                "row": key,
                "part": part,
                "amount": exact(amount),
                "x0": float(at),
                "x1": float(end),
                "edge": edge,
            }
            parts.append(_facts(row, item) | bar)
            at = end
    return parts


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

    records: list[dict[str, Any]] = []
    texts: list[dict[str, Any]] = []
    for index, row in enumerate(rows):
        if row.item is None:
            continue
        cost = _shared_cost(row.item, shared)
        over = ", ".join(row.item.named(key) for key in shared)
        bar = {
            "row": canvas.key(index),
            "x0": 0.0,
            "x1": float(cost),
            "colour": HOLLOW,
            "edge": INK,
            "dash": [1, 0],
        }
        words = {
            "product": row.item.name,
            "result": row.result or "this one",
            "shared cost": exact(cost),
            "over": over,
        }
        records.append(bar | words)
        texts.append(
            {"row": canvas.key(index), "x0": float(cost), "text": on_label(cost, row.item.digits), "ink": INK}
        )
    currency = next(row.item.result.currency for row in rows if row.item is not None)
    ruler = Ruler(
        f"shared cost, {currency}",
        canvas.extent(r["x1"] for r in records),
        _SHARED_WIDTH,
        right=canvas.room(t["text"] for t in texts),
        labels=False,
    )
    y = canvas.rows(labels)
    return canvas.layer(
        canvas.bars(records, y, ruler, _SHARED_TIPS), canvas.words(texts, y, ruler), canvas.upright(0, ruler)
    )


def _covers(item: Item) -> list[str]:
    """The coverage in lines that keep a number and its word together."""
    text = str(item.row["coverage"])
    return canvas.lines(", ".join(part.replace(" ", "\u00a0") for part in text.split(", ")))


def _coverage(rows: list[Line], labels: list[Label]) -> alt.LayerChart:

    texts = [
        {"row": canvas.key(i), "x0": 0.0, "text": _covers(row.item), "ink": SOFT}
        for i, row in enumerate(rows)
        if row.item is not None
    ]
    ruler = Ruler("coverage", (0.0, 1.0), _COVERAGE_WIDTH, labels=False)
    return canvas.layer(canvas.words(texts, canvas.rows(labels), ruler))
