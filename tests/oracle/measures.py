"""Units (a UCUM code followed by what is counted) and regions (UN M49)."""

import re
from fractions import Fraction

from tables import OracleError

PREFIXES = dict(Y=24, Z=21, E=18, P=15, T=12, G=9, M=6, k=3, h=2, da=1, d=-1, c=-2, m=-3, u=-6, n=-9, p=-12, f=-15)
BASE = ("m", "kg", "s", "A", "K", "mol", "cd", "count")


class Units:
    """Units as (scale, dimension, kinds): exact scale, powers of the base units, and what is counted."""

    def __init__(self, library):
        self.atoms = {}
        for dataset in library.of_kind("units"):
            for row in dataset.table("units"):
                scale = row.exact("numerator") / (row.exact("denominator") if row["denominator"] else 1)
                powers = tuple(int(row[base] or 0) for base in BASE)
                prefixable = row["metric"].lower() in ("yes", "true", "1")
                self.atoms[row.need("code")] = (scale, powers, row["kind"], prefixable)
                for alias in row["aliases"].split("|") if row["aliases"] else ():
                    self.atoms.setdefault(alias, (scale, powers, row["kind"], False))

    def atom(self, text):
        """One factor of a unit: `m2`, `kWh`, `a`; gives scale, powers, kind, exponent."""
        match = re.fullmatch(r"(.*?)([+-]?\d+)?", text)
        for code, exponent in ((text, 1), (match[1], int(match[2] or 1))):
            if code in self.atoms:
                return *self.atoms[code][:3], exponent
            for prefix, digits in PREFIXES.items():
                rest = self.atoms.get(code.removeprefix(prefix)) if code.startswith(prefix) else None
                if rest and rest[3]:
                    return rest[0] * Fraction(10) ** digits, rest[1], rest[2], exponent
        raise OracleError(f"unknown unit {text!r}")

    def parse(self, unit):
        code, _, counted = unit.partition(" ")
        scale, powers, kinds = Fraction(1), [0] * len(BASE), {counted.strip(): 1} if counted.strip() else {}
        for sign, text in re.findall(r"([./]?)([^./]+)", re.sub(r"\{.*?\}", "", code)):
            if text == "1":
                continue
            s, p, kind, exponent = self.atom(text)
            exponent = -exponent if sign == "/" else exponent
            scale *= s**exponent
            powers = [a + exponent * b for a, b in zip(powers, p)]
            if kind:
                kinds[kind] = kinds.get(kind, 0) + exponent
        return scale, tuple(powers), {k: n for k, n in kinds.items() if n}

    def ratio(self, source, target, mass=None):
        """How many `target` one `source` is: exact. `mass`: kg of one `target`, for goods counted in pieces."""
        if source == target:
            return Fraction(1)
        s, t = self.parse(source), self.parse(target)
        if s[1:] == t[1:]:
            return s[0] / t[0]
        kilogram = self.parse("kg")
        if mass is not None and s[1:] == kilogram[1:]:
            return s[0] / kilogram[0] / mass
        raise OracleError(f"{source!r} is not of the same kind as {target!r}")

    def convert(self, amount, source, target, mass=None):
        """In doubles: times the numerator, over the denominator of the exact ratio."""
        ratio = self.ratio(source, target, mass)
        if ratio == 1:
            return amount
        return Fraction(float(amount) * float(ratio.numerator) / float(ratio.denominator))


class Regions:
    """From a place upwards, most specific first."""

    def __init__(self, library):
        self.parent = {r.need("code"): r["parent"] for d in library.of_kind("regions") for r in d.table("regions")}

    def above(self, region, groups):
        """The place, its country, the set's groups that hold it, then M49 up to the world."""
        codes, code = [], region
        while code and code not in codes:
            codes.append(code)
            code = self.parent.get(code) or (code.split("-")[0] if "-" in code else "")
        if region not in self.parent and "-" not in region and region not in groups:
            raise OracleError(f"unknown region {region!r}")
        country = next((n for n, c in enumerate(codes) if "-" not in c), len(codes) - 1)
        holders = [g for g in sorted(groups) if g not in codes and set(groups[g]) & set(codes[: country + 1])]
        return codes[: country + 1] + holders + [c for c in codes[country + 1 :] if c != "001"] + ["001"]
