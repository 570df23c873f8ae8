#!/usr/bin/env python3
"""The true prices of a supply dataset, recomputed exactly and independently of the engine.

    python3 recompute.py datasets/supply/grocery --factors ce-delft-2024 --currency EUR --year 2024

Footprints are solved in exact rationals and rounded once to the nearest double; money is exact and
rounded once to 1e-12. One CSV row per product x origin. What is not given is taken from the manifest.
"""

import argparse
import csv
import re
import sys
from fractions import Fraction
from pathlib import Path

from allocation import Split
from factors import BOUNDS, open_set
from measures import Regions, Units
from money import BOOK, FACTOR, PriceLevel, nearest, plain, rounded
from solve import solve
from tables import Library, OracleError

DIMENSIONS = ("environmental", "social", "health")
COLUMNS = [
    "product", "origin", "market_price", *DIMENSIONS, "external_cost", "internalised", "overpaid", "benefits",
    "gap", "true_price", "gap_lower", "gap_upper", "true_price_lower", "true_price_upper",
]  # fmt: skip


class Chain:
    r"""Who makes what from what: nodes, their suppliers and the rows to solve.

    A node is a process, named by its id, or one product of a process with several: `id\0product`.
    """

    def __init__(self, supply, units):
        self.products = {r.need("id"): r for r in supply.table("products")}
        rows_of = {}  # process: its rows
        for row in supply.table("processes"):
            rows_of.setdefault(row.need("id"), []).append(row)
        self.processes = {}  # node: row
        self.bears = {}  # process: {node: share}
        displaced = []  # (node, node that it takes the place of, amount, node that is credited)
        for id, rows in rows_of.items():
            if len(rows) == 1:
                self.processes[id], self.bears[id] = rows[0], {id: Fraction(1)}
                continue
            self.processes.update((f"{id}\0{row.need('product')}", row) for row in rows)
            split = Split(rows, self.products, supply.table, units)
            self.bears[id] = {f"{id}\0{product}": share for product, share in split.shares.items() if share}
            for product, (other, made, amount) in split.displaced.items():
                displaced.append((f"{id}\0{product}", self.node(other, made, rows_of), amount, *self.bears[id]))
        used_up = {own for own, other, *_ in displaced if self.product_of(own, rows_of) == self.product_of(other, rows_of)}
        self.pairs = {}  # (product, origin): {node: share}
        for id, row in self.processes.items():
            if id not in used_up:
                self.pairs.setdefault((row.need("product"), row.need("region")), {})[id] = row["share"]
        for pair, mix in self.pairs.items():
            rows = [self.processes[id] for id in mix]
            shares = [r.exact("share") for r in rows] if len(rows) > 1 else [Fraction(1)]
            whole = sum(shares)
            if abs(whole - 1) > Fraction(1, 10**9):
                raise OracleError(f"shares of {pair} sum to {float(whole)}")
            shares = [nearest(share / whole) for share in shares]
            self.pairs[pair] = dict(zip(mix, shares))

        # rows[j]: output of j, minus what it takes from each node (its own included: netted)
        self.rows = {}
        for id, row in self.processes.items():
            out = self.amount(row, units)
            if out <= 0:
                raise OracleError(f"process {id} makes {float(out)}")
            self.rows[id] = {id: out}
        for row in supply.table("inputs"):
            if row["cutoff"] == "yes":
                continue
            amount = self.amount(row, units)
            for taker, part in self.bears[row.need("process")].items():
                for supplier, share in self.suppliers(row, rows_of).items():
                    self.take(taker, supplier, nearest(part * amount) * share)
        for own, other, amount, credited in displaced:
            self.take(own, other, amount)
            self.take(credited, other, -amount)

    def take(self, taker, supplier, amount):
        self.rows[taker][supplier] = self.rows[taker].get(supplier, Fraction(0)) - amount

    @staticmethod
    def node(process, product, rows_of):
        return process if len(rows_of[process]) == 1 else f"{process}\0{product}"

    @staticmethod
    def product_of(node, rows_of):
        process, _, product = node.partition("\0")
        return product or rows_of[process][0]["product"]

    def amount(self, row, units):
        product = self.products[row.need("product")]
        mass = product.exact("mass_kg") if product["mass_kg"] else None
        return units.convert(row.float("amount"), row.need("unit"), product.need("unit"), mass)

    def suppliers(self, row, rows_of):
        if row["supplier"]:
            if all(made["product"] != row["product"] for made in rows_of[row["supplier"]]):
                raise OracleError(f"{row['supplier']} does not make {row['product']}")
            return {self.node(row["supplier"], row["product"], rows_of): Fraction(1)}
        pairs = [p for p in self.pairs if p[0] == row["product"] and row["origin"] in ("", p[1])]
        if len(pairs) != 1:
            raise OracleError(f"{len(pairs)} suppliers for {dict(row)}")
        return self.pairs[pairs[0]]

    def reach(self, pair):
        """All processes of the chain of a product x origin."""
        seen, todo = set(), list(self.pairs[pair])
        while todo:
            id = todo.pop()
            if id not in seen:
                seen.add(id)
                todo.extend(self.rows[id])
        return seen


