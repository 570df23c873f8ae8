"""What moves a true price, and footprints alone: what the command says, as tables."""

import csv
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import truecost as tc

Command = Callable[..., subprocess.CompletedProcess[str]]

COFFEE = "datasets/supply/coffee"


def test_rows_are_those_of_the_command(command: Command) -> None:
    moving = tc.sensitivity(COFFEE, "filter-coffee", top=None)
    text = command("sensitivity", COFFEE, "filter-coffee", "--top", "0", "--format", "csv").stdout
    assert moving.to_csv() == text
    assert str(moving) == command("sensitivity", COFFEE, "filter-coffee", "--top", "0").stdout
    assert moving.to_json() == command("sensitivity", COFFEE, "filter-coffee", "--top", "0", "--format", "json").stdout
    assert len(moving.table) == len(text.splitlines()) - 1 > 100
    assert (moving.product, moving.origin, moving.per, moving.of, moving.unit) == (
        "filter-coffee",
        "NL",
        "cup",
        "true-price",
        "EUR",
    )
    price = tc.price(COFFEE, products="filter-coffee").table.to_pylist()[0]
    assert moving.value == pytest.approx(float(price["true_price"]), rel=1e-12)
    assert moving.lineage["datasets"][0]["name"] == "coffee"
    assert repr(moving).startswith('truecost.Sensitivity("filter-coffee", "true-price": 1')


def test_interventions_and_factors_add_up_to_the_external_cost() -> None:
    rows = tc.sensitivity(COFFEE, "roasted-coffee", of="external", top=None).table.to_pylist()
    for table in ("interventions", "factors"):
        assert sum(row["elasticity"] for row in rows if row["table"] == table) == pytest.approx(1, rel=1e-9)


def test_what_is_refused() -> None:
    with pytest.raises(tc.NotFoundError, match="did you mean `filter-coffee`"):
        tc.sensitivity(COFFEE, "filter-cofee")
    with pytest.raises(tc.NotFoundError, match="did you mean `climate-change`"):
        tc.sensitivity(COFFEE, "filter-coffee", of="climate-chang")
    with pytest.raises(tc.ChoiceError, match="made in CO, NL, UG"):
        tc.sensitivity(COFFEE, "electricity")
    assert tc.sensitivity(COFFEE, "electricity", origin="UG", top=1).origin == "UG"
    with pytest.raises(ValueError, match="top: 0 is not 1 or more"):
        tc.sensitivity(COFFEE, "filter-coffee", top=0)
    with pytest.raises(tc.NotFoundError):
        tc.footprints(COFFEE, products="tea")
    with pytest.raises(ValueError, match="none is named"):
        tc.footprints(COFFEE, indicators=[])


def test_footprints_are_those_of_the_command_and_of_prices(command: Command) -> None:
    found = tc.footprints(tc.read_dataset(COFFEE))
    assert found.to_csv() == command("footprints", COFFEE, "--format", "csv").stdout
    assert str(found) == command("footprints", COFFEE).stdout
    assert found.to_json() == command("footprints", COFFEE, "--format", "json").stdout
    rows = {(row["product"], row["origin"], row["indicator"]): row for row in found.table.to_pylist()}
    assert len(rows) == len(found.table) == 23 * len(found.indicators)
    priced = json.loads(tc.price(COFFEE).to_json())["products"]
    for product in priced:
        for k in product["indicators"]:
            row = rows[product["product"], product["origin"], k["indicator"]]
            amount = k["priced_amount"] + k["unpriced_amount"] + k["excluded_amount"]
            assert (row["amount"] or 0) == pytest.approx(amount, rel=1e-14)
            assert row["proved"] and (row["amount"] is None) == (row["coverage"] == "absent")
    assert found.to_json().count("not_stated_by") == len(rows)
    assert repr(found) == f"truecost.Footprints(23 products, {len(found.indicators)} indicators)"


def test_elasticities_are_drawn() -> None:
    pytest.importorskip("altair")
    moving = tc.sensitivity(COFFEE, "filter-coffee", top=5)
    from plotted import with_field

    drawn = with_field(tc.plot.elasticities(moving, top=4), "datum", "x1")
    table = moving.table.to_pylist()
    assert [row["x1"] for row in drawn] == pytest.approx([row["elasticity"] for row in table[:4]])
    assert drawn[0]["datum"] == "prices: filter-coffee NL"
    nothing = tc.sensitivity(COFFEE, "filter-coffee", of="scarce-water-use")
    with pytest.raises(ValueError, match="has no elasticities"):
        tc.plot.elasticities(nothing)


CE_DELFT: dict[str, Any] = {"factors": "ce-delft-2024", "outside": "as_is"}


