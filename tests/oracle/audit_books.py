#!/usr/bin/env python3
"""Audits the books that `truecost accounts DATASET --out DIR` writes, written from docs/method/books.md alone.

    audit_books.py DATASET DIR [FIRST LAST] [--postings TABLE]

DATASET is the folder of flows (CSV), DIR what was written, of all agents; FIRST and LAST are the days of the statements
(2024-01-01 2024-12-31) where a period was given; TABLE the folder of
the table of postings, or else the one that is built in. Exact rationals, no code shared with the engine. Prints what it
checked; with mistakes it prints them and exits with 1.
"""

import csv
import sys
from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

CURRENCY_DIGITS = {"JPY": 0, "KRW": 0, "CLP": 0, "KWD": 3, "BHD": 3, "TND": 3}
LEDGER = {"h": "hours", "hour": "hours", "hours": "hours", "CHW": "member_credit", "CHE": "member_credit"}


def rows(path):
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def first_day(text):
    parts = [int(part) for part in text.split("-")] if text else []
    return date(*(parts + [1, 1])[:3]) if parts else None


def month_end(day):
    after = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return after - timedelta(days=1)


POSTINGS = Path(__file__).resolve().parents[2] / "datasets" / "postings" / "default"
COLUMNS = ("giver_debit", "giver_credit", "receiver_debit", "receiver_credit")


