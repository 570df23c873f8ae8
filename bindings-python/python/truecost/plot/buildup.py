"""How a true price is built up: from the market price, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from . import canvas, facts
from .amount import NOTHING, ZERO, Band, exact, less, on_label, rounded, shown, total
from .canvas import Label
from .item import DIMENSIONS, Item, pick
from .palette import DIMENSIONS as COLOURS
from .palette import HOLLOW, MARKET, SOFT, TOTAL
from .result import Result

if TYPE_CHECKING:
    import altair as alt

_TIPS = ("step", "change", "lower", "upper", "so far", "holds")


@dataclass(frozen=True)
class _Step:
    label: Label
    text: str
    colour: str = HOLLOW
    start: Decimal = ZERO
    change: Decimal | None = None
    band: Band | None = None
    holds: str = ""

    @property
    def end(self) -> Decimal:
        return total([self.start, self.change or ZERO])


class _Build:
    """Steps so far, and where they have come to."""

    def __init__(self, item: Item) -> None:
        self.item, self.at, self.steps = item, ZERO, list[_Step]()

    def word(self, label: str, text: str) -> None:
        """A row without a bar."""
        self.steps.append(_Step(Label(label, bold=True), text))

    def go(self, label: Label, change: Decimal, text: str, colour: str, **more: Any) -> None:
        """A bar from where the one before ended."""
        self.steps.append(_Step(label, text, colour, self.at, change, **more))
        self.at = self.steps[-1].end

    def whole(self, label: str, amount: Decimal, text: str, band: Band | None) -> None:
        """The bar from zero at the end."""
        self.steps.append(_Step(Label(label, bold=True), text, TOTAL, ZERO, amount, band))


def price_buildup(
    prices: Result, product: str, origin: str | None = None, *, top: int = 10
) -> alt.LayerChart:
    """How the true price of a product is built up.

    Market price, plus the external cost by dimension and indicator, less what the price already pays of it,
    gives the true price: one bar a step, each from where the one before ended, in the currency and year of
    the result per reference unit of the product. Labels are rounded to the minor unit so that they add up, as
    in the tables of the command; tooltips hold the exact amounts. Thin lines show a step, and the whole, with
    all factors low and all high, where those differ. Without a market price the steps begin at zero and end
    at the gap.

    What is not priced has no bar: the subtitle names unpriced indicators, the first eight by the alphabet
    (``prices.coverage`` has all of them, ``prices.breakdown`` their amounts), and a dimension without money
    says ``unpriced`` or ``not stated``.

    Args:
        prices: the result of ``truecost.price``.
        product: id of a product of the result.
        origin: its region; needed only where the product has several.
        top: how many indicators have a bar of their own, the largest first. The others of a dimension share a
            bar.

    Returns:
        A layered chart. The rows of its data have ``step``, ``change``, ``lower``, ``upper`` and ``so far``
        as exact decimal text, and ``x0`` and ``x1`` as floats.

    Raises:
        ValueError: no such product or origin (with names that are near), several origins and none chosen, or
            tables that are not of one result.
        ImportError: Altair is not installed.

    Example:
        >>> tc.plot.price_buildup(prices, "roasted-coffee").save("coffee.html")
    """
    canvas.need_altair()
    item = pick(prices, product, origin)
    return _draw(item, _steps(item, max(top, 1)))


def _steps(item: Item, top: int) -> list[_Step]:
    build, shelf, digits = _Build(item), item.shelf, item.digits
    market, gap = item.amount("market_price"), item.amount("gap")
    if market is not None:
        text = shown(shelf["market_price"], market, digits)
        build.go(Label("Market price", bold=True), market, text, MARKET)
    own = _largest(item, top)
    for dimension in DIMENSIONS:
        _dimension(build, dimension, own)
    _paid(build)
    if gap is None:
        build.word("True price gap", "none: nothing of it is priced")
        return build.steps
    if market is None:
        text = f"= {shown(shelf['gap'], gap, digits)}"
        build.whole(f"True price gap per {item.unit}", gap, text, item.band("gap"))
    else:
        price = item.amount("true_price") or ZERO
        text = f"= {shown(shelf['true_price'], price, digits)}"
        build.whole(f"True price per {item.unit}", price, text, item.band("true_price"))
    return build.steps


def _largest(item: Item, top: int) -> set[str]:
    order = sorted(item.costs, key=lambda key: (-item.costs[key].external().central, key))
    return {key for key in order[:top] if item.costs[key].central > ZERO}


def _counts(cost: Band) -> bool:
    """Is it an external cost? A benefit is none, in no scenario; the subtitle has it."""
    return cost.central >= ZERO or any(end > ZERO for end in cost)


def _dimension(build: _Build, dimension: str, own: set[str]) -> None:
    item, digits = build.item, build.item.digits
    amount = item.amount(dimension)
    title = f"{dimension.capitalize()} cost"
    if amount is None:
        build.word(title, item.word(dimension))
        return
    costs = {
        key: c.external() for key, c in item.costs.items() if item.dimension(key) == dimension and _counts(c)
    }
    names = sorted((key for key in costs if key in own), key=lambda key: (-costs[key].central, key))
    rest = sorted(key for key in costs if key not in own)
    if len(rest) == 1:
        names, rest = [*names, *rest], []
    groups = [[key] for key in names] + ([rest] if rest else [])
    bands = [sum((costs[key] for key in group), NOTHING) for group in groups]
    labels = [item.named(group[0]) for group in groups]
    if rest:
        labels[-1] = f"{len(rest)} {'others' if names else 'indicators'}"
    parts = rounded([band.central for band in bands], digits, item.shelf[dimension])
    build.word(title, f"{shown(item.shelf[dimension], amount, digits)} in all")
    for label, group, cost, part in zip(labels, groups, bands, parts, strict=True):
        text = shown(part, cost.central, digits, sign=True)
        band = Band(*(total([build.at, end]) for end in cost))
        holds = ", ".join(f"{item.named(key)} {exact(costs[key].central)}" for key in group)
        build.go(Label(label), cost.central, text, COLOURS[dimension], band=band, holds=holds)


def _paid(build: _Build) -> None:
    item, digits = build.item, build.item.digits
    internalised = item.amount("internalised") or ZERO
    if internalised != ZERO:
        text = shown(item.shelf["internalised"], internalised.copy_negate(), digits, sign=True)
        label = Label("Already paid in the price (internalised)")
        build.go(label, internalised.copy_negate(), text, HOLLOW)
    if item.netted:
        for column, name in (("benefits", "Benefits, netted"), ("overpaid", "Overpaid, netted")):
            amount = (item.amount(column) or ZERO).copy_negate()
            if amount != ZERO:
                build.go(Label(name), amount, on_label(amount, digits, sign=True), HOLLOW)


def _draw(item: Item, steps: list[_Step]) -> alt.LayerChart:
    import altair as alt

    labels = [step.label for step in steps]
    records, texts, bands, threads = [], [], [], []
    previous, at = "", ZERO
    for index, step in enumerate(steps):
        key = canvas.key(index)
        if step.change is None:
            texts.append(canvas.word(key, at, step.text, SOFT))
            continue
        record = _record(key, step)
        records.append(record)
        reach = [step.start, step.end]
        if step.band is not None and step.band.has_width:
            reach += step.band
            bands.append(canvas.between(record, step.band))
        texts.append(canvas.word(key, max(reach), step.text))
        if previous:
            threads.append({"row": previous, "to": key, "x0": float(at)})
        previous, at = key, step.end
    ruler, y = canvas.ruler(item.money, [*records, *bands], texts), canvas.rows(labels)
    thread = alt.Chart(canvas.data(threads)).mark_rule(color=SOFT, strokeWidth=0.7)
    chart = canvas.layer(
        thread.encode(y=y, y2="to:N", x=ruler.x()),
        canvas.bars(records, y, ruler, _TIPS),
        *canvas.whiskers(bands, y, ruler, _TIPS),
        canvas.words(texts, y, ruler),
        canvas.names(labels, y),
    )
    gap = "" if item.amount("true_price") is not None else " gap"
    about = facts.about(item, f"How the true price{gap} is built up")
    if item.amount("market_price") is None:
        about.insert(
            1, "No market price: the steps begin at zero and end at the gap; there is no true price."
        )
    if bands:
        about.append(facts.SCENARIOS)
    title = canvas.heading(item.name, about)
    return chart.properties(width=ruler.width, height=canvas.height(labels), title=title)


def _record(key: str, step: _Step) -> canvas.Record:
    band = step.band or Band(step.end, step.end, step.end)
    said = {
        "step": step.label.text,
        "change": exact(step.change),
        "lower": exact(less(band.lower, step.start)),
        "upper": exact(less(band.upper, step.start)),
        "so far": exact(step.end),
        "holds": step.holds or step.label.text,
    }
    edge = None if step.colour in (HOLLOW, MARKET) else step.colour
    return canvas.bar(key, (step.start, step.end), said, step.colour, edge)
