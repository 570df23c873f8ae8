#!/usr/bin/env python3
"""Audits what `truecost lines` writes: every line recomputed from the supply dataset, not from the price book.

    truecost pricebook datasets/supply/grocery -o book.arrow
    truecost lines sales.csv --pricebook book.arrow -o priced.csv --rejects rejects.csv --summary summary.csv
    audit_lines.py datasets/supply/grocery sales.csv --priced priced.csv --rejects rejects.csv --summary summary.csv

What was given to the two commands is given here too: --factors, --currency, --year, --emission-year, --years, --netting,
--outside, --order; --column, --set, --keep, --indicators, --bounds, --group-by. Exact rationals, no code shared with the
engine. With --book the unit costs that the book's own tables give are compared as well; that needs pyarrow. Prints what
it checked; with mistakes it prints them and exits with 1.
"""

import argparse
import csv
import sys
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

from lines import LARGEST, LINE, Rejected, UnitCosts, number, year_of
from money import rounded
from tables import OracleError

ROLES = ("product", "quantity", "unit", "origin", "price", "value", "currency", "year", "date")
REASONS = ("missing-value", "bad-value", "unknown-product", "unknown-origin", "other-origin", "ambiguous-origin",
           "unknown-unit", "other-unit", "unknown-currency", "no-rate", "no-year", "no-factor", "overflow", "unreadable")  # fmt: skip
SUMS = ("market_price", "external_cost", "internalised", "overpaid", "benefits", "gap", "true_price")
BOUNDS = tuple(f"{name}_{bound}" for name in ("external_cost", "gap", "true_price") for bound in ("lower", "upper"))
MORE = ("internalised", "overpaid", "benefits")  # columns that are left out where they are always 0


def read(path):
    """The header and the rows of a CSV, with the line each begins on. A row of another width is None."""
    with open(path, newline="", encoding="utf-8-sig", errors="surrogateescape") as file:
        reader = csv.reader(file)
        header, rows, before = next(reader, []), [], reader.line_num
        for cells in reader:
            if cells and not cells[0].startswith("#"):
                rows.append((before + 1, cells))
            before = reader.line_num
        return header, rows


class Line:
    """One line, by what its columns are."""

    def __init__(self, cells, plan):
        self.cells = {role: cells[at].strip() for role, at in plan.columns.items()}
        self.cells.update(plan.constants)

    def has(self, role):
        return role in self.cells

    def need(self, role):
        if not self.cells[role]:
            raise Rejected("missing-value", role)
        return self.cells[role]


class Plan:
    """Which column is what."""

    def __init__(self, header, columns, constants):
        self.constants = constants
        self.columns = {}
        for role in ROLES:
            name = columns.get(role, role)
            if role in constants or name not in header:
                continue
            rival = {"price": "value", "value": "price", "year": "date", "date": "year"}.get(role)
            if rival in columns and role not in columns or rival in constants:
                continue
            self.columns[role] = header.index(name)
        self.name = {role: columns.get(role, role) for role in ROLES}
        self.when = next((role for role in ("year", "date") if role in self.columns or role in constants), None)


def attempt(reasons, find, *arguments):
    """What `find` gives; None if the line has to be rejected for it."""
    try:
        return find(*arguments)
    except Rejected as why:
        reasons.add(why.why)
        return None


