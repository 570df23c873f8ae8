#!/usr/bin/env python3
"""What flows cost others, and the statement of a network, recomputed independently of the engine.

    python3 flows.py datasets/flows/street flows.csv --table costs

`flows.csv` says which class each flow has: it is the only thing taken from the engine. Prices are recomputed; each
indicator of a flow is cost per unit x quantity, exact, rounded once to 1e-6. `--table statement` prints the sums.
"""

import argparse
import csv
import re
import sys
from fractions import Fraction
from pathlib import Path

from money import BOOK, plain, rounded
from recompute import DIMENSIONS, causes_of, cost_of, solved
from tables import Dataset, Library, OracleError

LINE = 6  # digits of a line
CLAIMS = ("money", "credit", "hours", "claim")
BODIES = ("pool", "commons_project")
PEOPLE = ("person", "household", "commune", "informal_group", "")
BASES = ("generalist", "specialist", "opportunity")
COSTS = [
    "flow", "status", "reason", "product", "origin", *DIMENSIONS, "external_cost", "benefits", "internalised",
    "overpaid", "gap", "market_value", "true_price",
]  # fmt: skip
STATEMENT = ["regime", "subregime", "year", "measure", "basis", "detail", "count", "amount", "unit", "price_year"]


class Network:
    """A flow dataset: rows by id, and what its agreements and its manifest say of them."""

    def __init__(self, folder, library):
        self.dataset = Dataset(folder)
        by_id = lambda table: {row["id"]: row for row in self.dataset.table(table)}
        self.agents, self.agreements, self.resources = by_id("agents"), by_id("agreements"), by_id("resources")
        self.own_units = {row["id"]: row["kind"] for row in self.dataset.table("units")}
        self.flows = sorted(self.dataset.table("flows"), key=lambda row: row["id"].encode())
        self.wages = self.dataset.table("wages")
        self.licences = {row["id"]: row for d in library.of_kind("licences") for row in d.table("licences")}
        self.constants = self.dataset.manifest.get("flows", {}).get("stated", {})
        self.legs = {}
        for row in self.flows:
            if row["agreement"]:
                self.legs.setdefault(row["agreement"], []).append(row)

    def resource(self, row):
        return self.resources.get(row["resource"], {})

    def kind(self, agent):
        return self.agents[agent]["kind"] if agent else ""

    def is_claim(self, row):
        return self.resource(row).get("kind") in CLAIMS

    def access(self, row):
        if row["access_scope"]:
            return row["access_scope"]
        principal = row["part"] in ("", "principal")
        if principal and self.agreements.get(row["agreement"], {}).get("access_scope"):
            return self.agreements[row["agreement"]]["access_scope"]
        return self.constants.get("access_scope", "") if "access_scope" in row else ""

    def licence(self, row):
        name = row["licence"] or self.resource(row).get("licence", "")
        if name in ("", "none"):
            return name
        found = self.licences.get(name)
        if found is None:
            return "closed"
        return found["class"] or ("open" if "yes" in (found["osi"], found["fsf"]) else "closed")

    def back(self, row):
        """What comes back for it: its own cell, or what the legs of its agreement bring back to the giver."""
        if row["counterflow_kind"]:
            return row["counterflow_kind"]
        legs = [leg for leg in self.legs.get(row["agreement"], []) if (leg["from"], leg["to"]) == (row["to"], row["from"])]
        kinds = {self.resource(leg).get("kind", "") for leg in legs if leg["part"] == row["part"]}
        return kinds.pop() if len(kinds) == 1 else ""

    def is_currency(self, unit):
        if unit in self.own_units:
            return self.own_units[unit] == "currency"
        return unit not in ("CHW", "CHE") and bool(re.fullmatch("[A-Z]{3}", unit))

    def counts_hours(self, unit):
        return self.own_units.get(unit) == "hours" if unit in self.own_units else unit in ("h", "hour", "hours")


