#!/usr/bin/env python3
"""Audits the statements of producers that `truecost statements DATASET --out DIR` writes, from the tables alone.

    statements.py DATASET DIR [--books DIR] [--period PERIOD | --from DATE --until DATE]

DATASET is the folder of the co-op (CSV), DIR what was written, of all producers. With --books, what `truecost accounts
DATASET --out DIR` wrote of all agents, and balances and payments must be those of the books too. Exact rationals, no code
shared with the engine; written from docs/method/statements.md alone. Prints what it checked; with differences it prints
them and exits with 1.
"""

import argparse
import calendar
import csv
import sys
import tomllib
from collections import defaultdict
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path

#: How many kg are in a unit of weight: a pound is 0.45359237 kg by definition.
WEIGHTS = {"kg": Fraction(1), "g": Fraction(1, 1000), "t": Fraction(1000), "[lb_av]": Fraction("0.45359237"), "lb": Fraction("0.45359237")}
DIGITS = {"PYG": 0, "JPY": 0, "KWD": 3, "TND": 3}
PAID = {"advance": "advance", "payment": "payment", "second_payment": "second_payment_paid"}
ORDER = ["delivery", "second_payment", "service", "loan", "capital", "levy", "other", "advance", "payment", "second_payment_paid"]


class Row(dict):
    """A row; a column that is absent is a column of empty cells."""

    def __missing__(self, column):
        return ""


def rows(path):
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8-sig") as file:
        return [Row(row) for row in csv.DictReader(file)]


@cache
def first_day(text):
    return date(*([int(part) for part in text.split("-")] + [1, 1])[:3])


def last_day(text):
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 3:
        return date(*parts)
    year, month = (parts + [12])[:2]
    return date(year, month, calendar.monthrange(year, month)[1])


def minor(amount, currency):
    """Rounded half-even to the smallest part of a currency."""
    scale = 10 ** DIGITS.get(currency, 2)
    return Fraction(round(amount * scale), scale)  # Python rounds halves to the even number


