#!/usr/bin/env python3
"""Makes up small datasets, factor sets and lines from seeds, prices them with `truecost`, and audits every line.

    fuzz_lines.py target/debug/truecost 1 20          seeds 1 to 20
    fuzz_lines.py target/debug/truecost 7 --keep DIR  seed 7, its files stay in DIR

Chains with loops, mixes, credits, benefits and payments; products of several places and of the place `origin`; factors
by region, method, variant and emission year, exclusive ones, income transfer; lines with cells that are wrong in every
way. Prints what was seen; with mistakes it prints them and exits with 1.
"""

import csv
import re
import subprocess
import sys
import tempfile
from collections import Counter
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from random import Random

from audit_lines import Auditor, read
from book_lookup import compare
from lines import UnitCosts
from tables import Dataset, Library, OracleError

ROOT = Path(__file__).resolve().parents[2]
HEAD = 'title="t"\nproducer="p"\ncitation="c"\nversion="1"\ngeography="NL"\nlicence={name="CC0-1.0", redistribute=true}\n'
INDICATORS = {
    "climate-change": ("kg CO2-eq", "t CO2-eq", "g CO2-eq"), "acidification": ("kg SO2-eq", "g SO2-eq"),
    "co2-to-air": ("kg CO2", "t CO2"), "ch4-to-air": ("kg CH4", "g CH4"), "nox-to-air": ("kg NOx", "t NOx"),
    "water-use": ("m3", "L"), "child-labour-hazardous": ("h", "min"), "carbon-offset": ("kg CO2-eq", "t CO2-eq"),
    "wage-gap-below-living": ("USD2020", "EUR2022", "CHF2021"), "land-occupation": ("m2.a",),
}  # fmt: skip
MADE_IN = ("NL", "DE", "CO", "CO-HUI", "KE", "BR", "US", "150")
REGIONS = ("", "", "001", "150", "155", "019", "202", "NL", "CO", "CO-HUI", "KE", "EU27")
FROM = (*MADE_IN, "NL-UT", "KE-30", "155", "001", "FR", "TZ", "", "", "202", "JP")
PATHS = ((2015, 2030), (2016, 2020, 2027), (2018, 2022, 2025, 2026))