def process_of(node):
    return node.partition("\0")[0]


class Causes:
    """What each process causes and pays: right-hand sides per indicator and distinct factor."""

    def __init__(self, supply, chain, indicators, factors, units, level, emission_year, origin="001", only=None):
        """`origin`: the place of processes whose region is `origin`. `only`: these processes, not all."""
        self.rhs = {id: {} for id in chain.processes}  # process: {(indicator, factor) or ("paid", indicator): amount}
        self.stated = {id: set() for id in chain.processes}  # indicators with an amount
        self.priced = {id: set() for id in chain.processes}  # indicators with an amount and a factor
        method = supply.manifest.get("defaults", {}).get("method", "")

        def place(process):
            """Region and emission year that a process is valued at."""
            row = chain.processes[next(iter(chain.bears[process]))]
            return origin if row["region"] == "origin" else row["region"], row.year("period") or emission_year

        def add(process, key, amount):
            for node, share in chain.bears[process].items():
                self.rhs[node][key] = self.rhs[node].get(key, 0) + share * amount

        table = supply.table("interventions")
        found = []  # (process, subject, indicator, factor, amount) of what is stated
        for row in table:
            process, indicator = row.need("process"), row.need("indicator")
            if indicator not in indicators:
                raise OracleError(f"unknown indicator {indicator!r}")
            if row["amount"] == "" or (only is not None and process not in only):
                continue
            region, year = place(process)
            unit, target = row.need("unit"), indicators[indicator]["unit"]
            money = re.fullmatch(r"([A-Z]{3})(\d{4})?", unit) if target == "money" else None
            if money:
                moved = level.move(row.exact("amount"), money[1], int(money[2] or year))
                amount = nearest(rounded(moved, FACTOR))
            elif target == "money":
                raise OracleError(f"{indicator} takes a currency with its year, not {unit!r}")
            else:
                amount = units.convert(row.float("amount"), unit, target)
            factor = factors.factor(indicator, row["method"] or method, region, year)
            found.append((process, row["subject"], indicator, factor, amount))
        self.excluded = excluded = exclusions(found, factors.exclusive)
        for process, subject, indicator, factor, amount in found:
            for node in chain.bears[process]:
                self.stated[node].add(indicator)
            if factor is not None and (process, subject, indicator) not in excluded:
                for node in chain.bears[process]:
                    self.priced[node].add(indicator)
                add(process, (indicator, factor), amount)
        if supply.manifest.get("supply", {}).get("absent_interventions") == "zero":
            written = {(row["process"], row["indicator"]) for row in table}
            for process in chain.bears if only is None else only:
                for indicator in {row["indicator"] for row in table}:
                    if (process, indicator) not in written:
                        nodes = chain.bears[process]
                        for node in nodes:
                            self.stated[node].add(indicator)
                        try:
                            if factors.factor(indicator, method, *place(process)) is not None:
                                for node in nodes:
                                    self.priced[node].add(indicator)
                        except OracleError:
                            pass  # of nothing no figure is missing

        for row in supply.table("paid"):
            if row["amount"] and (only is None or row["process"] in only):
                year = row.year("year") or place(row.need("process"))[1]
                moved = level.move(row.exact("amount"), row.need("currency"), year)
                add(row["process"], ("paid", row.need("indicator")), nearest(rounded(moved, FACTOR)))