def largest_remainder(total, weights, ids):
    """Integer parts of an integer total."""
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [share.numerator // share.denominator for share in exact]
    order = sorted(range(len(ids)), key=lambda at: (parts[at] - exact[at], ids[at].encode()))
    for at in order[: total - sum(parts)]:
        parts[at] += 1
    return parts


class Coop:
    def __init__(self, folder):
        self.settings = tomllib.loads((folder / "manifest.toml").read_text("utf-8")).get("coop", {})
        names = ("producers", "deliveries", "buying_prices", "payments", "deductions", "second_payments")
        self.table = {name: rows(folder / f"{name}.csv") for name in names}
        self.producers = {row["id"]: row for row in self.table["producers"]}
        self.prices = defaultdict(list)
        for row in self.table["buying_prices"]:
            self.prices[row["product"], row["grade"], row["certificate"]].append(row)
        for found in self.prices.values():
            found.sort(key=lambda row: first_day(row["from"]))
        self.deliveries = {row["id"]: self.delivery(row) for row in self.table["deliveries"]}

    def weight_unit(self, text):
        return WEIGHTS[text or self.settings.get("weight_unit", "")]

    def currency(self, row, own=""):
        return row.get("currency") or own or self.settings.get("currency", "")

    def price(self, row):
        """The buying price that holds on the day of a delivery."""
        day = first_day(row["date"])
        for grade, certificate in ((row["grade"], row["certificate"]), ("", row["certificate"]), (row["grade"], ""), ("", "")):
            begun = [p for p in self.prices[row["product"], grade, certificate] if first_day(p["from"]) <= day]
            if begun and (not begun[-1]["until"] or day < first_day(begun[-1]["until"])):
                return begun[-1]
        return None

    def delivery(self, row):
        listed = self.price(row)
        unit = self.weight_unit(row["unit"])
        net = Fraction(row["gross_weight"]) - Fraction(row["tare"] or 0)
        per_kg = {}
        for column in ("price", "floor", "premium"):
            if row[column]:
                per = WEIGHTS[row["price_unit"]] if row["price_unit"] else unit
                per_kg[column] = Fraction(row[column]) / per
            elif listed and listed[column]:
                per_kg[column] = Fraction(listed[column]) / self.weight_unit(listed["unit"])
        own = self.producers[row["producer"]]["currency"]
        currency = self.currency(row, own) if row["price"] else self.currency(listed)
        kg = net * unit
        above = max(Fraction(0), per_kg.get("floor", per_kg["price"]) - per_kg["price"])
        return Row(
            row, day=first_day(row["date"]), kg=kg, net=net, currency=currency,
            value=minor(kg * per_kg["price"], currency),
            adjustment=minor(kg * above, currency),
            added=minor(kg * per_kg.get("premium", Fraction(0)), currency),
        )

    def seconds(self):
        """What second payments add: second payment, delivery, amount."""
        for row in sorted(self.table["second_payments"], key=lambda row: row["id"].encode()):
            currency = self.currency(row)
            met = [
                d for d in self.deliveries.values()
                if d["product"] == row["product"] and row["grade"] in ("", d["grade"]) and d["currency"] == currency
                and row["certificate"] in ("", d["certificate"])
                and first_day(row["from"]) <= d["day"] < first_day(row["until"])
            ]
            assert met, f"{row['id']} meets no delivery"
            if row["rate"]:
                per_kg = Fraction(row["rate"]) / self.weight_unit(row["unit"])
                parts = [minor(d["kg"] * per_kg, currency) for d in met]
            else:
                scale = 10 ** DIGITS.get(currency, 2)
                total = Fraction(row["total"]) * scale
                assert total.denominator == 1
                shares = largest_remainder(int(total), [d["kg"] for d in met], [d["id"] for d in met])
                parts = [Fraction(share, scale) for share in shares]
            yield from zip([row] * len(met), met, parts, strict=True)

    def lines(self):
        """Lines by producer and currency: day, kind, record, delivery, amount."""
        found = defaultdict(list)
        for d in self.deliveries.values():
            found[d["producer"], d["currency"]].append((d["day"], "delivery", d["id"], d["id"], d["value"] + d["adjustment"]))
        for row, d, amount in self.seconds():
            found[d["producer"], d["currency"]].append((first_day(row["date"]), "second_payment", row["id"], d["id"], amount))
        for table, kinds in (("payments", PAID), ("deductions", {})):
            for row in self.table[table]:
                currency = self.currency(row, self.producers[row["producer"]]["currency"])
                kind = kinds.get(row["kind"], row["kind"])
                found[row["producer"], currency].append((first_day(row["date"]), kind, row["id"], "", -Fraction(row["amount"])))
        for lines in found.values():
            lines.sort(key=lambda line: (line[0], ORDER.index(line[1]), line[2].encode(), line[3].encode()))
        return found


class Audit:
    def __init__(self, coop, out, first, last):
        self.coop, self.first, self.last = coop, first, last
        self.out = {name: rows(out / f"{name}.csv") for name in ("statements", "lines", "sums", "totals", "products", "product_totals")}
        self.mistakes, self.checks = [], 0

    def same(self, said, found, text):
        self.checks += 1
        if said != found:
            self.mistakes.append(f"{text}: {said} is written, {found} was found")

    def within(self, day):
        return (self.first is None or day >= self.first) and (self.last is None or day <= self.last)

    def statements(self):
        """Every statement from the tables, and all that is summed up of them."""
        written = {(row["producer"], row["currency"]): row for row in self.out["statements"]}
        lines = defaultdict(list)
        for row in self.out["lines"]:
            lines[row["producer"], row["currency"]].append(row)
        self.closing, self.opening, self.premium, self.paid = {}, {}, defaultdict(Fraction), {}
        totals = defaultdict(lambda: defaultdict(Fraction))
        for key, expected in self.coop.lines().items():
            opening = sum((line[4] for line in expected if self.first and line[0] < self.first), Fraction(0))
            own = [line for line in expected if self.within(line[0])]
            self.opening[key], self.closing[key] = opening, opening + sum(line[4] for line in own)
            self.paid[key] = -sum((line[4] for line in own if line[1] in PAID.values()), Fraction(0))
            if not own and not opening:
                self.same(key in written, False, f"{key}: a statement of nothing")
                continue
            if key not in written:
                self.mistakes.append(f"{key}: there is no statement")
                continue
            self.statement(key, written.pop(key), own, lines.pop(key, []), totals[key[1]])
        self.same(sorted(written), [], "statements that no record asks for")
        self.same(sorted(lines), [], "lines of nobody")
        for row in self.out["totals"]:
            for column, sum_ in totals.pop(row["currency"]).items():
                self.same(Fraction(row[column]), sum_, f"total {column} in {row['currency']}")
        self.same(sorted(totals), [], "currencies without a total")

    def statement(self, key, row, own, lines, totals):
        got = [(first_day(r["date"]), r["kind"], r["record"], r["delivery"], Fraction(r["amount"])) for r in lines]
        self.same(got, own, f"lines of {key}")
        balance = self.opening[key]
        self.same(Fraction(row["opening"]), balance, f"opening of {key}")
        for line in lines:
            balance += Fraction(line["amount"])
            self.same(Fraction(line["balance"]), balance, f"balance of {key} after {line['record']}")
        self.same(Fraction(row["closing"]), balance, f"closing of {key}")
        deliveries = [self.coop.deliveries[line[3]] for line in own if line[1] == "delivery"]
        for line, d in zip((r for r in lines if r["kind"] == "delivery"), deliveries, strict=False):
            for column, value in (("value", d["value"]), ("floor_adjustment", d["adjustment"]), ("net_weight", d["net"])):
                self.same(Fraction(line[column]), value, f"{column} of {d['id']}")
            self.same(Fraction(line["premium"] or 0), d["added"], f"premium of {d['id']}")
        by_kind = defaultdict(Fraction)
        for line in own:
            by_kind[line[1]] += line[4]
        sums = {
            "value": sum((d["value"] for d in deliveries), Fraction(0)),
            "floor_adjustment": sum((d["adjustment"] for d in deliveries), Fraction(0)),
            "second_payment": by_kind["second_payment"],
            "deductions": sum(by_kind[kind] for kind in ("service", "loan", "capital", "levy")),
            "paid": -self.paid[key],
            "premium": sum((d["added"] for d in deliveries), Fraction(0)),
        }
        for column, value in sums.items():
            self.same(Fraction(row[column]), value, f"{column} of {key}")
        # Sum of lines = total.
        parts = ("opening", "value", "floor_adjustment", "second_payment", "deductions", "other", "paid")
        self.same(sum(Fraction(row[part]) for part in parts), Fraction(row["closing"]), f"sum of {key}")
        self.premium[key[1]] += sums["premium"]
        for column in ("opening", "closing", *sums):
            totals[column] += Fraction(row[column])

    def products(self):
        """Sums by product are those of the statements."""
        for table, by in (("products", "producer"), ("product_totals", "currency")):
            sums = defaultdict(lambda: defaultdict(Fraction))
            for row in self.out[table]:
                for column in ("value", "floor_adjustment", "second_payment", "premium"):
                    sums[row[by], row["currency"]][column] += Fraction(row[column])
            expected = defaultdict(lambda: defaultdict(Fraction))
            for row in self.out["statements"]:
                for column in ("value", "floor_adjustment", "second_payment", "premium"):
                    expected[row[by], row["currency"]][column] += Fraction(row[column])
            for key in expected.keys() | sums.keys():
                for column in ("value", "floor_adjustment", "second_payment", "premium"):
                    self.same(sums[key][column], expected[key][column], f"{column} of {key} by {table}")
        sums, expected = defaultdict(Fraction), defaultdict(Fraction)
        for row in self.out["sums"]:
            sums[row["producer"], row["currency"], row["kind"]] += Fraction(row["amount"])
        for row in self.out["lines"]:
            expected[row["producer"], row["currency"], row["kind"]] += Fraction(row["amount"])
        self.same(dict(sums), dict(expected), "sums by kind")

    def books(self, folder):
        """What the co-op owes by its books, what producers are owed by theirs, and what it paid."""
        coop = self.coop.settings.get("agent", "coop")
        fund = self.coop.settings.get("fund", "premium-fund")
        claims = ("assets:receivable", "liabilities:payable", "assets:advances", "liabilities:advances")
        owner = {f"payment.{row['id']}": row["producer"] for row in self.coop.table["payments"]}
        owner |= {f"deduction.{row['id']}": row["producer"] for row in self.coop.table["deductions"]}
        owner |= {f"delivery.{d['id']}": d["producer"] for d in self.coop.deliveries.values()}
        for row, d, _ in self.coop.seconds():
            owner[f"second-payment.{row['id']}.{d['id']}"] = d["producer"]
        owed, due, paid, premium = (defaultdict(Fraction) for _ in range(4))
        for row in rows(folder / "journal.csv"):
            day, amount, unit, account = first_day(row["date"]), Fraction(row["amount"]), row["unit"], row["account"]
            if self.last and day > self.last:
                continue
            if row["flow"] in owner:
                key = (owner[row["flow"]], unit)
                if account in claims and row["agent"] == coop:
                    owed[key] -= amount
                elif account in claims and row["agent"] == key[0]:
                    due[key] += amount
                elif account == "assets:cash" and row["agent"] == coop and self.within(day):
                    paid[key] -= amount
            elif account in claims and row["agent"] == key_of(row, self.coop):
                due[row["agent"], unit] += amount  # set off: it must leave the sum as it is
            if self.within(day) and (row["agent"], account) in ((coop, "liabilities:premium-fund"), (fund, "assets:premiums-set-aside")):
                premium[row["agent"], unit] += amount if row["agent"] == fund else -amount
        for key, closing in self.closing.items():
            self.same(closing, owed[key], f"closing of {key} by the books of the co-op")
            self.same(closing, due[key], f"closing of {key} by the books of the producer")
            self.same(self.paid[key], paid[key], f"payments of {key} by the books")
        for unit, amount in self.premium.items():
            self.same(amount, premium[coop, unit], f"premium in {unit} by the books of the co-op")
            self.same(amount, premium[fund, unit], f"premium in {unit} by the books of the fund")
        if self.first is None and self.last is None:
            # The trial balance: what the co-op owes to all, set off or not.
            sums = defaultdict(Fraction)
            for row in rows(folder / "trial_balance.csv"):
                if row["agent"] == coop and row["account"] in claims:
                    sums[row["unit"]] -= Fraction(row["closing"])
            for unit in {key[1] for key in self.closing}:
                whole = sum(amount for key, amount in self.closing.items() if key[1] == unit)
                self.same(whole, sums[unit], f"all that is owed in {unit} by the trial balance")


def key_of(row, coop):
    return row["agent"] if row["agent"] in coop.producers else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--books", type=Path)
    for name in ("--period", "--from", "--until"):
        parser.add_argument(name)
    given = vars(parser.parse_args())
    begin, end = given["period"] or given["from"], given["period"] or given["until"]
    audit = Audit(Coop(given["dataset"]), given["out"], begin and first_day(begin), end and last_day(end))
    audit.statements()
    audit.products()
    if given["books"]:
        audit.books(given["books"])
    if audit.mistakes:
        print("\n".join(audit.mistakes[:50]), file=sys.stderr)
        sys.exit(f"{len(audit.mistakes)} differences in {audit.checks} checks")
    print(f"{len(audit.out['statements'])} statements, {len(audit.out['lines'])} lines, {audit.checks} checks: no differences")


if __name__ == "__main__":
    main()
