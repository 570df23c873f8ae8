"""Decimals at fixed scales, and moving money between years and currencies."""

from decimal import Decimal, localcontext
from fractions import Fraction

from tables import OracleError

BOOK = 12  # digits of a stored amount
FACTOR = 18  # digits of a moved factor, intervention or payment


def rounded(value, digits):
    """Half-even, once. Python's round() of a Fraction is half-even."""
    return Fraction(round(value * 10**digits), 10**digits)


def nearest(value):
    """The double nearest to an exact value, as a fraction. Division of integers rounds correctly."""
    return Fraction(value.numerator / value.denominator)


def plain(value):
    """A book amount as a plain decimal without trailing zeros."""
    units = value * 10**BOOK
    assert units.denominator == 1, "not at the book scale"
    whole, part = divmod(abs(units.numerator), 10**BOOK)
    text = f"{whole}.{part:012d}".rstrip("0").rstrip(".")
    return "-" + text if units < 0 else text


def power(base, exponent):
    """base ** exponent, rounded half-even to 1e-12; exact for whole exponents."""
    if base <= 0:
        raise OracleError(f"no real power of {base}")
    if exponent.denominator == 1:
        return rounded(base**exponent.numerator, 12)
    with localcontext() as context:
        context.prec = 80
        decimal = lambda f: Decimal(f.numerator) / Decimal(f.denominator)
        return rounded(Fraction(decimal(base) ** decimal(exponent)), 12)


class PriceLevel:
    """The target: a currency and a price year, with the tables that lead there."""

    def __init__(self, library, currency, year, convert_first=False):
        self.currency, self.year, self.convert_first = currency, year, convert_first
        self.indices, self.general = {}, {}  # id: (currency, {year: value}); currency: ids
        for d in library.of_kind("index"):
            currency_of = d.manifest["index"]["currency"]
            self.indices[d.id] = currency_of, {r.year("year"): r.exact("value") for r in d.table("index")}
            if d.manifest["index"].get("general", True):  # false: only for the sets that name it
                self.general.setdefault(currency_of, []).append(d.id)
        self.rates = []  # (id, base, type, {(currency, year): units per base})
        for d in library.of_kind("rates"):
            table = {(r.need("currency"), r.year("year")): r.exact("units_per_base") for r in d.table("rates")}
            self.rates.append((d.id, d.manifest["rates"]["base"], d.manifest["rates"]["type"], table))
        self.incomes = {
            (r.need("region"), r.year("year")): r.exact("value")
            for d in library.of_kind("income")
            for r in d.table("income")
        }

    def move(self, value, currency, year, index=None, ppp=False):
        """`value` of `currency` in `year`, at the target: exact."""
        if self.convert_first:
            return value * self.rate(currency, year, ppp) * self.inflation(self.currency, year, index)
        return value * self.inflation(currency, year, index) * self.rate(currency, self.year, ppp)

    def inflation(self, currency, year, named=None):
        """Index ratio from `year` to the price year: the named index if it is of that currency, else the first."""
        if year == self.year:
            return Fraction(1)
        if named is not None and named not in self.indices:
            raise OracleError(f"no index {named!r}")
        of_currency = self.general.get(currency, [])
        if named is not None and self.indices[named][0] == currency:
            of_currency = [named]
        if not of_currency:
            raise OracleError(f"no index for {currency}: cannot move {currency}{year} to {self.year}")
        table = self.indices[of_currency[0]][1]
        for wanted in (year, self.year):
            if wanted not in table:
                raise OracleError(f"index {of_currency[0]} has no year {wanted}")
        return table[self.year] / table[year]

    def rate(self, currency, year, ppp=False):
        """Units of the target currency per unit of `currency`: the first table, by name, that has both; else two."""
        if currency == self.currency:
            return Fraction(1)
        kind = "ppp" if ppp else "market"
        tables = [(base, table) for _, base, its_kind, table in sorted(self.rates, key=lambda r: r[0]) if its_kind == kind]

        def units(base, table, code):
            return Fraction(1) if code == base else table.get((code, year))

        def between(base, table, one, other):
            pair = units(base, table, one), units(base, table, other)
            return None if None in pair or not any(y == year for _, y in table) else pair[1] / pair[0]

        for base, table in tables:
            found = between(base, table, currency, self.currency)
            if found is not None:
                return found
        for base, table in tables:  # through the base of the first table that knows the currency
            if units(base, table, currency) is not None:
                first = between(base, table, currency, base)
                rest = [between(b, t, base, self.currency) for b, t in tables]
                rest = [r for r in rest if r is not None]
                if first is not None and rest:
                    return first * rest[0]
        raise OracleError(f"no {kind} rate from {currency} to {self.currency} in {year}")

    def income(self, region, year):
        """GDP per head of a place; a site has that of its country."""
        for code in (region, region.split("-")[0]):
            if (code, year) in self.incomes:
                return self.incomes[code, year]
        raise OracleError(f"no income of {region} in {year}")
