"""Supply datasets from other programs, in Python as on the command line."""

import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from conftest import ROOT
from test_same_as_cli import files

import truecost as tc

Command = Callable[..., subprocess.CompletedProcess[str]]
SUPPLY = ROOT / "docs" / "guide" / "supply"
BAKERY = SUPPLY / "bakery"


def public(name: str) -> Path:
    """A folder of the public test data; skipped by name where `TRUECOST_DATA` is not set."""
    folder = os.environ.get("TRUECOST_DATA")
    if not folder:
        assert not os.environ.get("TRUECOST_REQUIRE_ALL"), "TRUECOST_DATA names no folder"
        pytest.skip("TRUECOST_DATA names no folder with the public test data")
    return Path(folder) / name


def same(command: Command, tmp_path: Path, flags: list[Any], function: Callable[..., tc.Dataset], **choices: Any) -> tc.Dataset:
    done = command("import", *flags, "-o", tmp_path / "cli")
    assert done.returncode == 0, done.stderr
    dataset = function(out=tmp_path / "python", **choices)
    assert files(tmp_path / "python") == files(tmp_path / "cli")
    assert dataset.hash == tc.read_dataset(tmp_path / "cli").hash
    # All that was read and lost, in the words of the command.
    assert done.stdout.strip() == str(dataset.imported).strip()
    return dataset


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
    assert tc.export_pact(tc.read_dataset(coffee), "roasted-coffee", tmp_path / "read.json", about=about) == notes
    assert (tmp_path / "read.json").read_bytes() == (tmp_path / "python.json").read_bytes()


def test_what_does_not_fit_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="price_year: expected a year"):
        tc.import_useeio(SUPPLY / "model", tmp_path / "a", price_year="2013")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="interventions: 'other' is not one of|interventions: \"other\" is not one of"):
        tc.import_useeio(SUPPLY / "model", tmp_path / "a", price_year=2013, interventions="other")  # type: ignore[arg-type]
    with pytest.raises(tc.UnreadableError):
        tc.import_useeio(tmp_path / "nothing", tmp_path / "a", price_year=2013)
    assert not (tmp_path / "a").exists() or not list((tmp_path / "a").iterdir())


def close(dataset: tc.Dataset, product: str, indicator: str, amount: float) -> None:
    rows = pa.table(tc.footprints(dataset).table).to_pylist()
    found = [row for row in rows if row["product"] == product and row["indicator"] == indicator]
    assert [row["amount"] for row in found] == [pytest.approx(amount, rel=1e-12)]


def test_a_database_of_openlca(command: Command, tmp_path: Path) -> None:
    for version in ("openlca-1", "openlca-2"):
        source = BAKERY / version
        dataset = same(command, tmp_path / version, ["openlca", source], tc.import_openlca, source=source)
        # 0.7 kg of flour, which bears nine tenths of 4 kg for 100 kg, and 1.5 kWh of 0.4 kg.
        close(dataset, "Bread", "openlca-carbon-dioxide-emissions-to-air", 0.7 * 0.036 + 1.5 * 0.4)
        assert "1 inputs of 1 products are cut off" in str(dataset.imported)
    packed = shutil.make_archive(str(tmp_path / "bakery"), "zip", BAKERY / "openlca-2")
    dataset = tc.import_openlca(packed, tmp_path / "zip")
    assert files(tmp_path / "zip")["processes.csv"] == files(tmp_path / "openlca-2" / "python")["processes.csv"]
    factors = BAKERY / "factors.csv"
    flags = ["openlca", source, "--allocation", "reference", "--method", "none", "--characterisation", factors, "--leave-others"]
    choices = {"source": source, "allocation": "reference", "method": "none", "characterisation": factors, "leave_others": True}
    dataset = same(command, tmp_path / "options", flags, tc.import_openlca, **choices)
    close(dataset, "Bread", "climate-change", 0.7 * 0.04 + 1.5 * 0.4 + 27 * 0.001)
    assert "left out: co-products" in str(dataset.imported)


