#!/usr/bin/env python3
"""What a product's footprints and external cost are made of, in exact rationals and independently of the engine.

    python3 contributions.py datasets/supply/coffee filter-coffee NL --tiers 8 --cutoff 1/100

One CSV row a part x indicator: `by` is process, stage, region, tier or path; amounts and central costs are the nearest
doubles. Tiers are terms of the power series of direct requirements; paths are found by trying all of them up to a depth,
without a bound. Every process makes one product here: what is allocated is not recomputed.
"""

import argparse
import csv
import re
import sys
from fractions import Fraction
from pathlib import Path

from money import FACTOR, nearest, rounded
from recompute import causes_of, cost_of, solved
from solve import solve
from tables import Library, OracleError

#: Purchases after which no path is followed.
DEPTH = 14


def activity(chain, demand):
    """How often each process runs: `A s = f`."""
    columns = {id: {} for id in chain.rows}
    for taker, row in chain.rows.items():
        for supplier, amount in row.items():
            columns[supplier][taker] = amount
    rhs = {id: {"f": amount} for id, amount in demand.items()}
    return {id: value.get("f", Fraction(0)) for id, value in solve(columns, rhs).items()}


def tiers(chain, demand, last):
    """Activity by supplier tier: `s_0 = f / n`, then what each tier takes, divided by what its suppliers make."""
    series, left = [], dict(demand)
    for _ in range(last + 1):
        now = {id: amount / chain.rows[id][id] for id, amount in left.items() if amount}
        series.append(now)
        left = {}
        for id, runs in now.items():
            for supplier, amount in chain.rows[id].items():
                if supplier != id:
                    left[supplier] = left.get(supplier, Fraction(0)) - amount * runs
    return series


def amounts(supply, chain, indicators, units, level, emission_year):
    """What each process states of each indicator, priced or not, exactly."""
    stated = {id: {} for id in chain.processes}
    for row in supply.table("interventions"):
        if row["amount"] == "":
            continue
        process, indicator = row.need("process"), row.need("indicator")
        unit, target = row.need("unit"), indicators[indicator]["unit"]
        money = re.fullmatch(r"([A-Z]{3})(\d{4})?", unit) if target == "money" else None
        if money:
            year = chain.processes[process].year("period") or emission_year
            amount = nearest(rounded(level.move(row.exact("amount"), money[1], int(money[2] or year)), FACTOR))
        else:
            amount = units.convert(row.float("amount"), unit, target)
        stated[process][indicator] = stated[process].get(indicator, Fraction(0)) + Fraction(amount)
    return stated


def paths(chain, node, amount, trail, depth):
    """All ways from a process to its suppliers, with how often the last one runs."""
    trail, runs = (*trail, node), amount / chain.rows[node][node]
    yield trail, runs
    if depth:
        for supplier, taken in chain.rows[node].items():
            if supplier != node and taken:
                yield from paths(chain, supplier, -taken * runs, trail, depth - 1)


class Weights:
    """What activity causes and what that is worth, before rounding."""

    def __init__(self, stated, causes, indicators):
        self.stated, self.causes, self.indicators = stated, causes, indicators

    def amount(self, runs):
        """Indicator: amount."""
        sums = {}
        for id, times in runs.items():
            for indicator, amount in self.stated[id].items():
                sums[indicator] = sums.get(indicator, Fraction(0)) + times * amount
        return sums

    def worth(self, runs):
        """Indicator: amount x central factor, of what has a factor."""
        sums = {}
        for id, times in runs.items():
            for key, amount in self.causes.rhs[id].items():
                if key[0] != "paid" and key[1] is not None:
                    sign = -1 if self.indicators[key[0]]["kind"] == "benefit" else 1
                    sums[key[0]] = sums.get(key[0], Fraction(0)) + sign * times * amount * key[1][1]
        return sums


def contributions(supply, product, origin, datasets, last, cutoff):
    """Rows of the answer."""
    library = Library(datasets)
    supply = library.get("supply", supply)
    defaults = supply.manifest.get("defaults", {})
    chosen = defaults.get("factors"), defaults.get("currency"), int(defaults.get("year") or 0)
    units, level, indicators, chain, causes, solution = solved(
        library, supply, *chosen, None, "unpriced", "inflate-first"
    )
    pair = product, origin
    if pair not in chain.pairs:
        raise OracleError(f"nothing makes {product} in {origin}")
    demand = chain.pairs[pair]
    whole = activity(chain, demand)
    weights = Weights(amounts(supply, chain, indicators, units, level, chosen[2]), causes, indicators)
    y, _, priced = causes_of(pair, chain, causes, solution)
    costs = {k: cost_of(k, y, 1, indicators)[0] for k in priced}
    all_worth = weights.worth(whole)

    divided = {("process", id): {id: runs} for id, runs in whole.items() if runs}
    for by in ("stage", "region"):
        for id, runs in whole.items():
            if runs:
                divided.setdefault((by, chain.processes[id][by] or "not stated"), {})[id] = runs
    series = tiers(chain, demand, last)
    divided.update({("tier", f"tier {number}"): runs for number, runs in enumerate(series)})
    deeper = {id: runs - sum(tier.get(id, Fraction(0)) for tier in series) for id, runs in whole.items()}
    divided["tier", "deeper tiers"] = deeper

    def figures(runs):
        """Indicator: amount, cost. A cost is the part's share of the cost of the whole."""
        worth, total, out = weights.worth(runs), Fraction(0), {}
        for indicator, amount in weights.amount(runs).items():
            cost = None
            if indicator in worth and all_worth[indicator]:
                cost = costs[indicator] * worth[indicator] / all_worth[indicator]
                total += cost if costs[indicator] > 0 else 0
            out[indicator] = amount, cost
        return {**out, "total": (None, total)}

    for (by, part), runs in divided.items():
        for indicator, (amount, cost) in figures(runs).items():
            yield by, part, indicator, amount, cost
    limit = cutoff * sum(cost for cost in costs.values() if cost > 0)
    for start, share in demand.items():
        for trail, runs in paths(chain, start, share, (), DEPTH):
            cost = figures({trail[-1]: runs})["total"][1]
            if cost >= limit:
                yield "path", " > ".join(trail), "total", None, cost


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("supply", help="folder or name of a supply dataset")
    parser.add_argument("product")
    parser.add_argument("origin")
    parser.add_argument("--datasets", default=Path(__file__).resolve().parents[2] / "datasets")
    parser.add_argument("--tiers", type=int, default=8, dest="last", help="the last tier that is told apart")
    parser.add_argument("--cutoff", type=Fraction, default=Fraction(1, 100), help="share of the total")
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["by", "part", "indicator", "amount", "cost"])
    try:
        for by, part, indicator, *figures in contributions(**vars(parser.parse_args())):
            writer.writerow([by, part, indicator, *("" if f is None else float(f) for f in figures)])
    except OracleError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
