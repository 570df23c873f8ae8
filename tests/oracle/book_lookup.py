"""The unit costs that the tables of a price book give, by the rules that its documentation states; needs pyarrow."""

from fractions import Fraction

from lines import Rejected
from money import BOOK, rounded


class Book:
    def __init__(self, path):
        import pyarrow as arrow

        file = arrow.ipc.open_file(str(path))
        self.head = {key.decode().removeprefix("truecost."): value.decode() for key, value in file.schema.metadata.items()}
        (tables,) = file.read_all().to_pylist()
        self.tables = tables
        self.indicators = [row["id"] for row in tables["indicators"]]
        self.product = {row["id"]: at for at, row in enumerate(tables["products"])}
        self.place = {row["code"]: at for at, row in enumerate(tables["places"])}
        self.cells = {(row["product"], row["place"], row["year"]): (at, row) for at, row in enumerate(tables["cells"])}
        self.costs, self.footprints = {}, {}
        for row in tables["costs"]:
            self.costs.setdefault(row["cell"], []).append(row)
        for row in tables["footprints"]:
            self.footprints.setdefault(row["product"], []).append(row)
        self.factors = {(r["place"], r["year"], r["indicator"], r["method"]): r for r in tables["factors"]}

    def up(self, place):
        """A place, all that contain it, and none."""
        while place is not None:
            yield place
            place = self.tables["places"][place]["parent"]
        yield None

    def of(self, product, origin, year):
        """{indicator: ((lower, central, upper), paid)} of a unit; {} if the book has none."""
        product, place = self.product[product], self.place.get(origin or None)
        if origin and place is None:  # a site that the book does not know
            place = self.place[origin.partition("-")[0]]
        for at in self.up(place):
            for when in (year, None):
                if (product, at, when) in self.cells:
                    cell, _ = self.cells[product, at, when]
                    return {self.indicators[row["indicator"]]: (bounds(row), Fraction(row["paid"]))
                            for row in self.costs.get(cell, [])}  # fmt: skip
        costs = {}
        for row in self.footprints.get(product, []):
            factor = self.factor(row, place, year)
            if factor is None or factor["central"] is None:
                continue
            amount = Fraction(row["amount"])
            money = tuple(rounded(amount * factor, BOOK) for factor in bounds(factor))
            costs[self.indicators[row["indicator"]]] = money, Fraction(row["paid"])
        return costs

    def factor(self, footprint, place, year):
        wanted = footprint["indicator"], footprint["method"]
        own = year if footprint["year"] is None else footprint["year"]
        for at in self.up(place):
            for when in (own, None):
                if (at, when, *wanted) in self.factors:
                    return self.factors[at, when, *wanted]
        return None


def bounds(row):
    return tuple(Fraction(row[name]) for name in ("lower", "central", "upper"))


def compare(path, costs, places=(), years=()):
    """Differences between what a book gives and what the dataset does, of all products at these places and years."""
    book = Book(path)
    default = int(book.head["default_year"])
    if "first_year" in book.head:
        years = [int(book.head["first_year"]), int(book.head["last_year"]), default]
    else:
        years = [default]
    mistakes = []
    if set(book.product) != set(costs.origins):
        mistakes.append(f"the products of the book are {sorted(book.product)}, not {sorted(costs.origins)}")
    for product, own in costs.origins.items():
        for origin in sorted({*(own - {"origin"}), *places, "NL", "CO-HUI", "KE-30", "155", "001", ""}):
            for year in sorted(set(years)):
                try:
                    wanted = costs.of(product, origin, year)[0]
                except Rejected as why:
                    if why.why[0] == "ambiguous-origin":
                        continue
                    wanted = {}
                found = book.of(product, origin, year)
                if not origin and not found and len(own) == 1 and "origin" not in own:
                    found = book.of(product, next(iter(own)), year)
                if found != wanted:
                    mistakes.append(f"book: {product} from {origin or 'nowhere'} in {year} is {found}, not {wanted}")
    return mistakes
