"""What a unit of a product costs, by the place and the year that a line states; and what cells of lines mean."""

import re
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from factors import Composite, open_set
from measures import Regions, Units
from money import PriceLevel
from recompute import Causes, Chain, causes_of, cost_of, process_of
from solve import solve
from tables import Library, OracleError

LINE = 6  # digits of a line
LARGEST = 10**12  # no amount of a line is as large
LEVELS = ("site", "country", "group", "intermediate region", "subregion", "region", "world")


class Rejected(Exception):
    """Why a line has no costs: a word, and the role of the column at fault."""

    def __init__(self, reason, role):
        super().__init__(reason)
        self.why = reason, role


class Places:
    """Codes of places, and what contains what."""

    def __init__(self, library):
        rows = [row for d in library.of_kind("regions") for row in d.table("regions")]
        self.level = {row.need("code"): row["level"] for row in rows}
        self.parent = {row.need("code"): row["parent"] for row in rows}

    def known(self, code):
        if code in self.level:
            return True
        country, dash, part = code.partition("-")
        return bool(dash) and self.level.get(country) == "country" and bool(re.fullmatch("[A-Za-z0-9]{1,3}", part))

    def up(self, code):
        """The place and all that contain it, narrowest first."""
        out = []
        while code:
            out.append(code)
            code = self.parent.get(code, code.partition("-")[0] if "-" in code else "")
        return out


class UnitCosts:
    """Costs per unit by product, origin and year: found by valuing the dataset there and then."""

    def __init__(self, supply, datasets, factors=None, currency=None, year=None, emission_year=None, netting=False,
                 outside="unpriced", order="inflate-first"):  # fmt: skip
        library = datasets if isinstance(datasets, Library) else Library(datasets)
        self.supply = library.get("supply", supply)
        defaults = self.supply.manifest.get("defaults", {})
        factors, currency = factors or defaults.get("factors"), currency or defaults.get("currency")
        self.year = int(year or defaults.get("year") or 0)
        if not (factors and currency and self.year):
            raise OracleError("factors, currency and year are needed")
        self.fixed = int(emission_year) if emission_year else None
        self.netting = netting
        self.units, self.regions, self.places = Units(library), Regions(library), Places(library)
        self.level = PriceLevel(library, currency, self.year, order == "convert-first")
        tables = [*library.of_kind("indicators"), self.supply]
        self.indicators = {row.need("id"): row for d in tables for row in d.table("indicators")}
        self.factors = Forgiving(
            open_set(library, factors, self.indicators, self.units, self.regions, self.level, outside)
        )
        self.outside = outside
        self.chain = Chain(self.supply, self.units)
        self.origins = {}  # product: its places, `origin` among them
        stating = {row["process"] for row in self.supply.table("interventions") if row["amount"]}
        zero = self.supply.manifest.get("supply", {}).get("absent_interventions") == "zero"
        for product, place in self.chain.pairs:
            self.origins.setdefault(product, set()).add(place)
        for product, places in self.origins.items():
            # A process of the place `origin` that states nothing says nothing of a product that is made somewhere.
            if len(places) > 1 and "origin" in places and not zero:
                if not stating & self.chain.pairs[product, "origin"].keys():
                    places.discard("origin")
        self.method = self.supply.manifest.get("defaults", {}).get("method", "")
        self.known, self.excluded, self.strict = {}, {}, False

    def default_year(self):
        return self.fixed or self.year

    def of(self, product, origin, year):
        """{indicator: ((lower, central, upper), paid)}, fallback, unpriced indicators. `origin`: '' if not stated."""
        places = self.origins[product]
        made = places - {"origin"}
        pair, place, fallback = None, origin or "001", ""
        if origin == "" and "origin" not in places:
            if len(made) > 1:
                raise Rejected("ambiguous-origin", "origin")
            pair = product, next(iter(made))
        for code in self.places.up(origin) if origin else ():
            if code in made:
                pair, fallback = (product, code), "" if code == origin else f"origin {code}"
                break
        if pair is None:
            if "origin" not in places:
                raise Rejected("other-origin", "origin")
            pair = product, "origin"
        if pair[1] != "origin":  # what it takes from the place `origin` comes from where it is made
            place = pair[1]
        costs, unpriced = self.valued(pair, place, year)
        if not costs:
            raise Rejected("no-factor", "product")
        if pair[1] == "origin":
            stands_in = self.stand_ins(pair, place, year, origin)
            fallback = "factors " + stands_in if stands_in else ""
        return costs, fallback, unpriced

    def valued(self, pair, place, year):
        key = pair, place, year
        if key not in self.known:
            self.known[key] = self.value(pair, place, year)
        return self.known[key]

    def value(self, pair, place, year):
        reach = self.chain.reach(pair)
        only = {process_of(node) for node in reach}
        self.factors.stated = place if pair[1] == "origin" and not self.strict else None
        causes = Causes(self.supply, self.chain, self.indicators, self.factors, self.units, self.level, year, place, only)
        rows = {id: self.chain.rows[id] for id in reach}
        solution = solve(rows, {id: causes.rhs[id] for id in reach})
        y, stated, priced = causes_of(pair, self.chain, causes, solution)
        if self.supply.manifest.get("supply", {}).get("absent_interventions") == "zero":
            priced = self.priced_with_zeros(reach, causes, place, year)
        costs = {}
        for k in priced:
            bounds = [cost_of(k, y, bound, self.indicators) for bound in (0, 1, 2)]
            costs[k] = tuple(cost for cost, _ in bounds), bounds[0][1]
        unpriced = {row["indicator"] for row, at, when in self.stated(reach, place, year) if not self.has_factor(row, at, when)}
        self.excluded[pair, place, year] = causes.excluded
        return costs, unpriced

    def stated(self, reach, place, year):
        """Rows with an amount of the processes of a chain, where and when each is valued."""
        processes = {process_of(node): self.chain.processes[node] for node in reach}
        for row in self.supply.table("interventions"):
            if row["process"] in processes and row["amount"] != "":
                process = processes[row["process"]]
                at = place if process["region"] == "origin" else process["region"]
                yield row, at, process.year("period") or year

    def has_factor(self, row, at, when):
        return self.factors.factor(row["indicator"], row["method"] or self.method, at, when) is not None

    def stand_ins(self, pair, place, year, origin):
        """How many indicators have a factor of a wider place than the one a line states, by level, the widest first."""
        excluded, found = self.excluded[pair, place, year], set()
        self.factors.stated = place
        for row, at, when in self.stated(self.chain.reach(pair), place, year):
            if self.has_factor(row, at, when) and (row["process"], row["subject"], row["indicator"]) not in excluded:
                found.add((row["indicator"], self.stands_in(row["indicator"], row["method"] or self.method, at, origin)))
        counts = {}
        for _, word in found:
            counts[word] = counts.get(word, 0) + 1
        width = lambda word: LEVELS.index(word.removeprefix("outside").strip() or "site")
        words = sorted((word for word in counts if word), key=lambda word: (-width(word), word))
        return ", ".join(f"{word} {counts[word]}" for word in words)

    def priced_with_zeros(self, reach, causes, place, year):
        """What has a price where absent rows mean zero: what has an amount with a factor; and, at 0, what no process
        leaves open and nothing leaves without a factor, as far as the set has one at all."""
        rows = self.supply.table("interventions")
        closed = {row["indicator"] for row in rows if row["process"] in {process_of(n) for n in reach} and row["amount"] == ""}
        priced = set()
        for row, at, when in self.stated(reach, place, year):
            if not self.has_factor(row, at, when):
                closed.add(row["indicator"])
            elif (row["process"], row["subject"], row["indicator"]) not in causes.excluded:
                priced.add(row["indicator"])
        return priced | {k for k in {row["indicator"] for row in rows} - closed if self.factors.has(k)}

    def stands_in(self, indicator, method, at, place):
        """The level of the region whose factor is that of a place; '' if it is of the place or its country, or of no
        region."""
        part = self.factors.part(indicator)
        path, _ = part.find(indicator, method, at)
        region = path[0]["region"]
        outside = "" if self.is_inside(at, part) else "outside"
        if region in ("", place) or region not in self.regions.above(at, part.groups):
            return outside
        level = self.places.level.get(region, "group" if region in part.groups else "site")
        level = "intermediate region" if level == "intermediate" else level
        if level in ("site", "country"):
            return outside
        return f"{outside} {level}".strip()

    def is_inside(self, at, part):
        return bool(set(self.regions.above(at, part.groups)) & set(part.valid_in))