class Maker:
    def __init__(self, seed, root):
        self.random, self.root, self.seed = Random(seed), root, seed
        self.lines_seen = 0

    def one(self, *of):
        return self.random.choice(of)

    def rarely(self, times):
        return self.random.randrange(times) == 0

    def amount(self, low=-4, high=4):
        """A positive decimal of any size and few or many digits."""
        kind = self.random.randrange(5)
        if kind == 0:
            return self.one("1", "2", "0.5", "0.25", "1.5", "0.125", "10", "1000")
        digits = self.random.randrange(1, 10) if kind < 4 else self.random.randrange(10, 17)
        number = Decimal(self.random.randrange(1, 10**digits)).scaleb(self.random.randint(low, high) - digits)
        return f"{number:f}"

    def table(self, folder, name, header, rows):
        path = self.root / folder / f"{name}.csv"
        with open(path, "w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows([header.split(","), *rows])

    def manifest(self, folder, kind, more=""):
        (self.root / folder).mkdir(parents=True, exist_ok=True)
        (self.root / folder / "manifest.toml").write_text(f'kind = "{kind}"\n{HEAD}{more}', "utf-8")

    # factors

    def factors(self):
        """The factor set, as it is named on the command line."""
        priced = {name: self.factor_set(name) for name in ("one", "two")}
        self.manifest("shelf/reference/gdp", "income")
        years = [(region, year, value) for year in range(2018, 2025) for region, value in
                 (("EU27", 47000 + year), ("NL", 60000), ("DE", 55000), ("CO", 16500), ("KE", 5100 + year), ("US", 76000))]  # fmt: skip
        self.table("shelf/reference/gdp", "income", "region,year,value,source,verification",
                   [(*row, "s", "primary") for row in years])  # fmt: skip
        if self.rarely(5):
            self.manifest("shelf/factors/both", "factors")
            own = [(k, [name for name in priced if k in priced[name]]) for k in INDICATORS if not self.rarely(5)]
            parts = [(k, self.one(*names), self.one("", "b")) for k, names in own if names]
            self.table("shelf/factors/both", "composite", "indicator,set,variant", parts)
            return "both"
        if self.rarely(5):
            return self.one("ce-delft-2024", "true-price-2025", "uba-2025")
        return self.one("one", "one:b", "two")

    def factor_set(self, name):
        everywhere = self.random.randrange(3) > 0
        valid = ["001"] if everywhere else self.one(["EU27", "CO", "KE"], ["EU27"], ["150", "019"])
        inside = {"EU27": ("NL", "EU27"), "CO": ("CO", "CO-HUI"), "KE": ("KE",), "150": ("150", "155", "NL"), "019": ("019", "CO")}
        regions = REGIONS if everywhere else ("", "", *(r for area in valid for r in inside[area]))
        interpolation = self.one("none", "linear", "geometric")
        income = 'income = { region = "EU27", elasticity = { lower = "0.3", central = "0.65", upper = "1" } }\n'
        currency, index = self.one(("EUR", "hicp-euro-area"), ("USD", "us-cpi-u"))
        head = f'[factors]\ncurrency = "{currency}"\nprice_year = {self.one(2020, 2021, 2023)}\nindex = "{index}"\n'
        head += f'valid_in = {valid}\nvat = "none"\nvariants = ["a", "b"]\ninterpolation = "{interpolation}"\n'.replace("'", '"')
        has_income = self.rarely(2) and "EU27" in (valid if not everywhere else ("EU27",))
        head += (income if has_income else "") + '[factors.groups]\nEU27 = ["NL", "DE", "FR"]\n'
        self.manifest(f"shelf/factors/{name}", "factors", head)
        rows = []
        for k, units in INDICATORS.items():
            if self.rarely(6):
                continue
            unit = "money" if k.startswith("wage") else self.one(*units)
            # Both methods have rows for the same regions: which comes first, method or region, is not in question here.
            methods = ("", "EF 3.0") if self.rarely(3) else (self.one("", "", "", "EF 3.0"),)
            for region in sorted({self.one(*regions) for _ in range(self.random.randint(1, 4))}):
                steps = (None,)
                if self.rarely(3):
                    steps = range(2015, 2031) if interpolation == "none" else self.one(*PATHS)
                transfer = self.one("global", "global", "income", "none" if region else "global")
                for method in methods:
                    for variant in ("a", "b") if self.rarely(4) else ("",):
                        for step in steps:
                            sign = "-" if k == "nox-to-air" else ""
                            # A power of a large ratio, rounded to 12 decimals, is not always what a double gives.
                            amount = lambda: sign + (self.one("1", "1.5", "2.25", "0.7", "3") if step else self.amount(-3, 3))
                            bounds = [amount() if self.rarely(2) else "" for _ in "ab"]
                            rows.append((k, variant, bounds[0], amount(), bounds[1], unit, region, step or "", transfer,
                                         method, "s", "primary"))  # fmt: skip
        if not rows:
            rows = [("climate-change", "", "", "0.1", "", "kg CO2-eq", "", "", "global", "", "s", "primary")]
        header = "indicator,variant,lower,central,upper,unit,region,emission_year,transfer,method,source,verification"
        self.table(f"shelf/factors/{name}", "factors", header, rows)
        if self.rarely(3):
            exclusive = [("gas", "1", "climate-change"), ("gas", "2", "co2-to-air"), ("gas", "2", "ch4-to-air"),
                         ("air", "1", "acidification"), ("air", "2", "nox-to-air")]  # fmt: skip
            exclusive = [row for row in exclusive if row[2] in {own[0] for own in rows}]
            self.table(f"shelf/factors/{name}", "exclusive", "group,rank,indicator", exclusive)
        return {row[0] for row in rows}

    # supply

    def supply(self, factors):
        zero = '[supply]\nabsent_interventions = "zero"\n' if self.rarely(5) else ""
        method = 'method = "EF 3.0"\n' if self.rarely(6) else ""
        currency, year = self.one("EUR", "EUR", "USD", "CHF"), self.one(2022, 2023, 2024)
        self.year = year
        defaults = f'[defaults]\nfactors = "{factors}"\ncurrency = "{currency}"\nyear = {year}\n{method}'
        self.manifest("supply/made-up", "supply", defaults + zero)
        products, self.units = [], {}
        for at in range(self.random.randint(3, 8)):
            unit, mass = self.one(("kg", ""), ("kg", ""), ("g", ""), ("t", ""), ("box", "18.14"), ("[lb_av]", ""), ("kW.h", ""), ("L", "0.98"))
            self.units[f"p{at}"] = unit
            products.append((f"p{at}", f"Product {at // 2}", self.one("", "grain", "dairy"), unit, mass))
        self.table("supply/made-up", "products", "id,name,category,unit,mass_kg", products)
        processes, pairs = [], {}
        for product, _, _, unit, _ in products:
            places = {self.one(*MADE_IN) for _ in range(self.one(1, 1, 2, 3))} if not self.rarely(3) else set()
            places |= {"origin"} if not places or self.rarely(6) else set()
            for place in sorted(places):
                shares = self.one(("",), ("",), ("",), ("0.25", "0.75"), ("0.333333333", "0.333333333", "0.333333333"))
                for part, share in enumerate(shares):
                    id = f"{product}-{place}-{part}".lower()
                    period = self.one("", "", "2021", "2019-05")
                    processes.append((id, product, self.amount(-1, 3), unit, place, period, self.one("farm", "mill"), share))
                    pairs.setdefault((product, place), []).append(id)
        self.table("supply/made-up", "processes", "id,product,amount,unit,region,period,stage,share", processes)
        self.made_in = {product: [place for other, place in pairs if other == product] for product in self.units}
        self.inputs(processes, pairs)
        self.interventions(processes)
        return [*{place for _, place in pairs}]

    def inputs(self, processes, pairs):
        rows = []
        for id, product, amount, _, region, *_ in processes:
            if region == "origin":  # a published footprint: it takes nothing
                continue
            taken = set()
            for _ in range(self.random.randint(0, 3)):
                (supplied, place), suppliers = self.one(*pairs.items())
                if supplied in taken or (supplied == product and not self.rarely(3)):
                    continue
                taken.add(supplied)
                # In reference units a tenth of what is made, at most: loops stay productive.
                part = Decimal(amount) * Decimal(self.random.randrange(1, 250)) / 1000
                part = -part if self.rarely(12) else part
                only = sum(other == supplied for other, _ in pairs) == 1
                by_id = self.rarely(3) or (place == "origin" and not only)
                place = "" if only and (place == "origin" or self.rarely(3)) else place
                rows.append((id, supplied, f"{part:f}", self.units[supplied], "" if by_id else place,
                             self.one(*suppliers) if by_id else "", "yes" if self.rarely(15) else ""))  # fmt: skip
        self.table("supply/made-up", "inputs", "process,product,amount,unit,origin,supplier,cutoff", rows)

    def interventions(self, processes):
        rows, paid = [], []
        for id, _, _, _, _, period, *_ in processes:
            for k in self.random.sample([*INDICATORS], self.random.randint(0, 5)):
                for subject in ("", "lorry") if self.rarely(8) else ("",):
                    amount = "" if self.rarely(12) else ("-" if self.rarely(10) else "") + self.amount()
                    method = self.one("", "", "", "EF 3.0") if self.rarely(2) else ""
                    rows.append((id, k, amount, self.one(*INDICATORS[k]), subject, method))
                if self.rarely(5):
                    year = self.one("2020", "2022") if not period or self.rarely(2) else ""
                    paid.append((id, k, self.amount(-2, 2), self.one("EUR", "USD", "CHF"), year, "s"))
        self.table("supply/made-up", "interventions", "process,indicator,amount,unit,subject,method", rows)
        if paid:
            self.table("supply/made-up", "paid", "process,indicator,amount,currency,year,source", paid)

    # lines

    def lines(self, count, years, roles):
        first, last = years or (2015, 2027)
        self.bad = self.one(8, 15, 40)
        rows = []
        for at in range(count):
            product = self.one(*self.units)
            own = self.units[product]
            cells = {
                "product": self.cell(product, "p99", "", "P0", "p 1"),
                "quantity": self.quantity(),
                "unit": self.cell(self.one(own, own, "kg", "g", "t", "lb", "[lb_av]"), "furlong", "", "h", "kkg", "box"),
                "origin": self.cell(self.where(product), "XX", "NL-", "nl", "Netherlands", "EU27", "DE-BERLIN", "origin"),
                "price": "" if self.rarely(5) else self.quantity(),
                "value": "" if self.rarely(5) else self.quantity(),
                "currency": self.cell(self.one("EUR", "USD", "CHF", "KES", "JPY", "COP"), "QQQ", "eur", "", "€", "XAU"),
                "year": self.cell(str(self.random.randint(first, last)), "", "20x4", "22", str(first - 1), str(last + 1)),
                "date": self.cell(f"{self.random.randint(first, last)}{self.one('', '-02', '-02-28')}", "", "2024-13",
                                  "2023-02-29", "1.1.2024", f"{last + 1}-01-01"),
            }  # fmt: skip
            rows.append([str(at), *(cells[role] for role in roles), self.one("a", "b, or c", 'say "so"', "é", "", " x ")])
        return rows

    def where(self, product):
        """Mostly where it comes from."""
        own = [place for place in self.made_in[product] if place != "origin"]
        return self.one(*own) if own and self.random.randrange(4) else self.one(*FROM)

    def cell(self, good, *bad):
        if self.rarely(self.bad):
            return self.one(*bad)
        return f" {good} " if good and self.rarely(40) else good

    def quantity(self):
        if self.rarely(self.bad):
            return self.one("", "abc", "1,5", "NaN", "inf", "1e99", "--1", "1 000", "0x1", "1e400", "-", ".", "1e12", "9" * 61)
        text = self.one("0.5", "1", "0", "-2", "1e3", "2.5", "+4", "-0.0", "1E-3", "0.0000005") if self.rarely(3) else self.amount(-6, 9)
        return "-" + text if self.rarely(10) and text[0] not in "+-" else text


def years_said(text):
    """Emission years of the lines of a book, by what `truecost pricebook` says of it; None: any."""
    match = re.search(r"lines of (\d+) to (\d+)", text)
    return (int(match[1]), int(match[2])) if match else None


class Run:
    """One seed."""

    def __init__(self, program, seed, root, reference, count):
        self.program, self.make, self.root, self.count = program, Maker(seed, root), root, count
        self.reference, self.seen = reference, Counter()

    def command(self, *arguments):
        answer = subprocess.run([self.program, "--datasets", "shelf", *arguments], cwd=self.root, capture_output=True, text=True)
        if "panicked" in answer.stderr or answer.returncode not in (0, 1, 2):
            raise AssertionError(f"{arguments} panicked:\n{answer.stderr}")
        return answer

    def run(self):
        make = self.make
        factors = make.factors()
        make.supply(factors)
        emission = str(make.one(2019, 2021)) if make.rarely(5) else None
        asked = ((2017, 2024) if make.rarely(2) else (2020, 2026)) if not emission and make.rarely(2) else None
        flags = {"netting": make.rarely(4), "outside": make.one("unpriced", "unpriced", "as_is", "transfer"),
                 "order": make.one("inflate-first", "inflate-first", "convert-first"), "emission_year": emission}  # fmt: skip
        given = [*(["--netting"] if flags["netting"] else []), "--outside", flags["outside"], "--order", flags["order"]]
        given += ["--emission-year", emission] if emission else []
        given += ["--years", "{}-{}".format(*asked)] if asked else []
        self.flags = given
        compiled = self.command("pricebook", "supply/made-up", *given, "-o", "book.arrow")
        library = Library(ROOT / "datasets")
        library.datasets = sorted([*self.reference, *Library(self.root / "shelf").datasets], key=lambda d: d.id.encode())
        try:
            costs = UnitCosts(str(self.root / "supply/made-up"), library, **flags)
            self.years = years_said(compiled.stderr)
            problem = self.valued(costs, asked)
        except OracleError as error:
            problem = str(error)
        if compiled.returncode:
            self.seen["refused"] += 1
            if not problem:  # what has no factor at any place
                costs.strict, costs.known = True, {}
                problem = self.valued(costs, asked, FROM[:12])
            return [] if problem else [f"refused, though the auditor can value all of it:\n{compiled.stderr}"]
        if problem:
            return [f"compiled, though the auditor cannot value it: {problem}"]
        self.seen["books"] += 1
        mistakes = self.check_years(costs, asked, emission)
        if find_spec("pyarrow"):
            mistakes += compare(self.root / "book.arrow", costs)
            self.seen["books looked up"] += 1
        return mistakes + self.lines(costs)

    def valued(self, costs, asked, places=("001",)):
        """Why something of the dataset cannot be valued, if so: all products where nobody states a place."""
        first, last = self.years or asked or (costs.default_year(),) * 2
        for year in {first, last, costs.default_year()} if not costs.fixed else {costs.fixed}:
            for pair in costs.chain.pairs:
                try:
                    for place in places if pair[1] == "origin" else [pair[1]]:
                        costs.valued(pair, place, year)
                except OracleError as error:
                    return f"{pair} in {year}: {error}"
        return None

    def check_years(self, costs, asked, emission):
        """Is the range as wide as it can be? Costs of any year are the same in all."""
        if emission or asked:
            return [] if self.years in (None, asked) else [f"{asked} was asked for, and the years are {self.years}"]
        places = lambda pair: [*FROM[:8], "001"] if pair[1] == "origin" else [pair[1]]
        every = [(pair, place) for pair in costs.chain.pairs for place in places(pair)]
        if self.years is None:
            for pair, place in every:
                if costs.valued(pair, place, 2016) != costs.valued(pair, place, 2024):
                    return [f"{pair} at {place} hangs on the year, and the book is for any year"]
            return []
        first, last = self.years
        mistakes = [] if last == costs.default_year() else [f"the years are {first} to {last}"]
        costs.strict = True
        try:
            for pair, place in every:
                costs.value(pair, place, first - 1)
        except OracleError:
            return mistakes
        finally:
            costs.strict = False
        return [*mistakes, f"the years begin with {first}, and nothing is missing the year before"]

    def lines(self, costs):
        make = self.make
        make.years = self.years
        worth = make.one("price", "value", None)
        when = make.one("year", "date", None)
        roles = ["product", "quantity", *(r for r in ("unit", "origin") if not make.rarely(4)), *([worth, "currency"] if worth else []), *([when] if when else [])]
        constants = {}
        for role in list(roles[2:]):
            if role != worth and make.rarely(8):
                roles.remove(role)
                constants[role] = {"unit": "kg", "origin": make.one("NL", "CO-HUI"), "currency": "USD",
                                   "year": "2023", "date": "2022-06"}[role]  # fmt: skip
        columns = {role: f"its {role}" for role in roles if make.rarely(6)}
        rows = make.lines(self.count, self.years, roles)
        header = ["line", *(columns.get(role, role) for role in roles), "note"]
        path = self.root / "lines.csv"
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator=make.one("\n", "\r\n"))
            writer.writerow(header)
            for row in rows:
                writer.writerow(row if not make.rarely(150) else row[:-1])
                if make.rarely(100):
                    file.write(make.one("\n", "# a comment\n"))
        keep = make.random.sample(header, make.random.randint(1, len(header))) if make.rarely(2) else None
        stated = [k for k in INDICATORS if any(row["indicator"] == k for row in costs.supply.table("interventions"))]
        indicators = make.one(None, "all", make.random.sample(stated, min(2, len(stated))) or None)
        by = [name for name in ("category", "note", "name", header[1], *(["year"] if when else [])) if make.rarely(3)]
        bounds = make.rarely(2)
        given = ["--threads", make.one("1", "2", "3"), "-o", "priced.csv", "--rejects", "rejects.csv", "--summary", "summary.csv"]
        given += [text for role, name in columns.items() for text in ("--column", f"{role}={name}")]
        given += [text for role, value in constants.items() for text in ("--set", f"{role}={value}")]
        given += ["--keep", ",".join(keep)] if keep else []
        given += ["--indicators", indicators if indicators == "all" else ",".join(indicators)] if indicators else []
        given += ["--bounds"] if bounds else []
        given += ["--group-by", ",".join(by)] if by else []
        answer = self.command("lines", "lines.csv", "--pricebook", "book.arrow", *given)
        self.given = given
        if "error[" in answer.stderr or not (self.root / "priced.csv").exists():
            return [f"lines failed: {given}\n{answer.stderr}"]
        auditor = Auditor(costs, self.years)
        mistakes = auditor.run(path, self.root / "priced.csv", self.root / "rejects.csv", self.root / "summary.csv",
                               columns, constants, keep, indicators, bounds, by or None)  # fmt: skip
        if (answer.returncode == 1) != (auditor.rejected > 0):
            mistakes.append(f"exit code {answer.returncode} with {auditor.rejected} rejected")
        said = f"read {len(read(path)[1])} lines: {auditor.accepted} priced, {auditor.rejected} rejected"
        if said not in answer.stderr and auditor.rejected:
            mistakes.append(f"`{said}` is not said: {answer.stderr}")
        self.seen.update(priced=auditor.accepted, rejected=auditor.rejected, checks=auditor.checks)
        self.seen.update({f"rejected: {reason}": count for reason, count in auditor.reasons.items()})
        self.note(keep)
        return mistakes

    def note(self, keep):
        """What the priced lines say beside money."""
        header, rows = read(self.root / "priced.csv")
        at = header.index("fallback")
        for _, cells in rows:
            words = re.sub(r" \d+", "", cells[at].split(" ")[0])
            self.seen[f"fallback: {words or 'none'}"] += 1
            self.seen["unpriced in part"] += cells[at + 1] != ""


def main():
    arguments = sys.argv[1:]
    keep = Path(arguments.pop(arguments.index("--keep") + 1)).absolute() if "--keep" in arguments else None
    count = int(arguments.pop(arguments.index("--lines") + 1)) if "--lines" in arguments else 80
    numbers = [int(text) for text in arguments[1:] if not text.startswith("--")]
    program = str(Path(arguments[0]).absolute())
    reference = Library(ROOT / "datasets").datasets
    reference = [d for d in reference if d.kind not in ("supply", "flows", "prices", "regimes", "postings")]
    seen, wrong = Counter(), 0
    for seed in range(numbers[0], numbers[-1] + 1):
        with tempfile.TemporaryDirectory() as folder:
            root = keep or Path(folder)
            root.mkdir(parents=True, exist_ok=True)
            run = Run(program, seed, root, reference, count)
            mistakes = run.run()
            seen.update(run.seen)
        if mistakes:
            print(f"seed {seed}: {' '.join(run.flags)}", file=sys.stderr)
        for mistake in mistakes[:5]:
            print(f"seed {seed}: {mistake}", file=sys.stderr)
        wrong += bool(mistakes)
    print(", ".join(f"{count} {what}" for what, count in sorted(seen.items())))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
