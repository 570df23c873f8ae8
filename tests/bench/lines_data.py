#!/usr/bin/env python3
"""Data for the benchmark of `truecost lines`, from a seed: a dataset, factors, sales lines, and the tables of the peers.

    python3 tests/bench/lines_data.py FOLDER [--lines N] [--seed N] [--skew] [--row-group N]

Into FOLDER go

- `supply`: 20,000 products of place `origin`, 20 indicators each, 12 categories;
- `datasets`: the factor set `bench` (by about 60 countries, subregions, regions and the world, by emission year) and
  price indices for the currencies that truecost brings none for, to be given as `--datasets`;
- `tables`: what the peers join: footprints, factors by place and year with the fallback resolved, and multipliers of
  money. They are worked out here, independently of truecost;
- `lines-….parquet`: product, origin, year, currency, quantity, price.

Lines are made a row group at a time, each from its own seed: 10 million lines are the first of 50 million, and 50
million need no more memory than one million. A folder that holds the same already is left as it is.

It needs numpy and pyarrow.
"""

import argparse
import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "datasets" / "reference"
#: Of what is generated: another number makes it again.
VERSION = 1
PRODUCTS, ORIGINS, INDICATORS, COUNTRIES = 20_000, 200, 20, 60
YEARS = range(2015, 2025)
#: Of the report.
YEAR, CURRENCY = 2024, "EUR"
BLOCK = 1 << 20
CATEGORIES = [
    "bread", "cheese", "coffee", "eggs", "fish", "fruit", "meat", "milk", "nuts", "oil", "tea", "vegetables",
]
#: Euro and dollar have an index for all years. The others of the ECB's table get one.
CURRENCIES = [
    "EUR", "USD", "AUD", "CAD", "CNY", "CZK", "DKK", "GBP", "HKD", "HUF", "IDR", "INR", "JPY", "KRW", "MXN", "MYR", "NOK",
    "NZD", "PHP", "PLN", "RON", "SEK", "SGD", "THB", "ZAR",
]
BUILT_IN = {"EUR": "hicp-euro-area", "USD": "us-cpi-u"}


def read(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def write(path: Path, header: list[str], rows) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def manifest(folder: Path, kind: str, title: str, more: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.toml").write_text(
        f'kind = "{kind}"\ntitle = "{title}"\ndescription = "Made from a seed; no number means anything."\n'
        'producer = "truecost"\ncitation = "truecost, benchmark of lines"\nversion = "1"\ngeography = "001"\n'
        f'licence = {{ name = "CC0-1.0", redistribute = true }}\n\n{more}',
        "utf-8",
    )


def indicators() -> list[dict[str, str]]:
    every = read(REFERENCE / "indicators" / "indicators.csv")
    return [row for row in every if row["kind"] == "burden" and row["unit"] != "money"][:INDICATORS]


def product_ids() -> list[str]:
    return [f"product-{at:05d}" for at in range(PRODUCTS)]


def regions() -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in read(REFERENCE / "regions" / "regions.csv")}


def origins(random: np.random.Generator) -> list[str]:
    countries = [code for code, row in regions().items() if row["level"] == "country"]
    return sorted(random.choice(countries, ORIGINS, replace=False))


def rounded(values: np.ndarray, digits: int) -> np.ndarray:
    """Values with so many significant digits, the shortest doubles of their decimals."""
    return np.array([float(f"{value:.{digits}g}") for value in values.ravel()]).reshape(values.shape)


def make_supply(folder: Path, random: np.random.Generator) -> pa.Table:
    """Writes the dataset. The footprints as a table: product, category, one column an indicator."""
    ids, chosen = product_ids(), indicators()
    manifest(folder, "supply", "Products of the benchmark", '[supply]\nabsent_interventions = "zero"\n')
    # Costs of a cent to an euro or so with the factors below: an indicator's amounts span two decades.
    scale = 10 ** random.uniform(-2, 1, INDICATORS)
    amounts = rounded(scale * 10 ** random.uniform(-1, 1, (PRODUCTS, INDICATORS)), 6)
    category = random.integers(0, len(CATEGORIES), PRODUCTS)
    names = [CATEGORIES[at] for at in category]
    write(folder / "products.csv", ["id", "name", "unit", "category"],
          ((i, i, "kg", name) for i, name in zip(ids, names, strict=True)))
    write(folder / "processes.csv", ["id", "product", "amount", "unit", "region", "source"],
          ((f"make-{i}", i, 1, "kg", "origin", "synthetic") for i in ids))
    write(folder / "interventions.csv", ["process", "indicator", "amount", "unit", "source"],
          ((f"make-{i}", row["id"], repr(float(amounts[p, k])), row["unit"], "synthetic")
           for p, i in enumerate(ids) for k, row in enumerate(chosen)))
    columns = {"product": ids, "category": names}
    return pa.table(columns | {f"fp{k}": amounts[:, k] for k in range(INDICATORS)}), scale


