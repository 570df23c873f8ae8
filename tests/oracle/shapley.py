"""The split of a scenario's differences, recomputed from one run of `truecost price --scenario` for each set of causes.

    python3 tests/oracle/shapley.py PROGRAM DATASET SCENARIO.toml OUT_OF_COMPARE [FLAG ...]

Shares no code with the engine, and takes another road: what each cause adds, averaged over every order of the causes
(the engine weighs sets of causes). Each set is a scenario file of its own, cut out of the given one. Compares with
`causes.csv` and `causes_by_indicator.csv` of `truecost compare --out`.
"""

import csv
import itertools
import json
import subprocess
import sys
import tempfile
import tomllib
from fractions import Fraction
from pathlib import Path

#: Money is kept at 1e-12; a cell is rounded once, up or down.
LAST = Fraction(1, 10**12)


def blocks(text):
    """What stands before the first change, and each change with its cause."""
    head, *rest = text.split("[[change]]")
    for block in rest:
        change = tomllib.loads(block)
        yield change.get("cause", change["id"]), "[[change]]" + block
    yield None, head


def priced(program, dataset, text, flags):
    """Figures of every product: market price, and external cost and internalised by indicator."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = [program, *flags[:2], "price", dataset, "--format", "json", *flags[2:]]
        if text is not None:
            path = Path(folder) / "part.toml"
            path.write_text(text, encoding="utf-8")
            arguments += ["--scenario", str(path)]
        answer = subprocess.run(arguments, capture_output=True, text=True, check=True).stdout
    figures = {}
    for product in json.loads(answer)["products"]:
        of = {}
        if product["market_price"]:
            of["market"] = Fraction(product["market_price"]["amount"])
        for indicator in product["indicators"]:
            cost = Fraction(indicator["cost"]["central"]) if indicator["cost"] else Fraction(0)
            external = max(cost, Fraction(0))
            of["external", indicator["indicator"]] = external
            of["internalised", indicator["indicator"]] = min(Fraction(indicator["paid"]), external)
        figures[product["product"], product["origin"]] = of
    return figures


def main(program, dataset, scenario, out, *flags):
    parts = list(blocks(Path(scenario).read_text(encoding="utf-8")))
    head = parts.pop()[1]
    causes = list(dict.fromkeys(cause for cause, _ in parts))
    cache = {}

    def value(chosen):
        if chosen not in cache:
            text = head + "".join(block for cause, block in parts if cause in chosen)
            cache[chosen] = priced(program, dataset, text if chosen else None, flags)
        return cache[chosen]

    orders = list(itertools.permutations(causes))

    def shapley(product, figure, cause):
        sum_ = Fraction(0)
        for order in orders:
            before = frozenset(order[: order.index(cause)])
            with_it = value(before | {cause})[product].get(figure, Fraction(0))
            sum_ += with_it - value(before)[product].get(figure, Fraction(0))
        return sum_ / len(orders)

    checked, exact = 0, {}
    with open(Path(out) / "causes_by_indicator.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            product = row["product"], row["origin"]
            for column in ("external", "internalised"):
                found = Fraction(row["external_cost" if column == "external" else column])
                expected = shapley(product, (column, row["indicator"]), row["cause"])
                assert abs(found - expected) < LAST, (row, column, float(expected))
                key = (product, column, row["indicator"])
                exact[key] = exact.get(key, Fraction(0)) + found
                checked += 1
    everything = frozenset(causes)
    for (product, *figure), sum_ in exact.items():
        whole = value(everything)[product].get(tuple(figure), Fraction(0))
        none = value(frozenset())[product].get(tuple(figure), Fraction(0))
        assert sum_ == whole - none, (product, figure, "does not add up")
    with open(Path(out) / "causes.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            product = row["product"], row["origin"]
            if row["market_price"]:
                expected = shapley(product, "market", row["cause"])
                assert abs(Fraction(row["market_price"]) - expected) < LAST, row
                checked += 1
    print(f"{checked} parts of {len(causes)} causes, {len(cache)} runs")


if __name__ == "__main__":
    main(*sys.argv[1:])