class Auditor:
    def __init__(self, unit_costs, years=None):
        self.costs, self.years = unit_costs, years
        self.currencies = {currency for _, base, _, table in self.costs.level.rates for currency in
                           {base, *(code for code, _ in table)}} | {c for c, _ in self.costs.level.indices.values()}
        self.mistakes, self.checks, self.reasons = [], 0, defaultdict(int)

    def check(self, fine, text):
        self.checks += 1
        if not fine and len(self.mistakes) < 50:
            self.mistakes.append(text)

    # one line

    def ratio(self, product, unit):
        if unit is None:
            return Fraction(1)
        row = self.costs.chain.products[product]
        mass = row.exact("mass_kg") if row["mass_kg"] else None
        try:
            self.costs.units.parse(unit)
        except (OracleError, ZeroDivisionError, ValueError):
            raise Rejected("unknown-unit", "unit") from None
        try:
            return self.costs.units.ratio(unit, row.need("unit"), mass)
        except OracleError:
            raise Rejected("other-unit", "unit") from None

    def moved(self, line, year):
        code = line.need("currency")
        if code not in self.currencies:
            # Whether it is a currency that no table has, or none at all, is not told apart here.
            raise Rejected("no-rate unknown-currency", "currency")
        try:
            return self.costs.level.move(Fraction(1), code, year)
        except OracleError:
            raise Rejected("no-rate", "currency") from None

    def known(self, product):
        if product not in self.costs.origins:
            raise Rejected("unknown-product", "product")
        return product

    def emitted(self, year):
        year = self.costs.fixed or year or self.costs.default_year()
        if self.years and not self.costs.fixed and not self.years[0] <= year <= self.years[1]:
            raise Rejected("no-year", "year")
        return year

    def place(self, line):
        origin = line.cells.get("origin", "")
        if origin and not self.costs.places.known(origin):
            raise Rejected("unknown-origin", "origin")
        return origin

    def expected(self, line):
        """Amounts and texts of a line; or why it may be rejected: pairs of a word and a role. What is too large is both."""
        reasons = set()
        product = attempt(reasons, lambda: self.known(line.need("product")))
        quantity = attempt(reasons, lambda: number(line.need("quantity"), "quantity"))
        unit = attempt(reasons, line.need, "unit") if line.has("unit") else None
        ratio = None
        if product is not None and (unit or not line.has("unit")):
            ratio = attempt(reasons, self.ratio, product, unit)
        elif unit:
            attempt(reasons, self.ratio, next(iter(self.costs.chain.products)), unit)
            reasons.discard(("other-unit", "unit"))
        year = emitted = None
        if line.has("year") or line.has("date"):
            role = "year" if line.has("year") else "date"
            year = attempt(reasons, lambda: year_of(line.need(role)))
        if year is not None or not (line.has("year") or line.has("date")):
            emitted = attempt(reasons, self.emitted, year)
        origin = attempt(reasons, self.place, line)
        found = None
        if None not in (product, origin, emitted):
            found = attempt(reasons, self.costs.of, product, origin, emitted)
        market = None
        priced = next((role for role in ("price", "value") if line.cells.get(role)), None)
        if priced:
            price = attempt(reasons, lambda: number(line.cells[priced], priced))
            multiplier = attempt(reasons, self.moved, line, year or self.costs.year)
            if None not in (price, multiplier, quantity):
                market = rounded(price * multiplier * (quantity if priced == "price" else 1), LINE)
        if None in (quantity, ratio, found):
            return None, reasons, set()
        amounts, inner = self.amounts(found[0], quantity * ratio, market)
        too_large = {name for name, amount in inner.items() if abs(amount) >= LARGEST}
        amounts["fallback"], amounts["unpriced"] = found[1], found[2]
        return amounts, reasons, too_large

    def amounts(self, costs, quantity, market):
        """By column; and all amounts that they are made of."""
        line = lambda value: rounded(value * quantity, LINE)
        out, inner = {"market_price": market}, {}
        for bound, end in ((1, ""), (0, "_lower"), (2, "_upper")):
            sums = dict.fromkeys(("external_cost", *MORE, "gap"), Fraction(0))
            for k, (bounds, paid) in costs.items():
                external, benefit = max(bounds[bound], Fraction(0)), max(-bounds[bound], Fraction(0))
                own = line(min(paid, external))
                part = {"external_cost": line(external), "internalised": own, "overpaid": line(paid) - own,
                        "benefits": line(benefit)}  # fmt: skip
                part["gap"] = part["external_cost"] - own
                if self.costs.netting:
                    part["gap"] -= part["benefits"] + part["overpaid"]
                for name, amount in part.items():
                    sums[name] += amount
                    inner[f"{name}{end} {k}"] = amount
                inner[f"paid{end} {k}"] = line(paid)
                if not end:
                    out[f"external_cost.{k}"] = part["external_cost"]
            sums["true_price"] = None if market is None else market + sums["gap"]
            for name, amount in sums.items():
                if not end or name not in MORE:
                    out[name + end] = amount
                if amount is not None:
                    inner[name + end] = amount
        if market is not None:
            inner["market_price"] = market
        return out, inner

    # all lines

    def run(self, lines, priced, rejects=None, summary=None, columns=(), constants=(), keep=None, indicators=None,
            bounds=False, group_by=None):  # fmt: skip
        header, rows = read(lines)
        plan = Plan(header, dict(columns), dict(constants))
        keep = header if keep is None else keep
        self.header, found = read(priced)
        self.check_header(keep, indicators, bounds)
        given = iter(found)
        rejected, by_row = self.rejections(rejects, header)
        groups, accepted = {}, 0
        for at, cells in rows:
            here, told = f"row {at}", by_row.pop(at, None)
            if len(cells) != len(header):
                self.check(told is not None and told["reason"] == "unreadable", f"{here}: of another width, and not rejected")
                continue
            line = Line(cells, plan)
            try:
                amounts, reasons, too_large = self.expected(line)
            except OracleError as error:
                self.check(False, f"{here}: the auditor cannot tell: {error}")
                continue
            if told is not None:
                self.check_rejected(here, told, plan, line, reasons, too_large, dict(zip(header, cells)))
                continue
            must = {name for name in too_large if " " not in name and (bounds or not name.endswith(("_lower", "_upper")))}
            self.check(not reasons, f"{here}: {dict(zip(header, cells))} is accepted, though {sorted(reasons)}")
            self.check(not must, f"{here}: accepted, though {sorted(must)} are too large")
            _, answer = next(given, (0, None))
            if answer is None:
                self.check(False, f"{here}: in neither file")
                continue
            accepted += 1
            self.check(len(answer) == len(self.header), f"{here}: {len(answer)} cells")
            answer = dict(zip(self.header, answer))
            kept = {name: cells[header.index(name)] for name in keep}
            self.check(all(answer[name] == cell for name, cell in kept.items()), f"{here}: {answer} does not keep {kept}")
            if amounts is not None:
                self.check_line(here, answer, amounts)
            self.add(groups, group_by, dict(zip(header, cells)), line, answer)
        self.check(next(given, None) is None, "there are more priced lines than accepted ones")
        self.check(not by_row, f"rejected, and in no row: {sorted(by_row)[:9]}")
        self.check(accepted + rejected == len(rows), f"{accepted} accepted + {rejected} rejected, {len(rows)} read")
        if summary:
            self.check_summary(summary, groups, group_by or [])
        self.accepted, self.rejected = accepted, rejected
        return self.mistakes

    def check_header(self, keep, indicators, bounds):
        if indicators == "all":
            indicators = [name.partition(".")[2] for name in self.header if name.startswith("external_cost.")]
        own = [*SUMS, *(BOUNDS if bounds else ()), *(f"external_cost.{k}" for k in sorted(indicators or ())),
               "fallback", "unpriced"]  # fmt: skip
        wanted = [*keep, *(name for name in own if name not in MORE or name in self.header)]
        self.check(self.header == wanted, f"the columns are {self.header}, not {wanted}")

    def rejections(self, path, header):
        """How many there are, and by row."""
        if path is None or not Path(path).exists():
            return 0, {}
        names, rows = read(path)
        own = ["row", "file", "reason", "column", "value", "message"]
        theirs = [f"line.{name}" if name in own else name for name in header]
        self.check(names == own + theirs, f"rejects have {names}")
        by_row, before = {}, 0
        for _, cells in rows:
            told = dict(zip(names[:6], cells)) | {"cells": cells[6:]}
            row = int(told["row"])
            self.check(row > before, f"row {row} is rejected twice, or out of order")
            self.check(told["reason"] in REASONS, f"row {row}: {told['reason']}")
            by_row[row] = told
            self.reasons[told["reason"]] += 1
            before = row
        return len(rows), by_row

    def check_rejected(self, here, told, plan, line, reasons, too_large, cells):
        allowed = {(word, plan.name[role]) for words, role in reasons for word in words.split()}
        allowed |= {(word, plan.name[plan.when]) for word, role in reasons if role == "year" and plan.when}
        why = told["reason"], told["column"]
        if told["reason"] == "overflow":
            self.check(too_large, f"{here}: {cells} is rejected, and nothing is too large")
        else:
            self.check(why in allowed, f"{here}: {cells} is rejected because of {why}, not of {sorted(allowed)}")
        role = next((role for role, name in plan.name.items() if name == told["column"]), None)
        value = line.cells.get(role, "")
        self.check(told["value"].strip() == value, f"{here}: the value is {told['value']!r}, not {value!r}")
        self.check(told["cells"] == list(cells.values()), f"{here}: {told['cells']} are not the cells of the line")
        self.check(told["message"] != "", f"{here}: no message")

    def check_line(self, here, answer, amounts):
        for name, cell in answer.items():
            if name in ("fallback", "unpriced"):
                wanted = amounts[name] if name == "fallback" else " ".join(sorted(amounts[name]))
                cell = cell if name == "fallback" else " ".join(sorted(cell.split()))
                self.check(cell == wanted, f"{here}: {name} is {cell!r}, not {wanted!r}: {answer}")
            elif name in amounts or name.startswith("external_cost."):
                wanted = amounts.get(name, Fraction(0))
                right = cell == "" if wanted is None else cell != "" and Fraction(cell) == wanted
                shown = "none" if wanted is None else float(wanted)
                self.check(right, f"{here}: {name} is {cell or 'none'}, not {shown}: {answer}")
        for name in MORE:
            self.check(name in answer or not amounts[name], f"{here}: there is no column {name}")

    # the summary

    def add(self, groups, group_by, cells, line, answer):
        product = self.costs.chain.products.get(line.cells["product"], {})
        key = []
        for name in group_by or ():
            if name in cells:
                key.append(cells[name])
            elif name == "year":
                key.append(str(year_of(line.cells.get("date") or line.cells["year"])))
            else:
                key.append(product[name])
        sums = groups.setdefault(tuple(key), defaultdict(Fraction))
        sums["lines"] += 1
        sums["lines_with_price"] += answer["market_price"] != ""
        for name, cell in answer.items():
            if name in SUMS or name in BOUNDS or name.startswith("external_cost."):
                sums[name] += Fraction(cell or 0)

    def check_summary(self, path, groups, group_by):
        header, rows = read(path)
        self.check(header[: len(group_by)] == group_by, f"the summary has {header}")
        if not group_by and not groups:
            groups = {(): defaultdict(Fraction)}
        found = {}
        for _, cells in rows:
            found[tuple(cells[: len(group_by)])] = dict(zip(header, cells))
        order = [tuple(cells[: len(group_by)]) for _, cells in rows]
        by_bytes = sorted(order, key=lambda key: [cell.encode("utf-8", "surrogateescape") for cell in key])
        self.check(order == by_bytes, f"the summary is not sorted: {order[:9]}")
        self.check(len(found) == len(rows), "a key of the summary is there twice")
        self.check(set(found) == set(groups), f"the summary is by {sorted(found)[:9]}, not {sorted(groups)[:9]}")
        for key in set(found) & set(groups):
            sums = groups[key]
            for name in ("lines", "lines_with_price", *(n for n in self.header if n in SUMS or n.startswith("external_cost"))):
                if name in header:
                    self.check(Fraction(found[key][name]) == sums[name],
                               f"summary {key}: {name} is {found[key][name]}, not {float(sums[name])}")  # fmt: skip
                else:
                    self.check(False, f"the summary has no {name}")
            parts = sum(Fraction(cell) for name, cell in found[key].items() if name.startswith("external_cost."))
            self.check(parts == Fraction(found[key]["external_cost"]), f"summary {key}: its indicators do not add up")


