"""Draws of a small supply dataset, made again: generator, distributions, allocation and solution share no code.

    python3 tests/oracle/uncertainty.py DATASET FACTORS SEED SAMPLES

DATASET holds products.csv, processes.csv, inputs.csv and interventions.csv in reference units, one product of each process and
one process of each product, all in one place; FACTORS is a folder with a manifest and factors.csv, named by its last part.
Prints as JSON, for each product, the gap of every iteration; `null` where a loop uses up what it makes.
"""

import csv
import hashlib
import json
import math
import pathlib
import sys
from statistics import NormalDist

MASK = 0xFFFFFFFF


def philox(counter, key):
    """Philox4x32-10 of Salmon et al. (2011)."""
    c, k = list(counter), list(key)
    for _ in range(10):
        a, b = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(b >> 32) ^ c[1] ^ k[0], b & MASK, (a >> 32) ^ c[3] ^ k[1], a & MASK]
        k = [(k[0] + 0x9E3779B9) & MASK, (k[1] + 0xBB67AE85) & MASK]
    return c


def uniform(seed, iteration, parts):
    """The draw of a datum: 53 bits of the first two words."""
    datum = int.from_bytes(hashlib.sha256(b"".join(p.encode() + b"\0" for p in parts)).digest()[:8], "little")
    words = philox([datum & MASK, datum >> 32, iteration, 0], [seed & MASK, seed >> 32])
    return (((words[1] << 32 | words[0]) >> 11) + 0.5) / 2**53


def quantile(row, u):
    """The draw of a row of a table."""
    amount = float(row["amount"])
    number = lambda name, other=None: float(row[name]) if row.get(name) else other
    law, scale = row["distribution"], number("scale")
    low, high = number("minimum", -math.inf), number("maximum", math.inf)
    normal = NormalDist()
    if law in ("lognormal", "normal"):
        negative = law == "lognormal" and amount < 0
        if negative:
            u, low, high = 1 - u, -high, -low
        if law == "lognormal":
            middle = number("loc", math.log(abs(amount)))
            low = math.log(low) if low > 0 else -math.inf
            high = math.log(high) if high < math.inf else math.inf
        else:
            middle = number("loc", amount)
        cut = lambda x: normal.cdf((x - middle) / scale) if math.isfinite(x) else float(x > 0)
        p = cut(low) + (cut(high) - cut(low)) * u
        z = middle + scale * normal.inv_cdf(p)
        return (math.exp(z) if law == "lognormal" else z) * (-1 if negative else 1)
    if law == "uniform":
        return low + (high - low) * u
    if law == "triangular":
        mode = number("loc", amount)
        if u < (mode - low) / (high - low):
            return low + math.sqrt(u * (high - low) * (mode - low))
        return high - math.sqrt((1 - u) * (high - low) * (high - mode))
    if law == "bernoulli":
        return 1.0 if u > 1 - number("loc", amount) else 0.0
    if law == "discrete_uniform":
        low = 0.0 if low == -math.inf else low
        return low + math.floor((high - low) * u)
    if law == "weibull":
        return number("loc", 0.0) + scale * (-math.log(1 - u)) ** (1 / number("shape"))
    if law == "generalized_extreme_value":
        return number("loc", amount) - scale * math.log(-math.log(u))
    raise ValueError(law)


def drawn(row, seed, iteration, parts):
    """The amount of a row in an iteration."""
    if not row.get("distribution") or row["distribution"] == "none":
        return float(row["amount"])
    return quantile(row, uniform(seed, iteration, parts))


def solve(matrix, right):
    """Gauss with pivots."""
    size = len(right)
    rows = [list(row) + [value] for row, value in zip(matrix, right)]
    for at in range(size):
        best = max(range(at, size), key=lambda i: abs(rows[i][at]))
        rows[at], rows[best] = rows[best], rows[at]
        for i in range(size):
            if i != at:
                part = rows[i][at] / rows[at][at]
                rows[i] = [a - part * b for a, b in zip(rows[i], rows[at])]
    return [rows[i][size] / rows[i][i] for i in range(size)]


def main():
    """Reads, draws, prints."""
    dataset, factors = map(pathlib.Path, sys.argv[1:3])
    seed, samples = map(int, sys.argv[3:5])
    table = lambda folder, name: list(csv.DictReader(open(folder / f"{name}.csv", encoding="utf-8")))
    processes, inputs, causes = (table(dataset, name) for name in ("processes", "inputs", "interventions"))
    place = {row["product"]: at for at, row in enumerate(processes)}
    of = {row["id"]: at for at, row in enumerate(processes)}
    bands = {
        row["indicator"]: [float(row[b] or row["central"]) for b in ("lower", "central", "upper")]
        for row in table(factors, "factors")
    }
    gaps = {row["product"]: [] for row in processes}
    for iteration in range(samples):
        u = uniform(seed, iteration, ["factors", factors.name])
        size = len(processes)
        matrix = [[0.0] * size for _ in range(size)]
        right = [0.0] * size
        for at, row in enumerate(processes):
            matrix[at][at] = drawn(row, seed, iteration, ["output", row["id"], row["product"]])
        for row in inputs:
            key = ["input", row["process"], row["product"], row.get("origin") or "", row.get("supplier") or ""]
            matrix[of[row["process"]]][place[row["product"]]] -= drawn(row, seed, iteration, key)
        money = {}
        for row in causes:
            key = ["intervention", row["process"], row["indicator"], row.get("subject") or ""]
            low, mid, high = bands[row["indicator"]]
            factor = low + 2 * u * (mid - low) if u < 0.5 else mid + (2 * u - 1) * (high - mid)
            money.setdefault(row["indicator"], [0.0] * size)[of[row["process"]]] += factor * drawn(row, seed, iteration, key)
        solutions = [solve(matrix, right) for right in money.values()]
        # Productive: with (I - A) an M-matrix, what a unit of each needs of everything is not below 0.
        sound = all(value > 0 for value in solve(matrix, [1.0] * size))
        for product, at in place.items():
            gaps[product].append(sum(max(y[at], 0.0) for y in solutions) if sound else None)
    print(json.dumps(gaps))


main()
