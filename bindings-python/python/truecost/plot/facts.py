"""What is written below every title, so that no drawing travels without it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .amount import ZERO, exact, on_label
from .item import DIMENSIONS, Item
from .result import Classified, Result

SCENARIOS = "Thin lines: all factors low to all factors high; scenarios, not bounds on the truth."
_MOST = 8


def level(result: Result, unit: str | None = None) -> str:
    """Currency and year, and the unit if there is but one."""
    return f"{result.currency} of {result.year}{f' per {unit}' if unit else ''}"


def listed(names: Iterable[str], most: int = _MOST) -> str:
    """Names in the order of the alphabet, the first few; of more, how many."""
    every = sorted(names, key=str.casefold)
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(every[:most]) + more


def unpriced(names: Iterable[str], where: str = "", most: int = _MOST) -> list[str]:
    """What is stated and has no price; nothing if everything has one."""
    said = listed(names, most)
    return [f"Unpriced{where}, which is not free: {said}."] if said else []


def unpriced_in(every: Mapping[str, Sequence[Item]]) -> list[str]:
    """What is stated and has no price, by the results in which it has none; eight names between them."""
    where: dict[str, list[str]] = {}
    for name, some in every.items():
        for key in dict.fromkeys(key for item in some for key in item.ids("unpriced")):
            where.setdefault(some[0].named(key), []).append(name)
    groups: dict[tuple[str, ...], list[str]] = {}
    for indicator, names in where.items():
        groups.setdefault(tuple(names), []).append(indicator)
    most = max(3, _MOST // max(len(groups), 1))
    return [
        line
        for names, keys in sorted(groups.items(), key=lambda pair: -len(pair[0]))
        for line in unpriced(keys, f" in {_among(names, list(every))}", most)
    ]


def by_scenario(every: Mapping[str, Item]) -> list[str]:
    """Factors, market prices and coverage: what is the same in all once, then only what differs."""
    stated = {name: _stated(item) for name, item in every.items()}
    kinds = list(dict.fromkeys(kind for said in stated.values() for kind in said))
    same = [kind for kind in kinds if len({said.get(kind) for said in stated.values()}) == 1]
    groups: dict[tuple[str, ...], list[str]] = {}
    for name, said in stated.items():
        words = tuple(said.get(kind, f"0 {kind}") for kind in kinds if kind not in same)
        groups.setdefault(tuple(word for word in words if word), []).append(name)
    first = next(iter(stated.values()))
    lines = [f"all: {', '.join(first[kind] for kind in same if first[kind])}."] if same else []
    if len(groups) == 1:
        return lines
    ordered = sorted(groups.items(), key=lambda pair: len(pair[1]))
    if len(ordered[-1][1]) > 1 and len(ordered[-1][1]) > len(ordered[-2][1]):
        ordered[-1] = (ordered[-1][0], ["the others"])
    return lines + [f"{', '.join(names)}: {', '.join(words)}." for words, names in ordered]


def _stated(item: Item) -> dict[str, str]:
    """What is said of a scenario, by kind."""
    market = item.amount("market_price")
    price = "no market price" if market is None else f"market price {on_label(market, item.digits)}"
    said = {"factors": f"factors {item.result.factors}", "market price": price}
    said["netted"] = "benefits netted" if item.netted else ""
    coverage = str(item.row["coverage"]).split(", ")
    return said | {part.partition(" ")[2] or part: part for part in coverage}


def _among(names: Sequence[str], every: Sequence[str]) -> str:
    """Some of all, in as few words as will do."""
    without = [name for name in every if name not in names]
    if not without:
        return "all"
    return f"all but {', '.join(without)}" if len(without) < len(names) - 1 else ", ".join(names)


def about(item: Item, what: str) -> list[str]:
    """All facts of one product, after what is drawn of it."""
    silent = [d for d in DIMENSIONS if item.amount(d) is None and item.word(d) == "not stated"]
    return [
        f"{what}, {level(item.result, item.unit)}; factors {item.result.factors}",
        *unpriced(item.unpriced),
        *([f"Not stated, which is not zero: {', '.join(silent)}."] if silent else []),
        f"Coverage: {item.row['coverage']}.",
        *_benefits(item),
    ]


def of_flows(result: Classified) -> list[str]:
    """The rules that flows were judged by, and what a reader must know of the data."""
    rules = next(dataset for dataset in result.lineage["datasets"] if dataset["role"] == "rules")
    cautions = [f"Caution: {caution}." for caution in result.lineage["cautions"]]
    return [f"Rules: {rules['name']} {rules['version']}.", *cautions]


def _benefits(item: Item) -> list[str]:
    """Costs below zero, which are beside the gap unless netting is on."""
    amount = item.amount("benefits") or ZERO
    if amount == ZERO:
        return []
    names = listed(item.named(key) for key, cost in item.costs.items() if cost.central < ZERO)
    how = "netted" if item.netted else "not netted against the costs"
    return [f"Benefits of {on_label(amount, item.digits)} (exactly {exact(amount)}), {how}: {names}."]