def pairs(texts):
    return dict(text.split("=", 1) for text in texts or ())


def listed(text):
    return [word for word in text.split(",") if word] if text is not None else None


def parser():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("supply")
    arguments.add_argument("lines")
    for name in ("--priced", "--rejects", "--summary", "--book", "--factors", "--currency", "--emission-year"):
        arguments.add_argument(name, required=name == "--priced")
    arguments.add_argument("--datasets", default=Path(__file__).resolve().parents[2] / "datasets")
    arguments.add_argument("--year", type=int)
    arguments.add_argument("--years", help="FROM-TO: emission years of the book; without it all years are in it")
    arguments.add_argument("--netting", action="store_true")
    arguments.add_argument("--outside", choices=["unpriced", "as_is", "transfer"], default="unpriced")
    arguments.add_argument("--order", choices=["inflate-first", "convert-first"], default="inflate-first")
    arguments.add_argument("--column", action="append", metavar="ROLE=NAME")
    arguments.add_argument("--set", action="append", metavar="ROLE=VALUE")
    arguments.add_argument("--keep")
    arguments.add_argument("--indicators")
    arguments.add_argument("--bounds", action="store_true")
    arguments.add_argument("--group-by")
    return arguments


def main():
    given = parser().parse_args()
    try:
        costs = UnitCosts(given.supply, given.datasets, given.factors, given.currency, given.year, given.emission_year,
                          given.netting, given.outside, given.order)  # fmt: skip
        years = tuple(int(year) for year in given.years.split("-")) if given.years else None
        auditor = Auditor(costs, years)
        indicators = given.indicators if given.indicators == "all" else listed(given.indicators)
        auditor.run(given.lines, given.priced, given.rejects, given.summary, pairs(given.column), pairs(given.set),
                    listed(given.keep), indicators, given.bounds, listed(given.group_by))  # fmt: skip
        if given.book:
            from book_lookup import compare

            auditor.mistakes += compare(given.book, costs)
    except OracleError as error:
        sys.exit(f"error: {error}")
    for mistake in auditor.mistakes:
        print(mistake, file=sys.stderr)
    if auditor.mistakes:
        sys.exit(1)
    print(f"{auditor.accepted} accepted, {auditor.rejected} rejected; {auditor.checks} checks hold")


if __name__ == "__main__":
    main()