class Prices:
    """Costs per unit of the products that resources name, central, at the book scale."""

    def __init__(self, supply, library, chosen):
        self.units, self.level, self.indicators, self.chain, self.causes, self.solution = solved(
            library, supply, **chosen
        )
        self.found = {}

    def of(self, pair):
        """{indicator: (external, benefit, internalised, overpaid)}, and the indicators its chain states."""
        if pair not in self.found:
            y, stated, priced = causes_of(pair, self.chain, self.causes, self.solution)
            unit = {}
            for k in priced:
                cost, paid = cost_of(k, y, 1, self.indicators)
                external, benefit = max(cost, Fraction(0)), max(-cost, Fraction(0))
                internalised = min(paid, external)
                unit[k] = external, benefit, internalised, paid - internalised
            self.found[pair] = unit, stated
        return self.found[pair]


def joined(network, row, prices):
    """The product x origin of a flow, its quantity in reference units; or the reason why there is none."""
    resource = network.resource(row)
    if network.is_claim(row):
        return None, None, "not a product"
    if not resource.get("product"):
        return None, None, "no product named"
    pairs = [p for p in prices.chain.pairs if p[0] == resource["product"] and resource["origin"] in ("", p[1])]
    if not pairs:
        return None, None, "no process makes the product"
    (pair,) = pairs
    if not prices.of(pair)[0]:
        return pair, None, "nothing its chain states has a factor"
    if not row["unit"]:
        return pair, None, "no unit stated" if row["quantity"] else "no quantity stated"
    product = prices.chain.products[pair[0]]
    mass = product.exact("mass_kg") if product["mass_kg"] else None
    try:
        if row["unit"] in network.own_units:
            raise OracleError("a unit of the dataset's own")
        ratio = prices.units.ratio(row["unit"], product["unit"], mass)
    except OracleError:
        return pair, None, "a unit of another dimension than the product's"
    if not row["quantity"]:
        return pair, None, "no quantity stated"
    return pair, row.exact("quantity") * ratio, ""


def cost(network, row, regime, prices, netting):
    """One row of costs, amounts as fractions; None where there is none."""
    pair, quantity, reason = joined(network, row, prices)
    out = dict.fromkeys(COSTS)
    out.update(flow=row["id"], reason=reason, product=pair[0] if pair else "", origin=pair[1] if pair else "")
    out["status"] = "not a product" if reason == "not a product" else "unpriced" if reason else "priced"
    if reason == "not a product":
        out["reason"] = ""
    out["market_value"] = market(network, row, regime, pair, quantity, prices.level)
    if quantity is None:
        return out
    unit, stated = prices.of(pair)
    line = lambda value: rounded(value * quantity, LINE)
    lines = {}
    for k, (external, benefit, internalised, overpaid) in unit.items():
        paid = line(internalised + overpaid)
        lines[k] = line(external), line(benefit), line(internalised), paid - line(internalised)
    for at, name in enumerate(("external_cost", "benefits", "internalised", "overpaid")):
        out[name] = sum((cells[at] for cells in lines.values()), Fraction(0))
    out["gap"] = out["external_cost"] - out["internalised"]
    if netting:
        out["gap"] -= out["benefits"] + out["overpaid"]
    for d in DIMENSIONS:
        of = lambda ids: [k for k in ids if prices.indicators[k]["dimension"] == d]
        priced = of(lines)
        out[d] = sum(lines[k][0] for k in priced) if priced else "unpriced" if of(stated) else "not stated"
    if out["market_value"] is not None:
        out["true_price"] = out["market_value"] + out["gap"]
    return out


def market(network, row, regime, pair, quantity, level):
    """What was paid for goods and services of a market flow, at the target."""
    sold = network.resource(row).get("kind") in ("goods_services", "attention_data") or quantity is not None
    if regime != "market" or not sold or not row["value"] or not row["date"]:
        return None
    if not network.is_currency(row["unit_of_account"]):
        return None
    try:
        moved = level.move(row.exact("value"), row["unit_of_account"], row.year("date"))
    except OracleError:
        return None
    return moved if moved == row.exact("value") else rounded(moved, LINE)


def is_use(network, row, regime):
    if regime != "commons" or network.is_claim(row) or row["corrects"] or network.kind(row["to"]) in BODIES:
        return False
    if network.kind(row["from"]) in BODIES:
        return True
    shared = network.access(row) in ("household", "members", "anyone")
    return row["action"] in ("copy", "use", "transferCustody") and (
        shared or network.licence(row) in ("open", "conditional")
    )