def exclusions(found, exclusive):
    """Per process and subject: an indicator with a factor stands unless one that stands has a lower rank in a group
    of both. The lowest ranks are judged first, so that what is left out leaves out nothing itself."""
    ranks = {}
    for row in exclusive:
        ranks.setdefault(row.need("indicator"), {})[row.need("group")] = int(row.need("rank"))
    stated = {}
    for process, subject, indicator, factor, _ in found:
        if factor is not None:
            stated.setdefault((process, subject), set()).add(indicator)
    excluded = set()
    for (process, subject), indicators in stated.items():
        standing = []
        for indicator in sorted(indicators, key=lambda k: (min(ranks.get(k, {"": 0}).values()), k)):
            mine = ranks.get(indicator, {})
            if any(ranks.get(other, {}).get(group, rank) < rank for other in standing for group, rank in mine.items()):
                excluded.add((process, subject, indicator))
            else:
                standing.append(indicator)
    return excluded


def market_price(pair, product, lists, level, units):
    """The latest price up to the end of the price year, at the target, per reference unit; None if there is none.
    Of several lists the first that has one counts."""
    for prices, origin in ((prices, origin) for prices in lists for origin in (pair[1], "")):
        rows = [r for r in prices if (r["product"], r["origin"]) == (pair[0], origin) and r.year("date") <= level.year]
        if rows:
            break
    else:
        return None
    row = max(rows, key=lambda r: r["date"])
    mass = product.exact("mass_kg") if product["mass_kg"] else None
    unit, target = row.need("unit"), product.need("unit")
    try:
        per_unit = units.ratio(unit, target, mass)
    except OracleError:
        if not row["mass_kg"]:
            return None  # a pack of a list whose mass nobody states
        per_unit = row.exact("mass_kg") * units.ratio("kg", target, mass)  # a pack: so many kilograms
    quantity = row.exact("quantity") if row["quantity"] else Fraction(1)
    moved = level.move(row.exact("amount"), row.need("currency"), row.year("date"))
    return rounded(moved / (quantity * per_unit), BOOK)


def causes_of(pair, chain, causes, solution):
    """Footprint parts and payments per unit of a product x origin, each rounded to a double; what its chain states,
    and what of it has a price."""
    mix = chain.pairs[pair]
    y = {}
    for process, share in mix.items():
        for key, value in solution[process].items():
            y[key] = y.get(key, 0) + share * value
    y = {key: nearest(value) for key, value in y.items()}

    reach = chain.reach(pair)
    stated = set().union(*(causes.stated[process] for process in reach))
    priced = set().union(*(causes.priced[process] for process in reach))
    return y, stated, priced


def cost_of(k, y, bound, indicators):
    """What an indicator costs others, and what is paid for it, per unit; 0, 1, 2: lower, central, upper."""
    cost = sum((v * key[1][bound] for key, v in y.items() if key[0] == k), Fraction(0))
    cost = rounded(-cost if indicators[k]["kind"] == "benefit" else cost, BOOK)
    return cost, rounded(y.get(("paid", k), Fraction(0)), BOOK)


