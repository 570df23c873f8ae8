"""Scenarios from Python: the numbers are those of the command, and what callers give is checked."""

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


def policy() -> dict[str, Any]:
    return {
        "name": "policy",
        "title": "A tax, and less gas",
        "description": None,
        "change": [
            {
                "id": "tax",
                "title": "100 EUR per t",
                "kind": "tax",
                "indicator": "climate-change",
                "rate": 100,
                "unit": "t CO2-eq",
                "currency": "EUR",
                "year": 2024,
                "market_price": "passed_on",
            },
            {
                "id": "gas",
                "title": "Half the gas",
                "kind": "scale",
                "table": "inputs",
                "where": {"process": ["roastery-blend"], "product": "natural-gas"},
                "by": Decimal("0.5"),
            },
        ],
    }


def as_toml(scenario: dict[str, Any]) -> str:
    lines = [f"title = {json.dumps(scenario['title'])}"]
    for change in scenario["change"]:
        lines.append("[[change]]")
        for key, value in change.items():
            if isinstance(value, dict):
                inner = ", ".join(f"{k} = {json.dumps(v)}" for k, v in value.items())
                lines.append(f"{key} = {{ {inner} }}")
            else:
                lines.append(f"{key} = {json.dumps(value, default=str)}")
    return "\n".join(lines) + "\n"


def test_as_the_command_says(tmp_path: Path, command: Command) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(as_toml(policy()), encoding="utf-8")
    found = tc.compare(COFFEE, policy(), products="coffee-pack")
    assert found.to_csv() == command("compare", COFFEE, "coffee-pack", "--scenario", str(file), "--format", "csv").stdout
    of_file = tc.compare(COFFEE, [file], products=["coffee-pack"])
    assert of_file.causes.to_pylist() == found.causes.to_pylist()
    assert str(of_file) == command("compare", COFFEE, "coffee-pack", "--scenario", str(file)).stdout
    names = command("compare", COFFEE, "coffee-pack", "--scenario", str(file), "--out", str(tmp_path / "out"))
    assert names.returncode == 0
    for path in of_file.write(tmp_path / "again"):
        assert path.read_bytes() == (tmp_path / "out" / path.name).read_bytes()


def test_causes_add_up() -> None:
    found = tc.compare(COFFEE, policy())
    assert (found.names, found.rules, found.currency, found.year) == (["policy"], ["shapley"], "EUR", 2024)
    table = {(row["product"], row["origin"]): row for row in found.table.to_pylist() if row["scenario"] == "policy"}
    assert len(table) > 20
    for column in ("external_cost", "internalised", "gap"):
        for place, row in table.items():
            causes = [cause for cause in found.causes.to_pylist() if (cause["product"], cause["origin"]) == place]
            assert sum(cause[column] for cause in causes) == row[f"{column}_difference"]
            parts = [part for part in found.causes_by_indicator.to_pylist() if (part["product"], part["origin"]) == place]
            assert sum(part[column] for part in parts) == row[f"{column}_difference"]


def test_one_scenario_of_a_price(tmp_path: Path) -> None:
    found = tc.compare(COFFEE, policy(), products="coffee-pack")
    prices = tc.price(COFFEE, products="coffee-pack", scenario=policy())
    [row] = prices.table.to_pylist()
    [compared] = [row for row in found.table.to_pylist() if row["scenario"] == "policy"]
    for column in ("market_price", "external_cost", "internalised", "gap", "true_price"):
        assert row[column] == compared[column]
    [scenario] = [dataset for dataset in prices.lineage["datasets"] if dataset["role"] == "scenario"]
    assert scenario["name"] == "policy"
    assert scenario["hash"].startswith("sha256:")
    assert found.lineage["scenarios"][0]["datasets"][1] == scenario
    page = found.to_html(tmp_path / "page.html")
    assert "Half the gas" in page.read_text(encoding="utf-8")
    assert found.to_html(tmp_path / "folder").name == "index.html"


