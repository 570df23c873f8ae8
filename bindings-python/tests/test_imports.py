"""Supply datasets from other programs, in Python as on the command line."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from test_same_as_cli import files

import truecost as tc

Command = Callable[..., subprocess.CompletedProcess[str]]
SUPPLY = ROOT / "docs" / "guide" / "supply"


def same(command: Command, tmp_path: Path, flags: list[Any], function: Callable[..., tc.Dataset], **choices: Any) -> None:
    done = command("import", *flags, "-o", tmp_path / "cli")
    assert done.returncode == 0, done.stderr
    dataset = function(out=tmp_path / "python", **choices)
    assert files(tmp_path / "python") == files(tmp_path / "cli")
    assert dataset.hash == tc.read_dataset(tmp_path / "cli").hash
    assert done.stdout.splitlines()[0] == str(dataset.imported).splitlines()[0]


def test_a_model_of_an_economy(command: Command, tmp_path: Path) -> None:
    model = SUPPLY / "model"
    same(command, tmp_path / "a", ["useeio", model, "--price-year", "2013"], tc.import_useeio, folder=model, price_year=2013)
    flags = ["useeio", model, "--price-year", "2013", "--as", "flows", "--leave-others"]
    choices = {"folder": model, "price_year": 2013, "interventions": "flows", "leave_others": True}
    same(command, tmp_path / "b", flags, tc.import_useeio, **choices)


def test_foods_by_stage(command: Command, tmp_path: Path) -> None:
    foods = SUPPLY / "foods.csv"
    flags = ["agribalyse", foods, "--method", "EF 3.1", "--region", "BE"]
    same(command, tmp_path, flags, tc.import_agribalyse, file=foods, method="EF 3.1", region="BE")


def test_footprints_in_and_out(command: Command, tmp_path: Path) -> None:
    oil = [SUPPLY / "pact" / "oil.json", SUPPLY / "pact" / "coffee.json"]
    same(command, tmp_path, ["pact", *oil, "--biogenic-uptake", "excluded"], tc.import_pact, files=oil, biogenic_uptake="excluded")
    about, coffee = SUPPLY / "pact" / "about.toml", "datasets/supply/coffee"
    flags = ["--product", "roasted-coffee", "--about", about, "-o", tmp_path / "cli.json"]
    assert command("export", "pact", coffee, *flags).returncode == 0
    notes = tc.export_pact(coffee, "roasted-coffee", tmp_path / "python.json", about=about)
    assert (tmp_path / "cli.json").read_bytes() == (tmp_path / "python.json").read_bytes()
    assert all(isinstance(note, str) for note in notes)


def test_what_does_not_fit_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="price_year: expected a year"):
        tc.import_useeio(SUPPLY / "model", tmp_path / "a", price_year="2013")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="interventions: 'other' is not one of|interventions: \"other\" is not one of"):
        tc.import_useeio(SUPPLY / "model", tmp_path / "a", price_year=2013, interventions="other")  # type: ignore[arg-type]
    with pytest.raises(tc.UnreadableError):
        tc.import_useeio(tmp_path / "nothing", tmp_path / "a", price_year=2013)
    assert not (tmp_path / "a").exists() or not list((tmp_path / "a").iterdir())
