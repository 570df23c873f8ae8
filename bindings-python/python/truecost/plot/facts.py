"""What is written below every title, so that no drawing travels without it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .amount import ZERO, exact, on_label
from .item import DIMENSIONS, Item
from .result import Result

SCENARIOS = "Thin lines: all factors low to all factors high; scenarios, not bounds on the truth."


def level(result: Result, unit: str | None = None) -> str:
    """Currency, year and factor set."""
    return f"{money(result, unit)}; factors {result.factors}"


def money(result: Result, unit: str | None = None) -> str:
    """Currency and year, and the unit if there is but one."""
    per = f" per {unit}" if unit else ""
    return f"{result.currency} of {result.year}{per}"


def unpriced(item: Item) -> list[str]:
    """What is stated and has no price; nothing if everything has one."""
    names = item.unpriced
    return [f"Unpriced, which is not free: {', '.join(names)}."] if names else []


def silent(item: Item) -> list[str]:
    """Dimensions of which the data say nothing."""
    names = [d for d in DIMENSIONS if item.amount(d) is None and item.word(d) == "not stated"]
    return [f"Not stated, which is not zero: {', '.join(names)}."] if names else []


def coverage(item: Item) -> list[str]:
    """The coverage in words."""
    return [f"Coverage: {item.row['coverage']}."]


def benefits(item: Item) -> list[str]:
    """Costs below zero, which are beside the gap unless netting is on."""
    amount = item.amount("benefits") or ZERO
    if amount == ZERO:
        return []
    names = [item.named(key) for key, cost in item.costs.items() if cost.central < ZERO]
    how = "netted" if item.netted else "not netted against the costs"
    label = on_label(amount, item.digits)
    return [f"Benefits of {label} (exactly {exact(amount)}), {how}: {', '.join(names)}."]


def unpriced_in(every: Mapping[str, Sequence[Item]]) -> list[str]:
    """What is stated and has no price, by the results in which it has none."""
    where: dict[str, list[str]] = {}
    for name, some in every.items():
        for key in dict.fromkeys(key for item in some for key in item.ids("unpriced")):
            where.setdefault(some[0].named(key), []).append(name)
    groups: dict[tuple[str, ...], list[str]] = {}
    for key, names in where.items():
        groups.setdefault(tuple(names), []).append(key)
    said = []
    for names_, keys in sorted(groups.items(), key=lambda pair: -len(pair[0])):
        in_ = "all" if len(names_) == len(every) else ", ".join(names_)
        said.append(f"Unpriced in {in_}, which is not free: {', '.join(keys)}.")
    return said


def about(item: Item, what: str) -> list[str]:
    """All facts of one product, after what is drawn of it."""
    return [
        f"{what}, {level(item.result, item.unit)}",
        *unpriced(item),
        *silent(item),
        *coverage(item),
        *benefits(item),
    ]