def hours(network, row, units):
    """(Is it work?, hours or None)."""
    task = network.resource(row).get("task")
    if network.is_claim(row) or not (row["action"] == "work" or (row["action"] == "" and task)):
        return False, None
    if row["quantity"] and row["unit"]:
        try:
            own = network.own_units.get(row["unit"])
            if own not in (None, "hours"):
                raise OracleError("no time")
            ratio = Fraction(1) if own else units.ratio(row["unit"], "h")
            return True, rounded(row.exact("quantity") * ratio, LINE)
        except OracleError:
            pass
    if row["value"] and network.counts_hours(row["unit_of_account"]):
        return True, row.exact("value")
    return True, None


def unpaid(network, row, class_):
    if class_[0] not in ("commons", "reciprocity") or network.kind(row["from"]) not in PEOPLE:
        return None
    back = network.back(row)
    valued = network.is_currency(row["unit_of_account"]) and row["value"] and row.exact("value") != 0
    if back == "money" or (back == "" and valued):
        return None
    homes = [network.agents[row[end]]["household"] if row[end] else "" for end in ("from", "to")]
    at_home = class_ == ("commons", "household") or row["relation"] == "same_household"
    return "household" if at_home or (not row["relation"] and homes[0] and homes[0] == homes[1]) else "volunteer"


class Statement:
    """Sums by class, year, measure, unit, basis and detail."""

    def __init__(self, network, level):
        self.network, self.money = network, (level.currency, str(level.year))
        self.cells = {}
        self.rates = {}
        for row in network.wages:
            try:
                rate = rounded(level.move(row.exact("amount"), row["currency"], row.year("year")), BOOK)
                self.rates[row["basis"], row["task"] or row["agent"]] = rate
            except OracleError:
                pass

    def add(self, class_, year, measure, amount=None, unit=("", ""), basis="", detail="", count=1):
        if count:
            cell = self.cells.setdefault((*class_, year, measure, basis, detail, *unit), [0, None])
            cell[0] += count
            if amount is not None:
                cell[1] = (cell[1] or Fraction(0)) + amount

    def value(self, class_, year, measures, hours, bases, names, detail):
        """Hours at each basis: what they are worth, or that they have no wage."""
        for basis in bases:
            name = names.get(basis, "")
            rate = self.rates.get((basis, name)) if name or basis == "generalist" else None
            if rate is None:
                self.add(class_, year, measures[1], hours, ("h", ""), basis, detail)
            else:
                self.add(class_, year, measures[0], rounded(hours * rate, LINE), self.money, basis, detail)

    def rows(self):
        for key, (count, amount) in sorted(self.cells.items()):
            *names, unit, price_year = key
            cells = [*names, count, "" if amount is None else plain(amount), unit, price_year]
            yield dict(zip(STATEMENT, map(str, cells)))


def statement(network, costs, classes, level, units):
    out = Statement(network, level)
    assets, contributed, kept = {}, {}, set()
    for row in network.flows:
        class_, year = classes[row["id"]], row["date"][:4]
        add = lambda *cells, **more: out.add(class_, year, *cells, **more)
        add("flows")
        if row["value"]:
            add("paid" if network.is_claim(row) else "valued", row.exact("value"), (row["unit_of_account"], ""))
        own = costs[row["id"]]
        if own["status"] == "unpriced":
            add("unpriced", detail=own["reason"])
        else:
            add({"priced": "priced", "not a product": "not_a_product"}[own["status"]])
        for name in (*DIMENSIONS, *COSTS[8:]):
            if isinstance(own[name], Fraction):
                add(name, own[name], out.money)
        if own["true_price"] is not None:
            add("market_value_priced", own["market_value"], out.money)
        used, (works, worked) = is_use(network, row, class_[0]), hours(network, row, units)
        add("uses", count=int(used))
        body = {end: row[end] for end in ("from", "to") if network.kind(row[end]) in BODIES}
        given = worked if class_[0] == "commons" and "from" not in body else None
        if given is not None:
            add("contributed_hours", given, ("h", ""))
        thing = class_[0] == "commons" and not network.is_claim(row) and row["resource"] in network.resources
        if thing and (used or "to" in body or (given is not None and class_[1] != "household")):
            assets.setdefault(row["resource"], []).append(class_)
            kept |= {(agent, row["resource"]) for agent in body.values()}
            if given is not None:
                key = row["resource"], body.get("to")
                contributed[key] = contributed.get(key, Fraction(0)) + given
        kind = unpaid(network, row, class_) if works else None
        if kind and worked is None:
            add("unpaid_without_hours", detail=kind)
        elif kind:
            add("unpaid_hours", worked, ("h", ""), detail=kind)
            names = {"specialist": network.resource(row).get("task"), "opportunity": row["from"]}
            out.value(class_, year, ("unpaid_work", "unpaid_unvalued_hours"), worked, BASES, names, kind)
    replacement(out, network, assets, contributed, kept)
    return out.rows()