def test_spreads_are_those_of_the_command_and_of_samples(command: Command) -> None:
    doubt = tc.sensitivity(COFFEE, "coffee-pack", by="uncertainty", top=None, **CE_DELFT)
    options = ("--by", "uncertainty", "--top", "0", "--factors", "ce-delft-2024", "--outside", "as_is")
    assert doubt.to_csv() == command("sensitivity", COFFEE, "coffee-pack", *options, "--format", "csv").stdout
    assert str(doubt) == command("sensitivity", COFFEE, "coffee-pack", *options).stdout
    rows = doubt.table.to_pylist()
    assert len(rows) == doubt.unsure == 14
    assert sum(row["share_of_variance"] for row in rows) == pytest.approx(1)
    assert {row["distribution"] for row in rows} == {"range"}
    sampled = tc.sample(COFFEE, products="coffee-pack", samples=4000, seed=1, **CE_DELFT)
    [sd] = [row["sd"] for row in sampled.table.to_pylist() if row["measure"] == "gap"]
    assert doubt.standard_deviation == pytest.approx(sd, rel=0.045)
    effect = tc.sensitivity(COFFEE, "coffee-pack", by="effect", top=None, **CE_DELFT)
    assert len(effect.table) > len(rows) and effect.standard_deviation == doubt.standard_deviation
    with pytest.raises(ValueError, match='by: "size" is not one of'):
        tc.sensitivity(COFFEE, "coffee-pack", by="size")  # type: ignore[arg-type]


def test_nothing_is_known_of_spreads() -> None:
    sure = tc.sensitivity(COFFEE, "coffee-pack", by="uncertainty")
    assert (sure.standard_deviation, sure.unsure, len(sure.table)) == (None, 0, 0)
    pytest.importorskip("altair")
    with pytest.raises(ValueError, match="states how far it may be off"):
        tc.plot.spreads(sure)


def test_spreads_are_drawn() -> None:
    pytest.importorskip("altair")
    doubt = tc.sensitivity(COFFEE, "coffee-pack", **CE_DELFT)
    from plotted import with_field

    drawn = with_field(tc.plot.spreads(doubt, top=3), "datum", "x1")
    rows = [row for row in doubt.table.to_pylist() if row["spread"]][:3]
    assert [row["x1"] for row in drawn] == pytest.approx([row["spread"] for row in rows])
    assert [row["x0"] for row in drawn] == [-row["x1"] for row in drawn]
    assert drawn[0]["share"] == f"{100 * rows[0]['share_of_variance']:.1f} %"


GREENHOUSE_GASES = {
    "carbon dioxide": 1.0,
    "carbon dioxide, fossil": 1.0,
    "methane": 28.0,
    "methane, fossil": 30.0,
    "dinitrogen monoxide": 265.0,
}


@pytest.mark.filterwarnings("ignore::truecost.TrueCostWarning")
def test_spreads_of_a_public_database_are_what_samples_say(tmp_path: Path) -> None:
    """Triangles, lognormals and uniforms of the US Life Cycle Inventory, through its loops."""
    archive = Path(os.environ.get("TRUECOST_DATA", "")) / "uslci" / "uslci_olca1_5_0_json_ld.zip"
    if "TRUECOST_DATA" not in os.environ or not archive.is_file():
        pytest.skip("TRUECOST_DATA names no folder with the public test data")
    tc.import_openlca(archive, tmp_path / "flows")
    with (tmp_path / "flows" / "indicators.csv").open(encoding="utf-8", newline="") as file:
        flows = [(row["source"][6:-5], row["name"].lower()) for row in csv.DictReader(file)]
    with (tmp_path / "factors.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["flow", "flow_unit", "indicator", "factor", "unit", "source"])
        for flow, name in flows:
            if name in GREENHOUSE_GASES:
                table.writerow([flow, "kg", "climate-change", GREENHOUSE_GASES[name], "kg CO2-eq", "a test"])
    data = tc.import_openlca(
        archive, tmp_path / "us", characterisation=tmp_path / "factors.csv", leave_others=True
    )
    valued: dict[str, Any] = {"factors": "true-price-2025", "currency": "EUR", "year": 2024}
    samples = tc.sample(data, samples=4000, seed=1, **valued)
    assert samples.without_solution == 0
    compared = 0
    for row in samples.table.to_pylist():
        # What is left without a spread is rounding.
        if row["measure"] != "gap" or row["sd"] <= 1e-4 * abs(row["central"]):
            continue
        doubt = tc.sensitivity(
            data, row["product"], of="gap", by="uncertainty", top=1, origin=row["origin"], **valued
        )
        assert doubt.standard_deviation == pytest.approx(row["sd"], rel=0.045), row
        compared += 1
    assert compared > 50
