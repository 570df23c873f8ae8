#!/usr/bin/env python3
"""The rules of regimes as Polars expressions, beside truecost, on the same prepared flows.

Runs the benchmark of the engine, which makes flows from a seed, prepares and judges them, and writes the features with
what they were judged to be. Then the rules, penalties and sets of `datasets/regimes/default` are made into expressions of
Polars (null is "not stated", and its `&`, `|` and `~` are three-valued as ours), all features are judged by them, and
class and confidence compared, flow by flow.

    python3 tests/bench/regimes_polars.py [--flows N] [--kinds N]

It needs a release build of the engine and Polars (`python3 bindings-python/environment.py`). Linux only: the peak of
memory is read from /proc.
"""

import argparse
import csv
import os
import re
import subprocess
import tempfile
import time
from functools import reduce
from pathlib import Path

import polars as pl

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "datasets" / "regimes" / "default"
DERIVED = {"returned"}
#: No class is said with less, in ten thousandths.
FLOOR = 500


def table(name: str) -> list[dict[str, str]]:
    with open(RULES / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Predicates:
    """Reads predicates into expressions."""

    def __init__(self, words: Path) -> None:
        self.codes: dict[tuple[str, str], int] = {}
        with open(words, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                self.codes[row["field"], row["word"]] = int(row["code"])
        self.sets = {row["name"]: row["values"].split("|") for row in table("sets")}

    def read(self, text: str) -> pl.Expr:
        self.tokens = re.findall(r"[\w|$-]+|[=()]", text)
        return self.any()

    def take(self, token: str) -> bool:
        found = bool(self.tokens) and self.tokens[0] == token
        if found:
            self.tokens.pop(0)
        return found

    def any(self) -> pl.Expr:
        parts = [self.all()]
        while self.take("or"):
            parts.append(self.all())
        return reduce(lambda a, b: a | b, parts)

    def all(self) -> pl.Expr:
        parts = [self.one()]
        while self.take("and"):
            parts.append(self.one())
        return reduce(lambda a, b: a & b, parts)

    def one(self) -> pl.Expr:
        if self.take("not"):
            return ~self.one()
        if self.take("("):
            inner = self.any()
            assert self.take(")")
            return inner
        if self.take("always"):
            return pl.lit(True)
        field = self.tokens.pop(0)
        if self.take("="):
            words = [self.tokens.pop(0)]
        else:
            assert self.take("in")
            words = [w for part in self.tokens.pop(0).split("|") for w in self.named(part)]
        codes = [self.codes[field, word] for word in words]
        column = pl.col(field)
        test = column == codes[0] if len(codes) == 1 else column.is_in(codes)
        return test.fill_null(False) if field in DERIVED else test

    def named(self, word: str) -> list[str]:
        return self.sets[word[1:]] if word.startswith("$") else [word]


def parts(text: str) -> int:
    return round(float(text) * 10_000)


def judged(features: pl.LazyFrame, predicates: Predicates) -> pl.LazyFrame:
    """Class and confidence of every flow."""
    rules = sorted(table("rules"), key=lambda row: int(row["rank"]))
    penalties = table("penalties")
    truths = {f"rule {row['id']}": predicates.read(row["when"]) for row in rules}
    # A penalty counts if it could apply.
    possible = {f"penalty {at}": predicates.read(row["when"]).fill_null(True) for at, row in enumerate(penalties)}
    first = pl.min_horizontal(
        pl.when(pl.col(name)).then(pl.lit(at, pl.UInt8)) for at, name in enumerate(truths)
    )
    classes, confidences = [], []
    for at, (name, row) in enumerate(zip(truths, rules, strict=True)):
        could = pl.col(name).fill_null(True) & (pl.col("first") >= at)
        base = parts(row["confidence"])
        own = pl.lit(base, pl.Int32)
        for number, penalty in enumerate(penalties):
            if not penalty["rules"] or row["id"] in penalty["rules"].split():
                own = own - pl.col(f"penalty {number}").cast(pl.Int32) * parts(penalty["amount"])
        classes.append(pl.when(could).then(pl.lit(predicates.codes["class", row["class"]], pl.UInt8)))
        confidences.append(pl.when(could).then(own.clip(lower_bound=min(FLOOR, base))))
    agreed = pl.col("lowest") == pl.col("highest")
    insufficient = predicates.codes["class", "unclassified.insufficient_evidence"]
    return (
        features.with_columns(**truths, **possible)
        .with_columns(first=first)
        .select(
            lowest=pl.min_horizontal(classes),
            highest=pl.max_horizontal(classes),
            least=pl.min_horizontal(confidences),
        )
        .select(
            pl.when(agreed).then(pl.col("lowest")).otherwise(pl.lit(insufficient, pl.UInt8)).alias("class"),
            pl.when(agreed).then(pl.col("least")).otherwise(parts(rules[-1]["confidence"])).alias("confidence"),
        )
    )


def memory(field: str) -> float:
    """Megabytes of VmRSS or VmHWM of this process."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) / 1024
    raise SystemExit(f"/proc/self/status has no {field}")


def engine(folder: str, flows: int, kinds: int) -> float:
    """Seconds that the engine took for the rules on prepared features."""
    command = ["cargo", "test", "--release", "-p", "truecost-tests", "--test", "regime_speed", "--", "--ignored", "--nocapture"]
    environment = os.environ | {
        "TRUECOST_FLOWS": str(flows),
        "TRUECOST_KINDS": str(kinds),
        "TRUECOST_PREPARED": folder,
    }
    done = subprocess.run(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True, check=True)
    print(done.stderr.strip())
    found = re.search(r"rules on prepared features +([0-9.]+) s", done.stderr)
    assert found
    return float(found[1])


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--flows", type=int, default=10_000_000)
    arguments.add_argument("--kinds", type=int, default=2_000)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        own = engine(folder, given.flows, given.kinds)
        every = pl.read_parquet(Path(folder) / "features.parquet")
        predicates = Predicates(Path(folder) / "words.csv")
    features = every.drop("class", "confidence")
    print(f"\n{'truecost':28} {own:8.2f} s {given.flows / own / 1e6:10.2f} million flows/s")
    for kind in ("in-memory", "streaming"):
        Path("/proc/self/clear_refs").write_text("5")
        before, start = memory("VmRSS"), time.perf_counter()
        found = judged(features.lazy(), predicates).collect(engine=kind)
        seconds = time.perf_counter() - start
        peak = memory("VmHWM") - before
        same = (found["class"] == every["class"]) & (found["confidence"] == every["confidence"])
        assert len(found) == given.flows and same.all(), f"{(~same).sum()} flows differ"
        print(
            f"{f'polars {pl.__version__}, {kind}':28} {seconds:8.2f} s {given.flows / seconds / 1e6:10.2f} million flows/s"
            f"  {seconds / own:6.1f} times as long, {peak:.0f} MB at the peak, all flows the same"
        )


if __name__ == "__main__":
    main()
