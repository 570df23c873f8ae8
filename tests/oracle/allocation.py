"""How a process with several products is divided among them: economic, physical, substitution, none."""

from fractions import Fraction

from money import nearest
from tables import OracleError


class Split:
    """Of one process: `shares[product]`, and `displaced[product]` = (process, product of it, amount)."""

    def __init__(self, rows, products, tables, units):
        self.rows, self.products, self.tables, self.units = rows, products, tables, units
        self.displaced = {}
        rule = rows[0]["allocation"] or "economic"
        if rule == "economic":
            weights = self.worth()
        elif rule.startswith("physical:"):
            weights = [self.property_of(row, rule.removeprefix("physical:")) for row in rows]
        elif rule == "substitution":
            weights = [Fraction(not row["displaces"]) for row in rows]
        else:
            raise OracleError(f"{rule!r} does not divide {rows[0]['id']}")
        self.shares = {r["product"]: nearest(w / sum(weights)) for r, w in zip(rows, weights)}
        if rule == "substitution":
            for row in rows:
                if row["displaces"]:
                    self.displaced[row["product"]] = self.stands_for(row)

    def quantity(self, row):
        """What it makes of a product, exactly, in reference units."""
        product = self.products[row.need("product")]
        mass = product.exact("mass_kg") if product["mass_kg"] else None
        return row.exact("amount") * self.units.ratio(row.need("unit"), product.need("unit"), mass)

    def worth(self):
        waste = [row["price"] != "" and row.exact("price") <= 0 for row in self.rows]
        if any(row["price"] and not w for row, w in zip(self.rows, waste)) or all(waste):
            if len({row.need("currency") for row in self.rows}) != 1:
                raise OracleError(f"{self.rows[0]['id']}: prices in several currencies")
            return [Fraction(0) if w else r.exact("price") * r.exact("amount") for r, w in zip(self.rows, waste)]
        quotes = [None if w else self.quotes(row) for row, w in zip(self.rows, waste)]
        priced = [q for q in quotes if q is not None]
        common = {basis: set.intersection(*({y for b, y in q if b == basis} for q in priced)) for basis, _ in priced[0]}
        basis, years = max(sorted(common.items()), key=lambda item: len(item[1]))
        if not years:
            raise OracleError(f"{self.rows[0]['id']}: no year in common")
        mean = lambda values: sum(values) / len(values)
        price = lambda q: mean([mean(q[basis, year]) for year in years])
        return [Fraction(0) if q is None else price(q) * self.quantity(row) for row, q in zip(self.rows, quotes)]

    def quotes(self, row):
        """{((currency, vat), year): prices per reference unit}, of where the process is, then of its country."""
        product, region = self.products[row["product"]], row.need("region")
        mass = product.exact("mass_kg") if product["mass_kg"] else None
        for place in dict.fromkeys([region, region.split("-")[0]]):
            for origin in (place, ""):
                found = {}
                for price in self.tables("prices"):
                    if price["product"] != row["product"] or price["origin"] != origin or price["region"] not in ("", place):
                        continue
                    quantity = price.exact("quantity") if price["quantity"] else 1
                    per = price.exact("amount") / quantity / self.units.ratio(price["unit"], product["unit"], mass)
                    found.setdefault(((price["currency"], price["vat"]), price.year("date")), []).append(per)
                if found:
                    return found
        raise OracleError(f"no price of {row['product']} at {row['id']}")

    def property_of(self, row, name):
        """How much of a property all that it makes of a product has."""
        stated = [p for p in self.tables("properties") if (p["property"], p["product"]) == (name, row["product"])]
        own = [p for p in stated if p["process"] == row["id"]] or [p for p in stated if not p["process"]]
        if own:
            base = next(p["unit"] for p in self.tables("properties") if p["property"] == name)
            return own[0].exact("amount") * self.units.ratio(own[0]["unit"], base) * self.quantity(row)
        product = self.products[row["product"]]
        if name == "mass_kg" and product["mass_kg"]:
            return product.exact("mass_kg") * self.quantity(row)
        if name == "mass_kg":
            return self.units.ratio(product["unit"], "kg") * self.quantity(row)
        raise OracleError(f"no {name} of {row['product']}")

    def stands_for(self, row):
        others = [p for p in self.tables("processes") if p["id"] == row["displaces"]]
        same = [p for p in others if p["product"] == row["product"]] or others
        if len(same) != 1:
            raise OracleError(f"{row['id']} displaces {len(same)} products")
        product = self.products[same[0]["product"]]
        if row["displaced_amount"]:
            amount = row.float("displaced_amount")
        else:
            amount = self.units.convert(row.float("amount"), row["unit"], product["unit"])
        return same[0]["id"], same[0]["product"], amount