def true_price(pair, price, chain, causes, solution, indicators, netting):
    """One row of the answer."""
    y, stated, priced = causes_of(pair, chain, causes, solution)
    out = dict.fromkeys(COLUMNS, "")
    out["product"], out["origin"] = pair
    out["market_price"] = "" if price is None else plain(price)
    parts = {d: Fraction(0) for d in DIMENSIONS}
    for bound, suffix in zip((1, 0, 2), ("", "_lower", "_upper")):
        sums = dict.fromkeys(("external_cost", "internalised", "overpaid", "benefits", "gap"), Fraction(0))
        for k in priced:
            cost, paid = cost_of(k, y, bound, indicators)
            external = max(cost, Fraction(0))
            internalised = min(paid, external)
            sums["external_cost"] += external
            sums["benefits"] += max(-cost, Fraction(0))
            sums["internalised"] += internalised
            sums["overpaid"] += paid - internalised
            sums["gap"] += cost - paid if netting else external - internalised
            if suffix == "":
                parts[indicators[k]["dimension"]] += external
        if priced:
            out["gap" + suffix] = plain(sums["gap"])
            if price is not None:
                out["true_price" + suffix] = plain(price + sums["gap"])
            if suffix == "":
                out.update({name: plain(value) for name, value in sums.items()})
    for d in DIMENSIONS:
        of_dimension = lambda ids: any(indicators[k]["dimension"] == d for k in ids)
        out[d] = plain(parts[d]) if of_dimension(priced) else "unpriced" if of_dimension(stated) else "not stated"
    return out


def solved(library, supply, factors, currency, year, emission_year, outside, order):
    """Units, price level, indicators, and the chain of a supply dataset with what it causes, solved."""
    if not (factors and currency and year):
        raise OracleError("factors, currency and year are needed")
    units, regions = Units(library), Regions(library)
    level = PriceLevel(library, currency, year, order == "convert-first")
    indicators = {r.need("id"): r for d in [*library.of_kind("indicators"), supply] for r in d.table("indicators")}
    factor_set = open_set(library, factors, indicators, units, regions, level, outside)
    chain = Chain(supply, units)
    causes = Causes(supply, chain, indicators, factor_set, units, level, int(emission_year or year))
    return units, level, indicators, chain, causes, solve(chain.rows, causes.rhs)


def recompute(supply, datasets, factors=None, currency=None, year=None, emission_year=None, prices=None,
              netting=False, outside="unpriced", order="inflate-first"):  # fmt: skip
    """The rows of the answer, sorted by product and origin."""
    library = Library(datasets)
    supply = library.get("supply", supply)
    defaults = supply.manifest.get("defaults", {})
    factors, currency = factors or defaults.get("factors"), currency or defaults.get("currency")
    year, prices = int(year or defaults.get("year") or 0), prices or defaults.get("prices")
    units, level, indicators, chain, causes, solution = solved(
        library, supply, factors, currency, year, emission_year, outside, order
    )
    price_rows = [library.get("prices", prices).table("prices")] if prices else []
    price_rows.append(supply.table("prices"))
    answer = []
    for pair in sorted(chain.pairs, key=lambda p: (p[0].encode(), p[1].encode())):
        price = market_price(pair, chain.products[pair[0]], price_rows, level, units)
        answer.append(true_price(pair, price, chain, causes, solution, indicators, netting))
    return answer


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("supply", help="folder or name of a supply dataset")
    parser.add_argument("--datasets", default=Path(__file__).resolve().parents[2] / "datasets")
    parser.add_argument("--factors", help="SET or SET:VARIANT, a name or a folder")
    parser.add_argument("--currency")
    parser.add_argument("--year", type=int, help="price year")
    parser.add_argument("--emission-year", type=int, help="of processes without a period; default: the price year")
    parser.add_argument("--prices", help="name or folder of a price list")
    parser.add_argument("--netting", action="store_true", help="let benefits and overpayments cancel costs")
    parser.add_argument("--outside", choices=["unpriced", "as_is", "transfer"], default="unpriced")
    parser.add_argument("--order", choices=["inflate-first", "convert-first"], default="inflate-first")
    try:
        answer = recompute(**vars(parser.parse_args()))
    except OracleError as error:
        sys.exit(f"error: {error}")
    writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(answer)


if __name__ == "__main__":
    main()
