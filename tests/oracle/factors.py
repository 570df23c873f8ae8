"""Factor sets: which factor an intervention takes, and its value at the target."""

from fractions import Fraction

from money import FACTOR, power, rounded
from tables import OracleError

BOUNDS = ("lower", "central", "upper")


class FactorSet:
    """One factor set and variant."""

    def __init__(self, library, name, variant, indicators, units, regions, level, outside):
        self.dataset = library.get("factors", name)
        head = self.dataset.manifest["factors"]
        variants = head.get("variants", [])
        if variant and variant not in variants:
            raise OracleError(f"{name} has no variant {variant!r}; there are {variants}")
        self.variant = variant or (variants[0] if variants else "")
        self.head, self.groups = head, head.get("groups", {})
        self.valid_in = head.get("valid_in", ["001"])
        self.indicators, self.units, self.regions, self.level, self.outside = indicators, units, regions, level, outside
        self.rows = {}  # (indicator, method, region, row is for one variant): rows, a path over emission years
        for row in self.dataset.table("factors"):
            if row["variant"] in ("", self.variant):
                key = row.need("indicator"), row["method"], row["region"], row["variant"] != ""
                self.rows.setdefault(key, []).append(row)
        self.exclusive = self.dataset.table("exclusive")
        self.cache = {}

    def factor(self, indicator, method, region, year):
        """(lower, central, upper) at the target per unit of the indicator, or None where it is unpriced."""
        key = indicator, method, region, year
        if key not in self.cache:
            path, transfer = self.find(indicator, method, region)
            self.cache[key] = path and tuple(self.moved(path, b, year, transfer) for b in BOUNDS)
        return self.cache[key]

    def find(self, indicator, method, region):
        """The rows that hold for a place, and the region to transfer the value to, if any."""
        above = self.regions.above(region, self.groups)
        reference = self.head.get("income", {}).get("region")
        moves = reference is not None and reference not in above
        for code in above:
            # a row of that very region, else one without a region where the set is valid;
            # a factor bound to the method before one bound to none; one of the variant before one of all
            for place in [code] + [""] * (code in self.valid_in):
                path = self.bound(indicator, method, place)
                if path:
                    # a row for a region of its own is the value there, not at the reference
                    own = path[0]["region"] not in ("", reference)
                    return path, region if moves and not own and path[0]["transfer"] == "income" else None
        path = None
        if self.outside != "unpriced" and not set(above) & set(self.valid_in):
            # what holds wherever the set is valid, else what holds at the reference
            path = self.bound(indicator, method, "") or self.bound(indicator, method, reference)
        if path is None or path[0].need("transfer") == "none":
            return None, None
        if self.outside == "transfer" and path[0]["transfer"] == "income":
            return (path, region) if reference is not None else (None, None)
        return path, None

    def bound(self, indicator, method, place):
        for its_method in dict.fromkeys((method, "")):
            for of_variant in (True, False):
                if (indicator, its_method, place, of_variant) in self.rows:
                    return self.rows[indicator, its_method, place, of_variant]
        return None

    def moved(self, path, bound, year, transfer):
        """Published value, emission year, income transfer, price level, unit: exact, then rounded once."""
        row = path[0]
        value = self.at(path, bound, year)
        currency = row["currency"] or self.head["currency"]
        price_year = row.year("price_year") or int(self.head["price_year"])
        if transfer:
            value *= self.income_ratio(transfer, bound, price_year)
        indicator_unit = self.indicators[row["indicator"]]["unit"]
        if indicator_unit == "money":  # a ratio, never moved
            if row.need("unit") != "money":
                raise OracleError(f"{row['indicator']} is in money, its factor per {row['unit']}")
            return rounded(value, FACTOR)
        ppp = row.need("transfer") == "ppp"
        value = self.level.move(value, currency, price_year, self.head.get("index"), ppp)
        return rounded(value * self.units.ratio(indicator_unit, row.need("unit")), FACTOR)

    def at(self, path, bound, year):
        """The published value of an emission year."""
        table = {r.year("emission_year"): r.exact(bound if r[bound] else "central") for r in path}
        if None in table:
            if len(table) > 1:
                raise OracleError(f"{path[0]['indicator']}: rows with and without emission_year")
            return table[None]
        if year in table:
            return table[year]
        before, after = [y for y in table if y < year], [y for y in table if y > year]
        how = self.head.get("interpolation", "none")
        if how == "none" or not before or not after:
            raise OracleError(f"{self.dataset.id}: no factor of {path[0]['indicator']} for emission year {year}")
        t0, t1 = max(before), min(after)
        v0, v1, part = table[t0], table[t1], Fraction(year - t0, t1 - t0)
        if how == "linear" or v0 == v1 or v0 <= 0 or v1 <= 0:  # without a rate of growth the line is straight
            return v0 + (v1 - v0) * part
        return v0 * power(v1 / v0, part)

    def income_ratio(self, region, bound, year):
        income = self.head.get("income")
        if income is None:
            raise OracleError(f"{self.dataset.id} declares no income transfer")
        elasticity = income["elasticity"]
        elasticity = elasticity[bound] if isinstance(elasticity, dict) else elasticity
        ratio = self.level.income(region, year) / self.level.income(income["region"], year)
        return power(ratio, Fraction(str(elasticity)))


class Composite:
    """A named set that takes each indicator from one factor set."""

    def __init__(self, dataset, library, *rest):
        self.exclusive = list(dataset.table("exclusive"))
        self.parts, sets = {}, {}
        for row in dataset.table("composite"):
            key = row.need("set"), row["variant"]
            if key not in sets:
                sets[key] = FactorSet(library, *key, *rest)
            self.parts[row.need("indicator")] = sets[key]
        for (name, _), part in sets.items():  # the groups of the parts, of the indicators taken from them
            for row in part.exclusive:
                if self.parts.get(row.need("indicator")) is part:
                    self.exclusive.append(type(row)("exclusive", {**row, "group": f"{name}/{row['group']}"}))

    def factor(self, indicator, method, region, year):
        part = self.parts.get(indicator)
        return part and part.factor(indicator, method, region, year)


def open_set(library, name, *rest):
    """`SET` or `SET:VARIANT`; a folder's path serves as a name."""
    name, _, variant = name.partition(":")
    dataset = library.get("factors", name)
    if dataset.table("composite"):
        return Composite(dataset, library, *rest)
    return FactorSet(library, name, variant, *rest)
