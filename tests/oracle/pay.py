#!/usr/bin/env python3
"""What contracts pay, a second time: exact fractions, no code shared with the engine.

    pay.py make FOLDER --seed 1 --count 400     writes contracts.csv and market.csv, made up from a seed
    pay.py pay FOLDER                           prints one CSV row a contract

METHOD section 5: max(minimum, market, agreed) + organic differential + premium; where a government sets the price,
government FOB + max(0, minimum - government FOB) + differential + premium. A figure that is missing leaves the contract
without a price.
"""

import argparse
import csv
import datetime
import random
import sys
from fractions import Fraction
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MINIMUM = ROOT / "datasets/fairtrade/minimum-prices/minimum_prices.csv"
RATES = ROOT / "datasets/reference/ecb-annual/rates.csv"
#: Kilograms; 1 lb = 0.45359237 kg by definition.
KG = {
    "kg": Fraction(1),
    "t": Fraction(1000),
    "lb": Fraction("0.45359237"),
    "[qq_lb]": Fraction("45.359237"),
    "[qq_46]": Fraction(46),
    "quintal": Fraction(100),
    "box": Fraction("18.14"),
}
DIGITS = {"USD": 2, "EUR": 2, "JPY": 0}
COLUMNS = (
    "id date product form quality origin incoterm quantity unit agreed market government_fob minimum premium "
    "organic_differential price_unit currency"
).split()
DAYS = 31


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Missing(Exception):
    """A figure that a price needs."""


def figure(cell):
    """None: none by rule."""
    if cell == "":
        raise Missing
    return None if cell == "none" else Fraction(cell)


def in_force(contract, table):
    """The row of minimum prices: of the origin if it has one of its own, else of the world."""
    rows = [
        row
        for row in table
        if row["product"] == contract["product"]
        and row["form"] in ("", contract["form"])
        and row["quality"] in ("", contract["quality"])
        and row["incoterm"] == contract["incoterm"]
        and row["from"] <= contract["date"]
        and (not row["until"] or contract["date"] < row["until"])
    ]
    if not contract["origin"]:
        return rows[0] if rows and all(row["origin"] == "001" for row in rows) else None
    own = [row for row in rows if row["origin"] == contract["origin"]]
    world = [row for row in rows if row["origin"] == "001"]
    return (own or world or [None])[0]


def market_price(contract, prices):
    """The last price of at most 31 days, of the most columns that are filled; all that fit are nested."""
    day = datetime.date.fromisoformat(contract["date"])
    fitting = []
    for row in prices:
        age = (day - datetime.date.fromisoformat(row["date"])).days
        columns = ("form", "quality", "origin", "incoterm")
        fits = all(row[column] in ("", contract[column]) for column in columns)
        if row["product"] == contract["product"] and fits and 0 <= age <= DAYS:
            fitting.append((sum(bool(row[column]) for column in columns), -age, row))
    return max(fitting, key=lambda found: found[:2])[2] if fitting else None


class Rates:
    """Units of a currency per euro, by year."""

    def __init__(self):
        self.per_euro = {(row["currency"], row["year"]): Fraction(row["units_per_base"]) for row in read(RATES)}

    def between(self, source, target, year):
        if source == target:
            return Fraction(1)
        per_euro = lambda currency: Fraction(1) if currency == "EUR" else self.per_euro[currency, year]
        return per_euro(target) / per_euro(source)


def parts(contract, table, prices, rates):
    """What decided, and price, minimum differential, organic differential, premium per unit; raises Missing."""
    row = in_force(contract, table)
    unit, currency, year = contract["price_unit"], contract["currency"], contract["date"][:4]

    def moved(amount, unit_of, currency_of):
        return amount * KG[unit] / KG[unit_of] * rates.between(currency_of, currency, year)

    def stated(column):
        if contract[column] != "":
            return figure(contract[column])
        if row is None:
            raise Missing
        own = figure(row[column])
        return None if own is None else moved(own, row["unit"], row["currency"])

    minimum, premium = stated("minimum"), stated("premium")
    organic = contract["quality"] == "organic" or contract["organic_differential"] != ""
    regulated = contract["government_fob"] or (row and row["regulated"] == "yes")
    differential = (stated("organic_differential") if organic and not regulated else None) or Fraction(0)
    premium = premium or Fraction(0)
    if regulated:
        government = figure(contract["government_fob"])
        below = max(Fraction(0), (minimum or 0) - government)
        return "minimum" if below else "government", (government, below, Fraction(0), premium)
    agreed = Fraction(contract["agreed"]) if contract["agreed"] else None
    if contract["market"]:
        market = Fraction(contract["market"])
    elif found := market_price(contract, prices):
        market = moved(Fraction(found["price"]), found["unit"], found["currency"])
    elif minimum is None and agreed is not None:
        market = None
    else:
        raise Missing
    candidates = [("minimum", minimum), ("market", market), ("agreed", agreed)]
    best = max((price for _, price in candidates if price is not None), default=None)
    if best is None:
        raise Missing
    decided = next(word for word, price in candidates if price == best)
    return decided, (best, Fraction(0), differential, premium)


def plain(value, digits=12):
    """A decimal, rounded half-even, without zeros at its end."""
    units = round(value * 10**digits)
    whole, rest = divmod(abs(units), 10**digits)
    text = f"{whole}.{rest:0{digits}d}".rstrip("0").rstrip(".") if digits else str(whole)
    return ("-" if units < 0 else "") + text