class Audit:
    def __init__(self, dataset, out, span=None, postings=POSTINGS):
        self.mistakes = []
        self.checks = 0
        self.table = {name: rows(dataset / f"{name}.csv") for name in ("flows", "units", "accounts", "resources")}
        self.out = {name: rows(out / f"{name}.csv") for name in (
            "journal", "balances", "trial_balance", "income_statement", "balance_sheet", "credit", "not_booked")}
        self.rules = {row["id"]: row for row in rows(postings / "postings.csv")}
        self.roles = {row["role"]: row["account"] for row in rows(postings / "roles.csv")}
        self.units = {row["id"]: row for row in self.table["units"]}
        days = [date.fromisoformat(row["date"]) for row in self.out["journal"]]
        self.last = span[1] if span else max(days, default=date(1970, 1, 1))
        self.first = span[0] if span else min(days, default=date(1970, 1, 1))

    def check(self, fine, text):
        self.checks += 1
        if not fine:
            self.mistakes.append(text)

    def kind(self, unit):
        if unit in self.units:
            return self.units[unit]["kind"]
        if unit in LEDGER:
            return LEDGER[unit]
        return "currency" if len(unit) == 3 and unit.isalpha() and unit.isupper() else "physical"

    def digits(self, unit):
        if unit in self.units:
            return int(self.units[unit].get("decimals") or 2)
        return CURRENCY_DIGITS.get(unit, 2)

    def holding(self, unit):
        return self.roles[self.kind(unit)].replace("{unit}", unit)

    def stands_for(self, template, unit, side):
        """The accounts that a cell of the table may stand for."""
        if template == "{holding}":
            return {self.holding(unit)}
        if template == "{booked}":  # where a payment that stands alone was booked at the other of the two
            alone = [row for row in self.rules.values() if row["passes"] == "unit" and "{holding}" in row.values()]
            return {row[("receiver_credit", "giver_debit")[side]].replace("{unit}", unit) for row in alone}
        return {template.replace("{unit}", unit)}

    def accounts_are_those_of_the_rule(self):
        """Each flow by each of its rules: debit and credit of the giver, debit and credit of the receiver."""
        flows = {row["id"]: row for row in self.table["flows"]}
        posted = defaultdict(list)
        for row in self.out["journal"]:
            if row["kind"] in ("flow", "correction"):
                posted[row["flow"], row["rule"]].append(row)
            else:
                self.check(row["rule"] == "", f"a rule of what is no flow in {row['transaction']}")
                self.check(row["account"] in self.accounts_of(row), f"{row['account']} in {row['transaction']}")
        for (flow, rule), found in posted.items():
            self.check(rule in self.rules, f"{flow} is booked by {rule!r}, which is no row of the table")
            if rule not in self.rules:
                continue
            ends = (flows[flow]["from"] or "?", flows[flow]["to"] or "?")
            for at in range(0, len(found), 4):
                four = found[at:at + 4]
                self.check(len(four) == 4, f"{flow} by {rule}: {len(found)} postings")
                for column, row, side, sign in zip(COLUMNS, four, (0, 0, 1, 1), (1, -1, 1, -1)):
                    allowed = self.stands_for(self.rules[rule][column], row["unit"], side)
                    self.check(row["account"] in allowed, f"{flow} by {rule}: {row['account']}, not {allowed}")
                    self.check(row["agent"] == ends[side], f"{flow} by {rule}: {column} of {row['agent']}")
                    same = Fraction(row["amount"]) == sign * Fraction(four[0]["amount"])
                    self.check(same, f"{flow} by {rule}: {column} of {row['amount']}")

    def accounts_of(self, row):
        """The accounts of what is booked without a flow, by the roles."""
        claims = ("receivable", "payable", "lent", "borrowed")
        roles = {"set-off": claims, "swap": (*claims, "trading"), "opening": ("opening",),
                 "demurrage": ("demurrage_paid", "demurrage_received"),
                 "embodied": ("embodied", "embodied_contra")}[row["kind"]]
        found = {self.roles[role].replace("{unit}", row["unit"]) for role in roles}
        return found | ({self.holding(row["unit"])} if row["kind"] in ("opening", "demurrage") else set())

    # What each flow is worth, from the tables alone.

    def flows(self):
        """Yields flow, its amount, its unit and whether the amount is a value; amount None: not to be booked."""
        resource = {row["id"]: row.get("kind", "") for row in self.table["resources"]}
        by_id = {row["id"]: row for row in self.table["flows"]}
        days = [first_day(row.get("date", "")) for row in self.table["flows"]]
        days += [first_day(row.get("date", "")) for row in self.table["accounts"] if row.get("opening")]
        start = min((day for day in days if day), default=date(1970, 1, 1))
        for row in self.table["flows"]:
            value, unit = row.get("value", ""), row.get("unit_of_account", "")
            day = first_day(row.get("date", "")) or start
            amount, of, valued = None, "", False
            if value and Fraction(value) and unit not in ("", "none"):
                amount, of, valued = Fraction(value), unit, True
            elif row.get("quantity") and Fraction(row["quantity"]) and row.get("unit"):
                amount, of = Fraction(row["quantity"]), row["unit"]
            if not row["from"] and not row["to"]:
                amount = None
            kind = resource.get(by_id.get(row.get("corrects") or row["id"], row).get("resource", ""), "")
            yield row, day, amount, of, valued, kind

    def every_flow_is_booked(self):
        booked = defaultdict(lambda: defaultdict(Fraction))
        for row in self.out["journal"]:
            if row["kind"] in ("flow", "correction"):
                side = booked[row["flow"]]
                side[row["agent"], row["unit"], Fraction(row["amount"]) > 0] += Fraction(row["amount"])
        listed = {row["flow"] for row in self.out["not_booked"]}
        for row, day, amount, unit, _, _ in self.flows():
            flow = row["id"]
            if amount is None:
                self.check(flow in listed, f"{flow} is not booked and not listed")
                self.check(flow not in booked, f"{flow} is booked, though nothing can be")
                continue
            self.check(flow not in listed, f"{flow} is listed as not booked")
            if day > self.last:
                self.check(flow not in booked, f"{flow} is booked before it happened")
                continue
            expected = defaultdict(Fraction)
            for agent in (row["from"] or "?", row["to"] or "?"):
                for sign in (1, -1):
                    expected[agent, unit, sign * amount > 0] += sign * amount
            # Debits and credits on one account of one agent may have met.
            self.check(dict(booked[flow]) == dict(expected), f"{flow}: {dict(booked[flow])} instead of {dict(expected)}")

    def every_event_balances(self):
        sums = defaultdict(Fraction)
        order = []
        for row in self.out["journal"]:
            sums[row["transaction"], row["agent"], row["unit"]] += Fraction(row["amount"])
            rank = 0 if row["kind"] == "opening" else 2 if row["kind"] == "demurrage" else 1
            order.append((row["date"], rank, row["transaction"]))
            self.check(Fraction(row["amount"]) != 0, f"a posting of 0 in {row['transaction']}")
        for key, total in sums.items():
            self.check(total == 0, f"{key} sums to {total}")
        self.check(order == sorted(order), "the journal is not in order")

    def balances_are_the_journal(self):
        found = defaultdict(dict)
        for row in self.out["balances"]:
            found[row["agent"], row["account"], row["unit"]][row["date"]] = (
                Fraction(row["change"]), Fraction(row["balance"]))
        changes = defaultdict(lambda: defaultdict(Fraction))
        for row in self.out["journal"]:
            changes[row["agent"], row["account"], row["unit"]][row["date"]] += Fraction(row["amount"])
        for key in set(found) | set(changes):
            balance, expected = Fraction(0), {}
            for day in sorted(changes[key]):
                balance += changes[key][day]
                if changes[key][day]:
                    expected[day] = (changes[key][day], balance)
            self.check(found[key] == expected, f"balances of {key}")

    def ledgers_sum_to_zero(self):
        """After every event, in every unit that members keep among themselves."""
        events = defaultdict(lambda: defaultdict(Fraction))
        for row in self.out["journal"]:
            if self.kind(row["unit"]) in ("hours", "member_credit") and row["account"] == self.holding(row["unit"]):
                events[row["unit"]][row["transaction"]] += Fraction(row["amount"])
        for unit, by_event in events.items():
            for event, total in by_event.items():
                self.check(total == 0, f"the balances in {unit} change by {total} with {event}")

    # Credit: holdings from the tables alone, demurrage included.

    def holdings(self):
        moves = defaultdict(lambda: defaultdict(lambda: defaultdict(Fraction)))
        for row in self.table["accounts"]:
            if row.get("opening"):
                moves[row["unit"]][first_day(row["date"])][row["agent"]] += Fraction(row["opening"])
        for row, day, amount, unit, valued, kind in self.flows():
            if amount is not None and kind in ("money", "credit", "hours"):
                moves[unit][day][row["from"] or "?"] -= amount
                moves[unit][day][row["to"] or "?"] += amount
        series = defaultdict(dict)
        everything = [day for by_day in moves.values() for day in by_day]
        everything += [date.fromisoformat(row["date"]) for row in self.out["journal"]]
        start = min(everything, default=self.last)
        for unit, by_day in moves.items():
            terms = self.units.get(unit, {})
            rate = Fraction(terms.get("demurrage") or 0)
            minor = Fraction(1, 10 ** self.digits(unit))
            balance = defaultdict(Fraction)
            due = set()
            day = month_end(start)
            happened = max([first_day(row.get("date", "")) or start for row in self.table["flows"]]
                           + [first_day(row["date"]) for row in self.table["accounts"] if row.get("opening")])
            while rate and day <= self.last and (
                    day.year <= happened.year if terms["demurrage_every"] == "year"
                    else (day.year, day.month) <= (happened.year, happened.month)):
                if terms["demurrage_every"] == "month" or day.month == 12:
                    due.add(day)
                day = month_end(day + timedelta(days=1))
            for day in sorted(set(by_day) | due):
                if day > self.last:
                    break
                for agent, change in by_day.get(day, {}).items():
                    balance[agent] += change
                if day in due:
                    community = terms["demurrage_to"]
                    for agent in [agent for agent in balance if agent != community and balance[agent] > 0]:
                        lost = balance[agent] * rate // minor * minor
                        balance[agent] -= lost
                        balance[community] += lost
                for agent, amount in balance.items():
                    series[agent, unit][day] = amount
        return series

    def credit_is_right(self):
        series = self.holdings()
        final = {}
        for row in self.out["balances"]:
            if row["account"] == self.holding(row["unit"]):
                final[row["agent"], row["unit"]] = Fraction(row["balance"])
        for key, by_day in series.items():
            last = by_day[max(by_day)] if by_day else Fraction(0)
            self.check(final.get(key, 0) == last, f"{key} holds {final.get(key, 0)}, by the tables {last}")
        limits = {(row["agent"], row["unit"]): row for row in self.table["accounts"]}
        seen = set()
        for row in self.out["credit"]:
            key = (row["agent"], row["unit"])
            seen.add(key)
            by_day = dict(sorted(series.get(key, {}).items()))
            last = by_day[max(by_day)] if by_day else Fraction(0)
            self.check(Fraction(row["balance"]) == last, f"credit of {key}")
            stated = limits.get(key, {})
            low = -Fraction(stated["credit_limit"]) if stated.get("credit_limit") else None
            high = Fraction(stated["max_balance"]) if stated.get("max_balance") else None
            beyond, days = 0, list(by_day)
            for day, after in zip(days, days[1:] + [self.last + timedelta(days=1)]):
                amount = by_day[day]
                if (low is not None and amount < low) or (high is not None and amount > high):
                    beyond += max((after - max(day, self.first)).days, 0)
            self.check(int(row["days_beyond"]) == beyond, f"{key} was beyond its limit on {beyond} days")
            self.position(row, key, last, low, high)
            self.age(row, key, by_day, last)
        for key, by_day in series.items():
            if self.kind(key[1]) in ("hours", "member_credit") and any(by_day.values()):
                self.check(key in seen, f"{key} is missing in credit.csv")

    def position(self, row, key, last, low, high):
        if low is None and high is None:
            word = "no limit"
        elif low is not None and last < low:
            word = "below the credit limit"
        elif high is not None and last > high:
            word = "above the maximum"
        elif low is not None and last == low:
            word = "at the credit limit"
        elif high is not None and last == high:
            word = "at the maximum"
        else:
            word = "within"
        self.check(row["position"] == word, f"{key} is {word}, not {row['position']}")

    def age(self, row, key, by_day, last):
        """The open debt is what was taken last: walk back from today until it is all found."""
        days = sorted(by_day)
        open_debt, buckets, oldest = max(-last, Fraction(0)), [Fraction(0)] * 4, ""
        for day, earlier in reversed(list(zip(days, [None] + days))):
            before = by_day[earlier] if earlier else Fraction(0)
            taken = max(-by_day[day], Fraction(0)) - max(-before, Fraction(0))
            part = min(open_debt, max(taken, Fraction(0)))
            if part:
                age = (self.last - day).days
                buckets[0 if age <= 30 else 1 if age <= 90 else 2 if age <= 365 else 3] += part
                open_debt, oldest = open_debt - part, day.isoformat()
        names = ("days_0_30", "days_31_90", "days_91_365", "days_over_365")
        self.check([Fraction(row[name]) for name in names] == buckets, f"age of the debt of {key}")
        self.check(row["oldest_debt"] == oldest, f"oldest debt of {key}: {row['oldest_debt']}, not {oldest}")
        since = ""
        for day in days:
            since = "" if by_day[day] >= 0 else since or day.isoformat()
        self.check(row["negative_since"] == since, f"{key} is below 0 since {since}")

    # Statements.

    def statements(self):
        lines = defaultdict(lambda: [Fraction(0)] * 4)
        for row in self.out["journal"]:
            day, amount, account = date.fromisoformat(row["date"]), Fraction(row["amount"]), row["account"]
            if day > self.last:
                continue
            if day < self.first:
                if account.split(":")[0] in ("income", "expenses"):
                    account = "equity:retained"
                lines[row["agent"], row["unit"], account][0] += amount
            else:
                lines[row["agent"], row["unit"], account][1 if amount > 0 else 2] += abs(amount)
        found = {}
        for row in self.out["trial_balance"]:
            amounts = [Fraction(row[name]) for name in ("opening", "debit", "credit", "closing")]
            found[row["agent"], row["unit"], row["account"]] = amounts
        sums, result, sheet = defaultdict(Fraction), defaultdict(Fraction), defaultdict(Fraction)
        for key, line in lines.items():
            line[3] = line[0] + line[1] - line[2]
            self.check(found.get(key) == line, f"trial balance of {key}: {found.get(key)}, not {line}")
            agent, unit, account = key
            root = account.split(":")[0]
            sums[agent, unit, "opening"] += line[0]
            sums[agent, unit, "closing"] += line[3]
            if root in ("income", "expenses"):
                result[agent, unit] -= line[3]
            else:
                sheet[agent, unit, root] += line[3] if root == "assets" else -line[3]
        self.check(set(found) == set(lines), "the trial balance has other accounts than the journal")
        for key, total in sums.items():
            self.check(total == 0, f"{key} balances sum to {total}")
        stated = {(row["agent"], row["unit"]): Fraction(row["amount"])
                  for row in self.out["income_statement"] if row["section"] == "result"}
        self.check(stated == dict(result), "net results")
        self.income(stated)
        shown = defaultdict(Fraction)
        for row in self.out["balance_sheet"]:
            shown[row["agent"], row["unit"], row["section"]] += Fraction(row["amount"])
        for agent, unit in {key[:2] for key in lines}:
            assets, owed, own = (sheet[agent, unit, root] for root in ("assets", "liabilities", "equity"))
            own += result[agent, unit]
            got = tuple(shown[agent, unit, section] for section in ("assets", "liabilities", "equity"))
            self.check(got == (assets, owed, own), f"balance sheet of {agent} in {unit}: {got}")
            self.check(got[0] == got[1] + got[2], f"assets of {agent} in {unit} are not liabilities and equity")

    def income(self, stated):
        sums = defaultdict(Fraction)
        for row in self.out["income_statement"]:
            sign = {"income": 1, "expenses": -1, "result": 0}[row["section"]]
            sums[row["agent"], row["unit"]] += sign * Fraction(row["amount"])
        self.check(dict(sums) == stated, "income less expenses is not the result")

    def run(self):
        for part in (self.every_event_balances, self.every_flow_is_booked, self.accounts_are_those_of_the_rule,
                     self.balances_are_the_journal,
                     self.ledgers_sum_to_zero, self.credit_is_right, self.statements):
            part()
        return self.mistakes


def main(arguments):
    postings = POSTINGS
    if "--postings" in arguments:
        at = arguments.index("--postings")
        postings, arguments = Path(arguments[at + 1]), arguments[:at] + arguments[at + 2:]
    dataset, out = Path(arguments[0]), Path(arguments[1])
    span = tuple(date.fromisoformat(text) for text in arguments[2:4]) if len(arguments) >= 4 else None
    audit = Audit(dataset, out, span, postings)
    for mistake in audit.run():
        print(mistake, file=sys.stderr)
    print(f"{audit.checks} checks, {len(audit.mistakes)} mistakes")
    return 1 if audit.mistakes else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
