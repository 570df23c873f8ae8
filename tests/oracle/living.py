#!/usr/bin/env python3
"""What workers and households lack, recomputed independently of the engine.

    python3 living.py DATASET --share 0.8

Reads the tables workers, households, benchmarks and output of a folder; exact rationals throughout. Prints one CSV row a
figure: table, key, column, value. The price that closes a gap is not solved but searched for: the smallest whole number of
minor units with which enough households have a living income.
"""

import argparse
import csv
import sys
from fractions import Fraction
from pathlib import Path

DIGITS = {"EUR": 2, "KES": 2, "JPY": 0, "USD": 2, "KWD": 3}
INDICES = {"KES": "cpi-kenya"}
REFERENCE = Path(__file__).resolve().parents[2] / "datasets/reference"


def table(folder, name):
    path = Path(folder) / f"{name}.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return sorted(csv.DictReader(file), key=lambda row: row.get("id", "").encode())


def half_even(value):
    whole = value.numerator // value.denominator
    rest = value - whole
    if rest > Fraction(1, 2) or (rest == Fraction(1, 2) and whole % 2):
        whole += 1
    return whole


def plain(units, digits):
    sign, units = ("-", -units) if units < 0 else ("", units)
    text = str(units).rjust(digits + 1, "0")
    whole, part = (text[:-digits], text[-digits:].rstrip("0")) if digits else (text, "")
    return sign + whole + ("." + part if part else "")


def at(value, digits):
    return plain(half_even(value * 10**digits), digits)