ORDER = ("open_digital", "pooled", "household")  # of the classes of commons


def replacement(out, network, assets, contributed, kept):
    stated = {id: row.exact("replacement_hours") for id, row in network.resources.items() if row["replacement_hours"]}
    covered = {body for body, resource in kept if resource in stated}
    for resource, classes in assets.items():
        class_ = min(classes, key=lambda c: ORDER.index(c[1]))
        parts = [hours for (of, body), hours in contributed.items() if of == resource and body not in covered]
        needed = rounded(stated[resource], LINE) if resource in stated else sum(parts) if parts else None
        if needed is not None:
            detail = "stated" if resource in stated else "at least"
            out.add(class_, "", "replacement_hours", needed, ("h", ""), detail=detail)
            names = {"specialist": network.resources[resource]["task"]}
            measures = "replacement_once", "replacement_unvalued_hours"
            out.value(class_, "", measures, needed, BASES[:2], names, detail)


def audit(flows, classes, datasets, supply=None, table="costs", netting=False, outside="unpriced",
          order="inflate-first", emission_year=None, **flags):  # fmt: skip
    """The columns and the rows of a table."""
    library = Library(datasets)
    network = Network(flows, library)
    manifest = network.dataset.manifest
    supply = Dataset(supply or Path(flows) / manifest["flows"]["supply"])
    defaults = supply.manifest.get("defaults", {}) | manifest.get("defaults", {})
    chosen = {name: flags.get(name) or defaults.get(name) for name in ("factors", "currency", "year")}
    chosen |= {"emission_year": emission_year, "outside": outside, "order": order}
    prices = Prices(supply, library, chosen)
    with open(classes, encoding="utf-8", newline="") as file:
        classes = {row["flow"]: (row["regime"], row["subregime"]) for row in csv.DictReader(file)}
    costs = {r["id"]: cost(network, r, classes[r["id"]][0], prices, netting) for r in network.flows}
    if table == "statement":
        return STATEMENT, list(statement(network, costs, classes, prices.level, prices.units))
    text = lambda cell: "" if cell is None else plain(cell) if isinstance(cell, Fraction) else cell
    return COSTS, [{name: text(cell) for name, cell in row.items()} for row in costs.values()]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("flows", help="folder of a flow dataset")
    parser.add_argument("classes", help="CSV with flow, regime and subregime")
    parser.add_argument("--supply", help="folder of a supply dataset")
    parser.add_argument("--datasets", default=Path(__file__).resolve().parents[2] / "datasets")
    parser.add_argument("--table", choices=["costs", "statement"], default="costs")
    parser.add_argument("--factors")
    parser.add_argument("--currency")
    parser.add_argument("--year", type=int)
    parser.add_argument("--emission-year", type=int)
    parser.add_argument("--netting", action="store_true")
    parser.add_argument("--outside", choices=["unpriced", "as_is", "transfer"], default="unpriced")
    parser.add_argument("--order", choices=["inflate-first", "convert-first"], default="inflate-first")
    try:
        columns, answer = audit(**vars(parser.parse_args()))
    except OracleError as error:
        sys.exit(f"error: {error}")
    writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(answer)


if __name__ == "__main__":
    main()