def test_a_scenario_is_explained_sampled_and_compiled(tmp_path: Path, command: Command) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(as_toml(policy()), encoding="utf-8")
    prices = tc.price(COFFEE, products="coffee-pack", scenario=file)
    text = prices.explain("coffee-pack")
    assert text.splitlines()[1] == f"with the scenario policy: {policy()['title']}"
    assert text == command("explain", COFFEE, "coffee-pack", "--scenario", str(file)).stdout
    book = tc.compile_price_book(COFFEE, scenario=file)
    written = tmp_path / "book.arrow"
    assert command("pricebook", COFFEE, "--scenario", str(file), "--out", str(written)).returncode == 0
    assert tc.read_price_book(written).hash == book.hash != tc.compile_price_book(COFFEE).hash
    [row] = prices.table.to_pylist()
    sampled = tc.sample(COFFEE, products="coffee-pack", samples=2, scenario=file).table.to_pylist()
    [central] = [found["central"] for found in sampled if found["measure"] == "gap"]
    assert central == pytest.approx(float(row["gap"]), rel=1e-12)


def test_what_is_wrong_is_refused() -> None:
    wrong = policy()
    wrong["change"][0]["indikator"] = 1
    wrong["change"][1]["by"] = "half"
    with pytest.raises(tc.DataError) as raised:
        tc.compare(COFFEE, wrong)
    assert {diagnostic.code for diagnostic in raised.value.diagnostics} == {"scenario-invalid", "not-a-number"}
    missing = policy()
    missing["change"][1]["where"] = {"process": "roastery"}
    with pytest.raises(tc.TrueCostError, match="whose `process` is `roastery`"):
        tc.price(COFFEE, scenario=missing)
    with pytest.raises(TypeError):
        tc.compare(COFFEE, 5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="one at least"):
        tc.compare(COFFEE, [])
    with pytest.raises(tc.UnreadableError):
        tc.compare(COFFEE, "nowhere.toml")
    with pytest.raises(tc.TrueCostError, match="called `policy`"):
        tc.compare(COFFEE, [policy(), policy()])


def test_what_is_cut_off_in_a_scenario_is_warned_of() -> None:
    row = {"process": "roastery-blend", "product": "filter-coffee", "amount": 1, "unit": "cup", "cutoff": "yes"}
    more = {"id": "cut", "title": "Cups are cut off", "kind": "add", "table": "inputs", "rows": [row]}
    scenario = {"name": "cut", "title": "Cut off", "change": [more]}
    with pytest.warns(tc.TrueCostWarning, match="cut off only in the scenario: filter-coffee of roastery-blend"):
        found = tc.compare(COFFEE, scenario, products="coffee-pack")
    assert "coverage-differs" in {warning.code for warning in found.warnings}
    [compared] = [row for row in found.table.to_pylist() if row["scenario"] == "cut"]
    assert compared["coverage_differs"] == "cut off only in the scenario: filter-coffee of roastery-blend"


def test_a_stop_is_heard() -> None:
    def stop(stage: str, done: int, total: int) -> bool:
        if stage == "comparing" and done:
            raise KeyboardInterrupt
        return True

    with pytest.raises(KeyboardInterrupt):
        tc.compare(COFFEE, policy(), progress=stop)


def test_a_drawing() -> None:
    pytest.importorskip("altair")
    found = tc.compare(COFFEE, policy(), products=["coffee-pack", "roasted-coffee-colombia"])
    chart = tc.plot.compare(found, "coffee-pack").to_dict()
    text = json.dumps(chart)
    assert "100 EUR per t" in text
    assert "Half the gas" in text
    assert "What changes the true price, by the Shapley value" in text
    assert "true price gap" in json.dumps(tc.plot.compare(found, "roasted-coffee-colombia").to_dict())
    with pytest.raises(ValueError, match="no product 'tea'"):
        tc.plot.compare(found, "tea")
