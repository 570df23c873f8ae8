"""Samples are those of the command; Ctrl-C keeps what was finished."""

import json
import subprocess
from collections.abc import Callable

import pytest

import truecost as tc

Command = Callable[..., subprocess.CompletedProcess[str]]

GROCERY = "datasets/supply/grocery"


def test_the_same_as_the_command(command: Command) -> None:
    samples = tc.sample(GROCERY, samples=50, seed=3)
    answer = json.loads(command("price", GROCERY, "--samples", "50", "--seed", "3", "--format", "json").stdout)
    assert json.loads(samples.to_json()) == answer["uncertainty"]
    assert samples.to_csv() == command("price", GROCERY, "--samples", "50", "--seed", "3", "--format", "csv").stdout
    assert str(samples) in command("price", GROCERY, "--samples", "50", "--seed", "3").stdout


def test_draws_give_the_figures() -> None:
    import polars as pl

    samples = tc.sample(GROCERY, samples=101, percentiles=[50], threads=1)
    draws = pl.DataFrame(samples.draws)
    for row in samples.table.to_pylist():
        of = draws.filter((pl.col("product") == row["product"]) & (pl.col("origin") == row["origin"]))
        assert of.height == 101
        assert of[row["measure"]].mean() == pytest.approx(row["mean"], rel=1e-12)
        assert of[row["measure"]].median() == pytest.approx(row["p50"], rel=1e-12)


def test_who_is_dearer() -> None:
    samples = tc.sample("datasets/supply/grocery", products=["banana", "whole-milk"], samples=20)
    assert samples.probability("banana", "whole-milk") == 1.0
    assert samples.probability("whole-milk", "banana") == 0.0
    with pytest.raises(tc.NotFoundError):
        samples.probability("banana", "coffee")
    with pytest.raises(tc.ChoiceError, match="are the same product"):
        samples.probability("banana", "banana")


def test_ctrl_c_keeps_what_was_finished() -> None:
    def stop(stage: str, done: int, total: int) -> None:
        if stage == "sampling":
            raise KeyboardInterrupt

    samples = tc.sample(GROCERY, products="banana", samples=1_000_000, progress=stop)
    assert 0 < samples.done < 1_000_000
    assert "stopped after" in str(samples)


def test_what_is_refused() -> None:
    for wrong in ({"samples": 1}, {"percentiles": [101]}, {"percentiles": []}, {"vary": "nothing"}):
        with pytest.raises(ValueError):
            tc.sample(GROCERY, **wrong)  # type: ignore[arg-type]