def make_factors(folder: Path, places: list[str], scale: np.ndarray, random: np.random.Generator) -> pa.Table:
    """Writes the factor set. The factors of each origin and year as a table, with how wide those are that stand in."""
    manifest(folder, "factors", "Factors of the benchmark",
             f'[factors]\ncurrency = "{CURRENCY}"\nprice_year = {YEAR}\nindex = "hicp-euro-area"\nvalid_in = ["001"]\n'
             'interpolation = "none"\nvat = "not stated"\nvariants = ["standard"]\n')
    tree = regions()
    wide = [code for code, row in tree.items() if row["level"] in ("subregion", "region")]
    rows, values, level = [], np.zeros((len(places), len(YEARS), INDICATORS)), {}
    for k, row in enumerate(indicators()):
        # Each indicator has its own countries, and two thirds of the regions.
        stated = {*random.choice(places, COUNTRIES, replace=False), *random.choice(wide, 2 * len(wide) // 3, replace=False)}
        own = {}
        for code in ["001", *sorted(stated)]:
            path = 0.05 / scale[k] * 10 ** random.uniform(-0.5, 0.5) * 1.02 ** np.arange(len(YEARS))
            own[code] = rounded(path, 5)
            rows += ((row["id"], code, year, f"{value:.15f}".rstrip("0"), row["unit"], "global", "synthetic", "unverified")
                     for year, value in zip(YEARS, own[code], strict=True))
        for at, place in enumerate(places):
            code = place
            while code not in own:
                code = tree[code]["parent"]
            values[at, :, k] = own[code]
            level.setdefault(place, []).append(tree[code]["level"] if code != place else "")
    write(folder / "factors.csv",
          ["indicator", "region", "emission_year", "central", "unit", "transfer", "source", "verification"], rows)
    words = {place: "factors " + ", ".join(f"{word} {found.count(word)}" for word in ["world", "region", "subregion"]
                                           if word in found)
             for place, found in level.items()}
    return pa.table(
        {
            "origin": np.repeat(places, len(YEARS)),
            "year": np.tile(np.array(YEARS, "int32"), len(places)),
            "fallback": [words[place] for place in places for _ in YEARS],
        }
        | {f"factor{k}": values[:, :, k].ravel() for k in range(INDICATORS)}
    )


def make_indices(folder: Path, random: np.random.Generator) -> dict[str, dict[int, float]]:
    """Writes the indices that are missing. All of them, by currency and year."""
    every = {}
    for currency in CURRENCIES:
        if name := BUILT_IN.get(currency):
            every[currency] = {int(row["year"]): float(row["value"]) for row in read(REFERENCE / name / "index.csv")}
            continue
        own = folder / f"bench-{currency.lower()}"
        manifest(own, "index", f"Prices in {currency}", f'[index]\ncurrency = "{currency}"\n')
        level = 100 * np.cumprod(1 + random.uniform(0, 0.06, len(YEARS)))
        every[currency] = {year: round(float(value), 2) for year, value in zip(YEARS, level, strict=True)}
        write(own / "index.csv", ["year", "value", "source", "verification"],
              ((year, value, "synthetic", "unverified") for year, value in every[currency].items()))
    return every


def moves(indices: dict[str, dict[int, float]]) -> pa.Table:
    """What money of a currency and year is multiplied with: inflated in its own currency, then converted."""
    rates = {row["currency"]: float(row["units_per_base"]) for row in read(REFERENCE / "ecb-annual" / "rates.csv")
             if int(row["year"]) == YEAR} | {"EUR": 1.0}
    rows = [(c, y, indices[c][YEAR] / indices[c][y] / rates[c]) for c in CURRENCIES for y in YEARS]
    currency, year, multiplier = zip(*rows, strict=True)
    return pa.table({"currency": currency, "year": np.array(year, "int32"), "multiplier": multiplier})


def make_tables(folder: Path, seed: int) -> None:
    random = np.random.default_rng([seed, 0])
    places = origins(random)
    tables = folder / "tables"
    tables.mkdir()
    footprints, scale = make_supply(folder / "supply", random)
    factors = make_factors(folder / "datasets" / "factors" / "bench", places, scale, random)
    for name, table in [
        ("footprints", footprints),
        ("factors", factors),
        ("moves", moves(make_indices(folder / "datasets" / "reference", random))),
        ("indicators", pa.table({"indicator": [row["id"] for row in indicators()]})),
    ]:
        pq.write_table(table, tables / f"{name}.parquet", compression="zstd")


def block(seed: int, number: int, places: list[str], skew: bool) -> pa.RecordBatch:
    """A million lines or so, the same whatever comes before or after."""
    random = np.random.default_rng([seed, 1, number])
    if skew:
        # Zipf over the products, whose ids say nothing about their rank.
        share = np.cumsum(1 / np.arange(1, PRODUCTS + 1))
        rank = np.searchsorted(share, random.random(BLOCK) * share[-1])
        product = np.random.default_rng([seed, 2]).permutation(PRODUCTS)[np.minimum(rank, PRODUCTS - 1)]
    else:
        product = random.integers(0, PRODUCTS, BLOCK)

    def words(values: list[str], index: np.ndarray) -> pa.DictionaryArray:
        return pa.DictionaryArray.from_arrays(pa.array(index.astype("int32")), pa.array(values))

    quantity = np.maximum(1, np.rint(1000 * random.lognormal(0, 1, BLOCK))) / 1000
    price = np.maximum(1, np.rint(100 * random.lognormal(1, 0.8, BLOCK))) / 100
    columns = {
        "product": words(product_ids(), product),
        "origin": words(places, random.integers(0, len(places), BLOCK)),
        "year": pa.array(random.integers(YEARS.start, YEARS.stop, BLOCK).astype("int32")),
        "currency": words(CURRENCIES, random.integers(0, len(CURRENCIES), BLOCK)),
        "quantity": pa.array(quantity),
        "price": pa.array(price),
    }
    return pa.RecordBatch.from_pydict(columns)


def make_lines(path: Path, count: int, seed: int, skew: bool, row_group: int) -> None:
    places = sorted(set(pq.read_table(path.parent / "tables" / "factors.parquet")["origin"].to_pylist()))
    part = path.with_suffix(".part")
    writer = None
    for number in range(-(-count // BLOCK)):
        lines = block(seed, number, places, skew).slice(0, count - number * BLOCK)
        if writer is None:
            # Rust, C++ and Polars would otherwise be told to make dictionaries: plain strings, as tools write them.
            writer = pq.ParquetWriter(part, lines.schema, compression="zstd", store_schema=False)
        writer.write_batch(lines, row_group_size=row_group)
    writer.close()
    part.rename(path)


def make(folder: Path, count: int, seed: int = 1, skew: bool = False, row_group: int = BLOCK) -> Path:
    """Makes what is missing in the folder. The file of lines."""
    folder.mkdir(parents=True, exist_ok=True)
    stamp, said = folder / "made.json", {"version": VERSION, "seed": seed}
    if not stamp.exists() or json.loads(stamp.read_text("utf-8")) != said:
        for name in ["supply", "datasets", "tables"]:
            shutil.rmtree(folder / name, ignore_errors=True)
        for old in folder.glob("lines-*"):
            old.unlink()
        stamp.unlink(missing_ok=True)
        make_tables(folder, seed)
        stamp.write_text(json.dumps(said), "utf-8")
    more = ("-skew" if skew else "") + (f"-groups-{row_group}" if row_group != BLOCK else "")
    path = folder / f"lines-{count}{more}.parquet"
    if not path.exists():
        make_lines(path, count, seed, skew, row_group)
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lines", type=float, default=1e6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--skew", action="store_true", help="products by Zipf's law, not evenly")
    parser.add_argument("--row-group", type=int, default=BLOCK, help="lines in a row group (DuckDB writes 122,880)")
    options = parser.parse_args()
    print(make(options.folder, int(options.lines), options.seed, options.skew, options.row_group))


if __name__ == "__main__":
    main()
