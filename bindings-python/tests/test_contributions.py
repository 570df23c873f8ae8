"""What a footprint and a cost are made of, from Python."""

import json
import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import truecost as tc

Command = Callable[..., subprocess.CompletedProcess[str]]

COFFEE = "datasets/supply/coffee"


@pytest.mark.parametrize("by", ["stage", "process", "region", "tier"])
def test_parts_add_up_to_the_price(by: Any) -> None:
    price = tc.price(COFFEE, products="filter-coffee").table.to_pylist()[0]
    rows = tc.contributions(COFFEE, "filter-coffee", by).table.to_pylist()
    assert sum(row["cost"] for row in rows if row["cost"] is not None) == price["external_cost"]
    assert isinstance(rows[0]["cost"], Decimal)
    assert abs(sum(row["cost_share"] or 0 for row in rows) - 1) < 1e-9


def test_the_same_as_the_command(command: Command, tmp_path: Path) -> None:
    asked = ["contributions", COFFEE, "filter-coffee", "--by", "process", "--indicator", "all", "--paths", "--top", "5"]
    asked += ["--cutoff", "0.02", "--order", "convert-first"]
    found = tc.contributions(
        COFFEE, "filter-coffee", "process", indicator="all", paths=True, top=5, cutoff=0.02, order="convert-first"
    )
    assert str(found) == command(*asked).stdout
    assert found.to_json() == command(*asked, "--format", "json").stdout
    for name in ("paths.csv", "all.json", "paths.parquet"):
        command(*asked, "-o", str(tmp_path / f"cli-{name}"))
        assert found.write(tmp_path / name).read_bytes() == (tmp_path / f"cli-{name}").read_bytes()
    for name in ("chain.svg", "chain.json"):
        command(*asked, "--sankey", str(tmp_path / name))
    assert found.to_svg() == (tmp_path / "chain.svg").read_text()
    assert found.to_vega() == json.loads((tmp_path / "chain.json").read_text())
    assert found.write(tmp_path / "own.svg").read_text() == found.to_svg()


def test_paths_and_what_is_not_listed() -> None:
    found = tc.contributions(COFFEE, "filter-coffee", paths=True)
    rows = found.paths.to_pylist()
    total = tc.price(COFFEE, products="filter-coffee").table.to_pylist()[0]["external_cost"]
    assert rows[-1]["path"] == "not listed"
    assert sum(row["cost"] for row in rows) == total
    assert rows[0]["path"].endswith("wetmill-co > farm-co")
    assert tc.contributions(COFFEE, "filter-coffee").paths.to_pylist() == []


def test_one_indicator() -> None:
    found = tc.contributions(COFFEE, "filter-coffee", "tier", indicator="climate-change", tiers=2)
    rows = found.table.to_pylist()
    assert [row["part"] for row in rows][-1] == "deeper tiers"
    footprint = sum(row["amount"] for row in rows if row["amount"] is not None)
    whole = json.loads(found.to_json())["products"][0]["whole"][0]["amount"]
    assert abs(footprint - whole) <= 1e-9 * whole
    assert (found.currency, found.year, found.warnings) == ("EUR", 2024, ())
    assert "filter-coffee" in repr(found)
    assert "<pre>" in found._repr_html_()
    assert found.lineage["datasets"]


def test_what_is_asked_wrongly() -> None:
    wrong: list[tuple[str, Any]] = [("tiers", -1), ("tiers", 1001), ("top", 0), ("cutoff", 2), ("by", "x")]
    for name, value in [*wrong, ("cutoff", float("nan"))]:
        with pytest.raises(ValueError, match=name):
            tc.contributions(COFFEE, "filter-coffee", **{name: value})
    strange: list[tuple[str, Any]] = [("tiers", "1"), ("top", True), ("cutoff", "x"), ("paths", 1), ("made_in", 3)]
    for name, value in strange:
        with pytest.raises(TypeError, match=name):
            tc.contributions(COFFEE, "filter-coffee", **{name: value})
    missing: list[dict[str, Any]] = [{"product": "tea"}, {"indicator": "x"}, {"made_in": "DE"}]
    for asked in missing:
        with pytest.raises(tc.NotFoundError):
            tc.contributions(COFFEE, **{"product": "filter-coffee", **asked})


def test_a_file_without_a_format(tmp_path: Path) -> None:
    with pytest.raises(tc.UnwritableError, match="csv"):
        tc.contributions(COFFEE, "filter-coffee").write(tmp_path / "x.txt")


def test_the_drawing_holds_every_bar_and_band() -> None:
    pytest.importorskip("altair")
    found = tc.contributions(COFFEE, "filter-coffee")
    chart = tc.plot.sankey(found).to_dict()
    drawing = {data["name"]: data["values"] for data in found.to_vega()["data"]}
    bands, bars = (chart["datasets"][chart["layer"][at]["data"]["name"]] for at in (0, 1))
    assert {point["band"] for point in bands} == set(range(len(drawing["bands"])))
    assert [bar["process"] for bar in bars] == [bar["name"] for bar in drawing["bars"]]
    for index, band in enumerate(drawing["bands"]):
        points = [point for point in bands if point["band"] == index]
        assert all(abs(point["low"] - point["y"] - band["width"]) < 1e-9 for point in points)
        assert (points[0]["x"], points[-1]["x"]) == (band["x0"], band["x1"])
