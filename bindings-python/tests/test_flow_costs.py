"""What flows cost others, in Python as on the command line."""

import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import SUPPLY, Tables
from test_same_as_cli import files

import truecost as tc

Command = Callable[..., subprocess.CompletedProcess[str]]
STREET = "datasets/flows/street"

CASES: dict[str, tuple[list[str], dict[str, Any]]] = {
    "of the manifest": ([], {}),
    "another supply": (["--supply", str(SUPPLY / "grocery")], {"supply": SUPPLY / "grocery"}),
    "the rest": (
        ["--factors", "uba-2025:prtp-0", "--year", "2023", "--currency", "USD", "--emission-year", "2030"]
        + ["--outside", "as_is", "--order", "convert-first", "--netting", "--origin", "NL", "--rate", "USD:2023=1.1"]
        + ["--ppp-rate", "USD:2023=1.3", "--index", "2023=126", "--prices", "penny-2023"],
        {
            "factors": "uba-2025:prtp-0",
            "year": 2023,
            "currency": "USD",
            "emission_year": 2030,
            "outside": "as_is",
            "order": "convert-first",
            "netting": True,
            "origin": "NL",
            "rates": {("USD", 2023): 1.1},
            "ppp_rates": {("USD", 2023): "1.3"},
            "indices": {2023: 126},
            "prices": "penny-2023",
        },
    ),
}


@pytest.fixture
def street() -> tc.Regimes:
    return tc.classify(STREET)


@pytest.fixture
def shopping(lending: Tables) -> Tables:
    """Two loaves of 0.55 kg CO2-eq each that are sold, with the money for them, and one that is given away."""
    flows = {
        "id": ["bread", "pay", "gift"],
        "from": ["shop", "ana", "ana"],
        "to": ["ana", "shop", "bo"],
        "date": ["2024-03-02"] * 3,
        "resource": ["loaf", "money", "loaf"],
        "quantity": [2.0, None, 0.5],
        "unit": ["kg", None, "kg"],
        "value": ["6.40", "6.40", None],
        "unit_of_account": ["EUR", "EUR", "none"],
        "price_basis": ["posted", "posted", "none"],
        "counterflow_kind": ["money", "goods_services", "none"],
        "contracted": ["yes", "yes", "no"],
        "compelled": ["none"] * 3,
        "relation": ["none"] * 3,
        "access_scope": ["anyone", "anyone", "named"],
        "agreement": ["sale", "sale", None],
    }
    resources = {"id": ["loaf", "money"], "kind": ["goods_services", "money"], "product": ["bread", None]}
    return {"agents": lending["agents"], "flows": pa.table(flows), "resources": pa.table(resources)}


@pytest.mark.filterwarnings("ignore::truecost.TrueCostWarning")
@pytest.mark.parametrize("case", CASES)
def test_files_are_the_same(case: str, command: Command, tmp_path: Path) -> None:
    flags, choices = CASES[case]
    done = command("classify", STREET, *flags, "--out", tmp_path / "cli")
    assert done.returncode == 0, done.stderr
    cli = files(tmp_path / "cli")
    assert "flow_costs.csv" in cli
    for given in (STREET, tc.read_flows(STREET)):
        result = tc.classify(given, **choices)
        result.write(tmp_path / "python")
        assert files(tmp_path / "python") == cli
    assert str(result) == done.stdout
    assert result.to_json() == command("classify", STREET, *flags, "--format", "json").stdout
    for file, table in (("flow_costs", result.costs), ("statement", result.statement)):
        parquet = pq.ParquetFile(tmp_path / "cli" / f"{file}.parquet")
        assert parquet.read().to_pylist() == table.to_pylist()
        assert parquet.metadata.metadata[b"truecost"] == pa.table(table).schema.metadata[b"truecost"]


def test_a_dataset_that_was_read_prices_too(street: tc.Regimes, bakery: Tables) -> None:
    grocery = tc.read_dataset(SUPPLY / "grocery")
    assert str(tc.classify(STREET, supply=grocery)) == str(street)
    assert street.lineage["prices"]["datasets"] == tc.classify(STREET, supply=grocery).lineage["prices"]["datasets"]
    assert (street.currency, street.year, street.factors) == ("EUR", 2024, "ce-delft-2024:standard")
    handbook = tc.factor_set("ce-delft-2024")
    assert str(tc.classify(STREET, supply=grocery, factors=handbook)) == str(street)