def split(total, weights):
    """Largest remainder, by name where remainders are equal; `weights` by name."""
    whole = sum(weights.values())
    if whole == 0:
        return dict.fromkeys(weights, 0)
    exact = {name: total * weight / whole for name, weight in weights.items()}
    shares = {name: value.numerator // value.denominator for name, value in exact.items()}
    order = sorted(weights, key=lambda name: (shares[name] - exact[name], name))
    for name in order[: total - sum(shares.values())]:
        shares[name] += 1
    return shares


def answer(contract, table, prices, rates):
    out = {"contract": contract["id"]}
    names = ("price", "minimum_differential", "organic_differential", "premium")
    try:
        decided, amounts = parts(contract, table, prices, rates)
    except Missing:
        empty = ("decided", "price", "differential", "premium", "pay", "total", *(f"total_{n}" for n in names))
        return out | {"status": "not priced"} | dict.fromkeys(empty, "")
    quantity = Fraction(contract["quantity"]) * KG[contract["unit"]] / KG[contract["price_unit"]]
    digits = DIGITS[contract["currency"]]
    total = round(sum(amounts) * quantity * 10**digits)
    shares = split(total, {name: amount * quantity for name, amount in zip(names, amounts)})
    money = lambda units: plain(Fraction(units, 10**digits))
    price, below, differential, premium = amounts
    out |= {"status": "priced", "decided": decided, "price": plain(price), "premium": plain(premium)}
    out |= {"differential": plain(below + differential), "pay": plain(sum(amounts)), "total": money(total)}
    return out | {f"total_{name}": money(shares[name]) for name in names}


def pay(folder):
    table, prices, rates = read(MINIMUM), read(folder / "market.csv"), Rates()
    rows = [answer(contract, table, prices, rates) for contract in read(folder / "contracts.csv")]
    writer = csv.DictWriter(sys.stdout, rows[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


GOODS = [
    ("coffee", form, ("lb", "kg", "[qq_lb]", "[qq_46]", "t"))
    for form in ("arabica-washed", "arabica-natural", "robusta-washed", "robusta-natural")
] + [("cocoa", form, ("t", "kg", "quintal")) for form in ("beans", "beans", "liquor", "butter", "powder")]
GOODS += [("cane-sugar", "", ("t", "kg")), ("banana", "fresh", ("box",))]


def made_up(dice, number):
    """A contract as somebody might write it: most are whole, some lack a figure."""
    product, form, units = dice.choice(GOODS)
    day = datetime.date(dice.randint(2009, 2024), dice.randint(1, 12), dice.randint(1, 28))
    if product == "banana":
        day = day.replace(year=2026)
    unit, price_unit = dice.choice(units), dice.choice(units)
    amount = lambda low, high: str(round(dice.uniform(low, high), dice.choice((0, 2, 4))))
    per_kg = lambda low, high: str(round(dice.uniform(low, high) * float(KG[price_unit]), 4))
    some = lambda chance, text: text if dice.random() < chance else ""
    origin = dice.choice(("CO", "CI", "GH", "PE")) if product == "cocoa" else dice.choice(("CO", "PE", ""))
    row = dict.fromkeys(COLUMNS, "")
    row |= {"id": f"c{number:04}", "date": day.isoformat(), "product": product, "form": form, "origin": origin}
    row |= {"quality": dice.choice(("organic", "conventional")), "incoterm": "EXW" if dice.random() < 0.05 else "FOB"}
    row |= {"quantity": amount(1, 50000), "unit": unit, "price_unit": price_unit}
    row |= {"currency": dice.choice(("USD", "USD", "USD", "EUR", "JPY")) if day.year < 2024 else "USD"}
    row |= {"agreed": some(0.4, per_kg(1, 8)), "market": some(0.2, per_kg(1, 8))}
    row |= {"minimum": some(0.1, per_kg(1, 8)) or some(0.05, "none"), "premium": some(0.1, per_kg(0, 1))}
    row |= {"organic_differential": some(0.05, per_kg(0, 1)) or some(0.05, "none")}
    if origin in ("CI", "GH") and form == "beans" and day.year >= 2019:
        row["government_fob"] = some(0.8, per_kg(1.5, 3))
    return row


def prices_of(dice):
    """A price a week or so, whose columns are nested: some for all, some for a form, some for its origin too."""
    day, rows = datetime.date(2008, 12, 1), []
    while day < datetime.date(2024, 12, 31):
        day += datetime.timedelta(days=dice.randint(3, 25))
        for product, unit, low in (("coffee", "lb", 0.8), ("cocoa", "t", 1800), ("cane-sugar", "t", 400)):
            base = {"product": product, "form": "", "quality": "", "origin": "", "incoterm": "", "date": day.isoformat()}
            base |= {"unit": unit, "currency": dice.choice(("USD", "EUR"))}
            price = lambda: str(round(low * dice.uniform(1, 3), 4))
            rows.append(base | {"price": price()})
            if product == "coffee" and dice.random() < 0.5:
                narrow = base | {"form": dice.choice(("arabica-washed", "robusta-natural")), "incoterm": "FOB"}
                rows.append(narrow | {"price": price()})
                if dice.random() < 0.5:
                    rows.append(narrow | {"origin": "CO", "price": price()})
    dice.shuffle(rows)
    return rows


def make(folder, seed, count):
    dice = random.Random(seed)
    tables = {"contracts": [made_up(dice, number) for number in range(count)], "market": prices_of(dice)}
    for name, rows in tables.items():
        with open(folder / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("make", "pay"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=400)
    arguments = parser.parse_args()
    if arguments.what == "make":
        make(arguments.folder, arguments.seed, arguments.count)
    else:
        pay(arguments.folder)


if __name__ == "__main__":
    main()
