#!/usr/bin/env python3
"""Audits surpluses and value equations, written from docs/method/surplus.md alone.

    audit_surplus.py FOLDER

Each folder in FOLDER is a dataset of a co-op (CSV), with what was asked beside its tables: `surplus.json`, the answer of
`truecost fairtrade surplus --format json`, and `value-equation.json`, if there are such. Exact rationals, no code shared
with the engine. Prints what it checked; with mistakes it prints them and exits with 1.
"""

import csv
import json
import sys
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

MINOR = 100  # all made-up datasets are in euros


def rows(path):
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def half_even(value):
    """To whole cents: halves to the even one."""
    whole = value * MINOR
    floor = whole.numerator // whole.denominator
    rest = whole - floor
    if rest > Fraction(1, 2) or (rest == Fraction(1, 2) and floor % 2):
        floor += 1
    return floor


def split(cents, weights):
    """Largest remainder; equal remainders by id. `None` if there is nothing to split by."""
    total = sum(weights.values())
    if total == 0:
        return {key: 0 for key in weights} if cents == 0 else None
    quotas = {key: cents * weight / total for key, weight in weights.items()}
    parts = {key: quota.numerator // quota.denominator for key, quota in quotas.items()}
    order = sorted(weights, key=lambda key: (parts[key] - quotas[key], key.encode()))
    for key in order[: cents - sum(parts.values())]:
        parts[key] += 1
    return parts


def frac(text):
    return Fraction(text or 0)


def share_out(surplus, rules, patronage, capital):
    """The parts of one year in cents, and those of the members."""
    total = half_even(frac(surplus["surplus"]))
    if total <= 0:
        return [], {}
    business = {row["member"]: frac(row["amount"]) for row in patronage if row["member"]}
    if surplus["member_surplus"]:
        members = half_even(frac(surplus["member_surplus"]))
    else:
        outside = next(frac(row["amount"]) for row in patronage if not row["member"])
        inside = sum(business.values())
        members = half_even(frac(surplus["surplus"]) * inside / (inside + outside))
    others = total - members
    left, left_others, parts, interest = members, others, [], {}
    for rule in sorted(rules, key=lambda rule: int(rule["rank"])):
        if rule["kind"] == "reserve":
            base = members if rule["of"] == "members" else total
            amount = half_even(Fraction(base, MINOR) * frac(rule["rate"]))
            own = {"members": amount, "non_members": 0}.get(rule["charged_to"])
            if own is None:
                weights = {"members": Fraction(members), "others": Fraction(others)}
                own = split(amount, weights)["members"]
            left -= own
            left_others -= amount - own
            parts.append(("reserve", amount))
        elif rule["kind"] == "interest":
            amount = half_even(Fraction(sum(capital.values()), MINOR) * frac(rule["rate"]))
            interest = split(amount, {key: Fraction(value) for key, value in capital.items()})
            left -= amount
            parts.append(("interest", amount))
    assert left >= 0 and left_others >= 0, "the made-up rules charge too much"
    weights = {**dict.fromkeys(interest, Fraction(0)), **business}
    shares = split(left, weights)
    got = {}
    if shares is None:
        parts.append(("unshared", left))
        got = {key: (0, 0, interest.get(key, 0)) for key in weights}
    else:
        rate = surplus["cash_rate"] or next(rule["rate"] for rule in rules if rule["kind"] == "cash")
        for key, share in shares.items():
            cash = share * frac(rate)
            cash = cash.numerator // cash.denominator
            got[key] = (cash, share - cash, interest.get(key, 0))
        parts.append(("cash", sum(cash for cash, _, _ in got.values())))
        parts.append(("retained", sum(kept for _, kept, _ in got.values())))
    if left_others:
        parts.append(("non_members", left_others))
    return parts, got


def cents(text):
    value = Fraction(text) * MINOR
    assert value.denominator == 1, f"{text} is no whole number of cents"
    return int(value)


def audit_surplus(folder, mistakes):
    answer = json.loads((folder / "surplus.json").read_text("utf-8"))["tables"]
    rules, patronage = rows(folder / "surplus_rules.csv"), rows(folder / "patronage.csv")
    moved = [
        (row["date"], row["kind"] in ("redeemed", "written_off"), row["id"], row["member"], row["year"], cents(row["amount"]))
        for row in rows(folder / "capital.csv")
    ]
    checked = 0
    for surplus in sorted(rows(folder / "surpluses.csv"), key=lambda row: row["year"]):
        year = surplus["year"]
        capital = defaultdict(int)
        for date, takes, _, member, _, amount in moved:
            if date < f"{year}-01-01":
                capital[member] += -amount if takes else amount
        capital = {key: value for key, value in capital.items() if value}
        own = [row for row in patronage if row["year"] == year]
        mine = [rule for rule in rules if rule["set"] == surplus["rules"]]
        parts, got = share_out(surplus, mine, own, capital)
        told = ("surplus", "distributable", "loss")
        lines = [row for row in answer["surplus"] if str(row["year"]) == year and row["step"] not in told]
        found = [(row["step"], cents(row["amount"])) for row in lines]
        if found != parts:
            mistakes.append(f"{folder.name} {year}: parts {found}, expected {parts}")
        if parts and sum(amount for _, amount in parts) != cents(surplus["surplus"]):
            mistakes.append(f"{folder.name} {year}: the parts do not add up")
        members = {
            row["member"]: (cents(row["cash"]), cents(row["retained"]), cents(row["interest"]))
            for row in answer["members"]
            if str(row["year"]) == year
        }
        if members != got:
            mistakes.append(f"{folder.name} {year}: members {members}, expected {got}")
        for member, (_, kept, _) in got.items():
            if kept:
                moved.append((surplus["date"] or f"{year}-12-31", False, "", member, year, kept))
        checked += len(lines) + len(members)
    lots = defaultdict(int)
    for date, takes, _, member, year, amount in sorted(moved):
        if not takes:
            lots[member, int(year or date[:4])] += amount
            continue
        for key in sorted(key for key in lots if key[0] == member):
            if not year or int(year) == key[1]:
                part = min(amount, lots[key])
                lots[key] -= part
                amount -= part
        assert amount == 0, "the made-up capital is overdrawn"
    found = {(row["member"], row["allocated"]): cents(row["amount"]) for row in answer.get("ageing", [])}
    expected = {key: value for key, value in lots.items() if value}
    if found != expected:
        mistakes.append(f"{folder.name}: capital by year {found}, expected {expected}")
    return checked + len(found)


def audit_value_equation(folder, mistakes):
    """Of buckets in the order of their ranks, each of what is still left: `remaining`, with debts that end."""
    answer = json.loads((folder / "value-equation.json").read_text("utf-8"))["tables"]
    buckets = sorted(rows(folder / "buckets.csv"), key=lambda row: int(row["rank"]))
    given = rows(folder / "contributions.csv")
    paid = defaultdict(int)
    checked = 0
    for distribution in sorted(rows(folder / "distributions.csv"), key=lambda row: (row["date"], row["id"])):
        amount = cents(distribution["amount"])
        open_claims = {}
        for bucket in buckets:
            claims = {}
            for row in given:
                if row["bucket"] != bucket["id"] or (row["date"] and row["date"] > distribution["date"]):
                    continue
                value = frac(row["amount"]) * frac(row["rate"] or 1)
                if bucket["claim"] == "debt":
                    value = Fraction(half_even(value) - paid[row["id"]])
                elif bucket["claim"] == "once" and paid[row["id"]]:
                    value = Fraction(0)
                claims[row["id"]] = value
            open_claims[bucket["id"]] = claims
        # The sums of the buckets: nominal, then what a bucket cannot take is left for those after it.
        fixed = {}
        while amount:
            left, quotas = Fraction(1), {}
            for bucket in buckets:
                if bucket["id"] in fixed:
                    left -= Fraction(fixed[bucket["id"]], amount)
                    continue
                part = frac(bucket["percentage"]) / 100
                quotas[bucket["id"]] = part * left if bucket["of"] == "remaining" else part
                left -= quotas[bucket["id"]]
            sums = split(amount - sum(fixed.values()), {**quotas, "": left})
            for bucket in buckets:
                whole = sum(open_claims[bucket["id"]].values())
                most = whole if bucket["claim"] == "debt" else (None if whole else 0)
                if bucket["id"] not in fixed and not bucket["to"] and most is not None and sums[bucket["id"]] > most:
                    fixed[bucket["id"]] = int(most)
                    break
            else:
                sums.update(fixed)
                break
        else:
            sums = {bucket["id"]: 0 for bucket in buckets}
        expected = []
        for bucket in buckets:
            claims, whole = open_claims[bucket["id"]], sums[bucket["id"]]
            most = min(whole, int(sum(claims.values()))) if bucket["claim"] == "debt" else whole
            parts = split(most, claims) or {}
            for key, part in parts.items():
                paid[key] += part
            expected += [(bucket["id"], key, part) for key, part in parts.items() if part]
            if rest := whole - sum(parts.values()):
                expected.append((bucket["id"], "", rest))
        if rest := amount - sum(part for _, _, part in expected):
            expected.append(("", "", rest))
        found = [
            (row["bucket"], row["contribution"], cents(row["amount"]))
            for row in answer["parts"]
            if row["distribution"] == distribution["id"]
        ]
        if sorted(found) != sorted(expected):
            mistakes.append(f"{folder.name} {distribution['id']}: {found}, expected {expected}")
        checked += len(found)
    return checked


def main():
    mistakes, checked = [], 0
    folders = sorted(path for path in Path(sys.argv[1]).iterdir() if path.is_dir())
    for folder in folders:
        if (folder / "surplus.json").exists():
            checked += audit_surplus(folder, mistakes)
        if (folder / "value-equation.json").exists():
            checked += audit_value_equation(folder, mistakes)
    for mistake in mistakes:
        print(mistake, file=sys.stderr)
    print(f"{len(folders)} datasets, {checked} amounts, {len(mistakes)} mistakes")
    sys.exit(1 if mistakes else 0)


if __name__ == "__main__":
    main()