def test_explanations_are_the_same(street: tc.Regimes, command: Command) -> None:
    for row in street.costs.to_pylist():
        done = command("explain", STREET, "--flow", row["flow"])
        assert street.explain(row["flow"]) == done.stdout


def test_costs_are_those_of_the_product(shopping: Tables, bakery: Tables) -> None:
    """By hand: the gap of a loaf, times its quantity, to a millionth; its money leg costs nobody anything."""
    choices: dict[str, Any] = {"factors": "ce-delft-2024", "currency": "EUR", "year": 2024}
    supply = tc.Dataset.from_tables(**bakery)
    [loaf] = tc.price(supply, **choices).table.to_pylist()
    result = tc.classify(tc.Flows.from_tables(**shopping), supply=supply, **choices)
    rows = {row["flow"]: row for row in result.costs.to_pylist()}
    for flow, quantity in (("bread", 2), ("gift", Decimal("0.5"))):
        assert rows[flow]["status"] == "priced"
        assert rows[flow]["gap"] == (loaf["gap"] * quantity).quantize(Decimal("0.000001"))
    assert rows["bread"]["true_price"] == Decimal("6.40") + rows["bread"]["gap"]
    assert (rows["pay"]["status"], rows["pay"]["gap"]) == ("not a product", None)
    gaps = [row["amount"] for row in result.statement.to_pylist() if row["measure"] == "gap"]
    assert sum(gaps) == rows["bread"]["gap"] + rows["gift"]["gap"]


def test_many_flows_come_in_parts(river: Tables, bakery: Tables) -> None:
    flows = river["flows"]
    count = len(flows)
    flows = flows.append_column("resource", pa.array(["loaf"] * count))
    flows = flows.append_column("quantity", pa.array([n % 7 for n in range(count)]))
    flows = flows.append_column("unit", pa.array(["kg"] * count))
    resources = pa.table({"id": ["loaf"], "kind": ["goods_services"], "product": ["bread"]})
    dataset = tc.Flows.from_tables(agents=river["agents"], flows=flows, resources=resources)
    told: list[str] = []
    result = tc.classify(
        dataset,
        supply=tc.Dataset.from_tables(**bakery),
        factors="ce-delft-2024",
        currency="EUR",
        year=2024,
        progress=lambda stage, done, total: told.append(stage),
    )
    assert list(dict.fromkeys(told)) == ["gathering", "classifying", "solving", "pricing"]
    sizes, total = [], Decimal(0)
    for batch in pa.RecordBatchReader.from_stream(result.costs):
        sizes.append(batch.num_rows)
        total += sum(batch.column("external_cost").to_pylist())
    assert sizes == [65_536, 65_536, count - 2 * 65_536]
    costs = [row["amount"] for row in result.statement.to_pylist() if row["measure"] == "external_cost"]
    assert sum(costs) == total > 0


def test_flows_that_are_not_priced(lending: Tables) -> None:
    result = tc.classify(tc.Flows.from_tables(**lending))
    assert (result.currency, result.year, result.factors) == (None, None, None)
    assert "prices" not in result.lineage
    for name in ("statement", "costs"):
        with pytest.raises(tc.ChoiceError, match="hint: name a supply dataset: supply=PATH"):
            getattr(result, name)


def test_what_is_wrong_is_said(shopping: Tables, bakery: Tables) -> None:
    flows = tc.Flows.from_tables(**shopping)
    with pytest.raises(tc.ChoiceError, match="hint: factors=SET"):
        tc.classify(flows, supply=tc.Dataset.from_tables(**bakery))
    with pytest.raises(tc.UnreadableError):
        tc.classify(flows, supply="no/such/folder")
    with pytest.raises(tc.DataError, match="bread"):
        tc.classify(flows, supply=SUPPLY / "coffee")
    with pytest.raises(TypeError, match="supply: expected a truecost.Dataset, or the path of one .*, not int"):
        tc.classify(flows, supply=3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="supply: expected a truecost.Dataset, .* not truecost.Flows"):
        tc.classify(flows, supply=flows)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"year: expected a year \(int\), not str"):
        tc.classify(flows, year="2024")  # type: ignore[arg-type]