class Forgiving:
    """A factor set for which a figure that is missing for the place that a line states is no factor there."""

    def __init__(self, factors):
        self.factors, self.exclusive, self.stated = factors, factors.exclusive, None

    def factor(self, indicator, method, region, year):
        try:
            return self.factors.factor(indicator, method, region, year)
        except OracleError:
            if region == self.stated:
                return None
            raise

    def has(self, indicator):
        if isinstance(self.factors, Composite):
            return indicator in self.factors.parts
        return any(key[0] == indicator for key in self.factors.rows)

    def part(self, indicator):
        return self.factors.parts[indicator] if isinstance(self.factors, Composite) else self.factors


NUMBER = re.compile(r"[+-]?(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?")


def number(text, role):
    """A plain decimal of at most 60 digits before or after its point."""
    match = NUMBER.fullmatch(text)
    if not match or not re.search(r"^[+-]?\.?\d", text) or not text.isascii():
        raise Rejected("bad-value", role)
    part, exponent = match[2] or "", int(match[3] or 0)
    if len(match[1] + part) > 60 or abs(exponent - len(part)) > 60:
        raise Rejected("bad-value", role)
    try:
        return Fraction(Decimal(text))
    except InvalidOperation:
        raise Rejected("bad-value", role) from None


def year_of(text):
    """The year of 2024, 2024-03 or 2024-03-15."""
    match = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", text, re.ASCII)
    if not match:
        raise Rejected("bad-value", "year")
    year, month, day = int(match[1]), int(match[2] or 1), int(match[3] or 1)
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    if not (1 <= month <= 12 and 1 <= day <= days[month - 1]):
        raise Rejected("bad-value", "year")
    return year