def test_tables_of_characterisation(command: Command, tmp_path: Path) -> None:
    source = BAKERY / "openlca-2"
    flags = ["openlca", source, "--characterisation", "gwp100-ar6"]
    dataset = same(command, tmp_path / "name", flags, tc.import_openlca, source=source, characterisation="gwp100-ar6")
    close(dataset, "Bread", "climate-change", 0.7 * 0.036 + 1.5 * 0.4 + 27 * 0.001)
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    row = {
        "flow": ["Methane", "Carbon dioxde"],
        "flow_unit": "kg",
        "indicator": "climate-change",
        "factor": [27.0, 28.0],
        "unit": "kg CO2-eq",
        "source": "x",
    }
    for number, frame in enumerate((pandas.DataFrame(row), polars.DataFrame(row))):
        dataset = tc.import_openlca(source, tmp_path / str(number), characterisation=frame)
        close(dataset, "Bread", "climate-change", 27 * 0.001)
        assert "`Carbon dioxde` (did you mean `Carbon dioxide`?)" in str(dataset.imported)
    with pytest.raises(tc.DataError, match="the column `flow_unit` is missing"):
        tc.import_openlca(source, tmp_path / "bad", characterisation=polars.DataFrame({"flow": ["Methane"]}))
    with pytest.raises(TypeError, match="characterisation: .*a name such as 'gwp100-ar4', or a table"):
        tc.import_openlca(source, tmp_path / "bad", characterisation=7)  # type: ignore[arg-type]
    with pytest.raises(tc.NotFoundError, match="did you mean `gwp100-ar4`"):
        tc.import_openlca(source, tmp_path / "bad", characterisation="gwp100-ar5")


def test_a_database_in_ecospold(command: Command, tmp_path: Path) -> None:
    one, two = BAKERY / "ecospold-1.xml", BAKERY / "ecospold-2"
    dataset = same(command, tmp_path / "one", ["ecospold", one], tc.import_ecospold, source=one)
    close(dataset, "Bread", "ecospold-carbon-dioxide-emissions-to-air", 0.7 * 0.036 + 1.5 * 0.4)
    dataset = same(command, tmp_path / "two", ["ecospold", two], tc.import_ecospold, source=two)
    # The mill is not divided: its flour bears all.
    close(dataset, "Bread", "ecospold-carbon-dioxide-air-unspecified", 0.7 * 0.04 + 1.5 * 0.4)
    assert "1  left out: co-products: no share is stated" in str(dataset.imported)
    factors = BAKERY / "factors.csv"
    flags = ["ecospold", one, "--characterisation", factors, "--leave-others"]
    choices = {"source": one, "characterisation": factors, "leave_others": True}
    dataset = same(command, tmp_path / "options", flags, tc.import_ecospold, **choices)
    close(dataset, "Bread", "climate-change", 0.7 * 0.036 + 1.5 * 0.4 + 27 * 0.001)


@pytest.mark.parametrize(
    ("function", "format", "name", "exchanges", "processes"),
    [
        (tc.import_openlca, "openlca", "uslci_olca1_5_0_json_ld.zip", 32526, 766),
        (tc.import_ecospold, "ecospold", "uslci_fy18_q3_01_olca1_7_2.ecospold2.zip", 891, 45),
        (tc.import_ecospold, "ecospold", "uslci_fy21_q3_01_olca_10_3_ecospold2.zip", 45656, 639),
    ],
)
def test_the_inventory_of_the_united_states(
    command: Command,
    tmp_path: Path,
    function: Callable[..., tc.Dataset],
    format: str,
    name: str,
    exchanges: int,
    processes: int,
) -> None:
    source = public("uslci") / name
    dataset = same(command, tmp_path, [format, source], function, source=source)
    told = str(dataset.imported).splitlines()
    assert told[0] == f"read {exchanges} exchanges"
    counted = [line.split("  ", 1) for line in (line.strip() for line in told[1:]) if line[:1].isdigit() and "  " in line]
    assert sum(int(count) for count, _ in counted) == exchanges
    assert [int(count) for count, what in counted if what == "in processes"] == [processes]
    assert any(what.startswith("left out: ") for _, what in counted)


def test_what_would_harm_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "up.zip", "w") as archive:
        archive.writestr("../a.spold", "<ecoSpold/>")
        archive.writestr("/b.spold", "<ecoSpold/>")
    for function in (tc.import_openlca, tc.import_ecospold, tc.import_brightway):
        with pytest.raises(tc.UnreadableError) as raised:
            function(tmp_path / "up.zip", tmp_path / "out")
        messages = [diagnostic.message for diagnostic in raised.value.diagnostics]
        assert messages == ["holds `../a.spold`, which leads out of the archive", "holds `/b.spold`, which has an absolute name"]
        assert not (tmp_path / "out").exists()