def shared(values, digits):
    """Whole minor units that add up to the rounded sum: one by one to whoever is furthest below."""
    fine = [value * 10**digits for value in values]
    units = [value.numerator // value.denominator for value in fine]
    for _ in range(half_even(sum(fine, Fraction(0))) - sum(units)):
        lag = [value - unit for value, unit in zip(fine, units)]
        units[lag.index(max(lag))] += 1
    return [plain(unit, digits) for unit in units]


def moved(benchmark, year):
    own = int(benchmark["period"][:4])
    if own == year:
        return Fraction(1)
    with (REFERENCE / INDICES[benchmark["currency"]] / "index.csv").open() as file:
        index = {int(row["year"]): Fraction(row["value"]) for row in csv.DictReader(file)}
    return index[year] / index[own]


def a_month(amount, per, row):
    weeks = Fraction(52, 12)
    match per:
        case "hour":
            return amount * min(Fraction(row["contracted_hours"]), Fraction(row["standard_hours"])) * weeks
        case "day":
            return amount * Fraction(row["days_per_week"]) * weeks
        case "week":
            return amount * weeks
        case "year":
            return amount / 12
    return amount


def some(row, column):
    return Fraction(row[column]) if row.get(column) else None


class Worker:
    def __init__(self, row, benchmark):
        self.row, self.currency = row, row["currency"]
        self.period = row["period"]
        part = Fraction(1)
        if row["contracted_hours"]:
            part = min(part, Fraction(row["contracted_hours"]) / Fraction(row["standard_hours"]))
        need = a_month(Fraction(benchmark["amount"]), benchmark["per"], {}) * moved(benchmark, int(self.period[:4]))
        self.need = need * part
        pay = a_month(Fraction(row["pay"]), row["pay_per"], row)
        bonus = a_month(some(row, "bonuses") or Fraction(0), row["bonuses_per"] or row["pay_per"], row)
        cap = Fraction(row["in_kind_cap"]) if row["in_kind_cap"] else Fraction(3, 10)
        kind = a_month(some(row, "in_kind") or Fraction(0), row["pay_per"], row)
        self.wage = pay + bonus + min(kind, cap * self.need)
        minimum = some(row, "minimum_wage")
        self.has_minimum = minimum is not None
        # Each band is the part of [wage, need] on its side of the minimum.
        edge = a_month(minimum, row["minimum_wage_per"] or row["pay_per"], row) if self.has_minimum else self.wage
        edge = min(edge, self.need)
        self.low = edge - self.wage if edge > self.wage else Fraction(0)
        upper = max(edge, self.wage)
        self.high = self.need - upper if self.need > upper else Fraction(0)
        self.months = some(row, "months") or Fraction(12 if len(self.period) == 4 else 1)
        self.times = int(row["count"] or 1) * self.months

    def gap(self):
        return self.low + self.high

    def rise(self):
        """The smallest whole minor unit per pay that closes the gap, counted up from below."""
        step = Fraction(1, 10 ** DIGITS[self.currency])
        worth = a_month(step, self.row["pay_per"], self.row)
        units = max(0, (self.gap() / worth).numerator // (self.gap() / worth).denominator - 2)
        while units * worth < self.gap():
            units += 1
        return units * step


def search(reached, top):
    """The smallest whole number for which `reached` holds; it holds for `top`."""
    low, high = 0, top
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(middle) else (middle + 1, high)
    return low


def closing(sellers, share, digits):
    """In minor units; sellers are (lack, quantity). None if nothing does it."""
    step = Fraction(1, 10**digits)
    if share is None:
        reached = lambda units: sum(lack - units * step * q for lack, q in sellers) <= 0
    else:
        enough = lambda units: sum(1 for lack, q in sellers if lack - units * step * q <= 0)
        reached = lambda units: enough(units) >= share * len(sellers)
    top = 10**30
    return search(reached, top) if reached(top) else None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("dataset")
    parser.add_argument("--share", type=Fraction)
    given = parser.parse_args()
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["table", "key", "column", "value"])
    benchmarks = {row["id"]: row for row in table(given.dataset, "benchmarks")}
    output = {(r["product"], r["process"], r["period"]): Fraction(r["quantity"]) for r in table(given.dataset, "output")}
    workers = [Worker(row, benchmarks[row["benchmark"]]) for row in table(given.dataset, "workers")]
    for currency in {worker.currency for worker in workers}:
        own = [worker for worker in workers if worker.currency == currency]
        for worker, total in zip(own, shared([w.gap() * w.times for w in own], DIGITS[currency])):
            out.writerow(["workers", worker.row["id"], "gap_of_period", total])
    sums = {}
    for worker in workers:
        digits, key = DIGITS[worker.currency], worker.row["id"]
        out.writerow(["workers", key, "living_wage", at(worker.need, digits)])
        out.writerow(["workers", key, "wage", at(worker.wage, digits)])
        out.writerow(["workers", key, "gap", at(worker.gap(), digits)])
        out.writerow(["workers", key, "rise", at(worker.rise(), 12)])
        split = worker.has_minimum or worker.high == 0
        out.writerow(["steps", key, "gap_to_minimum", at(worker.low, digits) if split else ""])
        out.writerow(["steps", key, "gap_to_living", at(worker.high, digits) if split else ""])
        made = (worker.row["product"], worker.row["process"], worker.period, worker.currency)
        if made[0]:
            sums[made] = sums.get(made, Fraction(0)) + worker.gap() * worker.times
    for (product, process, period, currency), total in sums.items():
        quantity = output.get((product, process, period))
        value = at(total / quantity, 12) if quantity else ""
        out.writerow(["products", f"{product} {process} {period} {currency}", "gap_per_unit", value])
    groups = {}
    homes = []
    for row in table(given.dataset, "households"):
        benchmark = benchmarks[row["benchmark"]]
        heads = 1 + (Fraction(row["adults"]) - 1) / 2 + Fraction(row["children"]) * 3 / 10
        need = a_month(Fraction(benchmark["amount"]), benchmark["per"], {}) * 12
        need = need * heads / Fraction(benchmark["equivalence"]) * moved(benchmark, int(row["period"]))
        lack = need - Fraction(row["net_income"])
        homes.append((row, need, lack))
        if row["quantity"]:
            key = (row["product"], row["period"], row["currency"])
            groups.setdefault(key, []).append((lack, Fraction(row["quantity"])))
    for currency in {row["currency"] for row, _, _ in homes}:
        own = [(row, need, lack) for row, need, lack in homes if row["currency"] == currency]
        gaps = shared([max(lack, Fraction(0)) for _, _, lack in own], DIGITS[currency])
        for (row, need, _), gap in zip(own, gaps):
            out.writerow(["households", row["id"], "living_income", at(need, DIGITS[currency])])
            out.writerow(["households", row["id"], "gap", gap])
    for (product, year, currency), sellers in groups.items():
        aims = [("on average", None), ("all", Fraction(1))]
        if given.share is not None and given.share != 1:
            aims.append((f"{float(given.share * 100):g} %", given.share))
        for word, share in aims:
            units = closing(sellers, share, DIGITS[currency])
            key = f"{product} {year} {word} {currency}"
            out.writerow(["prices", key, "rise", "" if units is None else plain(units, DIGITS[currency])])
            if units is not None:
                rise = Fraction(units, 10 ** DIGITS[currency])
                reached = sum(1 for lack, quantity in sellers if lack <= rise * quantity)
                out.writerow(["prices", key, "households_at_living_income", reached])


if __name__ == "__main__":
    main()
