"""Flow datasets: from any producer the same, and all that is wrong is said."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from conftest import FLOWS, Tables, folder_tables
from test_tables_in import PRODUCERS

import truecost as tc

FACTS = "title description caveat producer citation version published url geography licence defaults".split()


def classes(flows: tc.Flows) -> dict[str, str]:
    rows = tc.classify(flows).table.to_pylist()
    return {row["flow"]: f"{row['regime']}.{row['subregime']}" for row in rows}


def made(tables: dict[str, Any], **facts: Any) -> tc.Flows:
    return tc.Flows.from_tables(**tables, **facts)


def test_what_the_small_tables_hold(lending: Tables) -> None:
    """As anybody would call them: a favour, and the two legs of a sale."""
    found = classes(made(lending))
    sale = "market.conventional"
    assert found == {"ladder": "reciprocity.gift", "paint": sale, "pay": sale}


@pytest.mark.parametrize("name", ["street", "labelled-cases"])
def test_tables_in_memory_are_the_folder(name: str, tmp_path: Path) -> None:
    folder = tc.read_flows(FLOWS / name)
    facts = {key: value for key, value in folder.manifest.items() if key in FACTS and value is not None}
    tables = {key: table for key, table in folder_tables(FLOWS / name).items() if key in TABLES}
    settings = folder.manifest.get("flows", {})
    memory = made(tables, name=name, **settings, **facts)
    assert memory.hash == folder.hash
    assert len(memory) == len(folder)
    assert repr(memory) == repr(folder)
    # The path of the manifest begins in the folder, and there is none.
    supply = FLOWS / name / settings["supply"] if "supply" in settings else None
    left, right = tc.classify(folder), tc.classify(memory, supply=supply)
    assert left.to_csv() == right.to_csv()
    assert left.to_json() == right.to_json()


TABLES = "agents flows agreements memberships resources units accounts wages".split()


@pytest.mark.parametrize("producer", PRODUCERS)
def test_every_producer_gives_the_same_result(producer: str) -> None:
    convert: Callable[[pa.Table], Any] = PRODUCERS[producer]
    tables = {key: table for key, table in folder_tables(FLOWS / "street").items() if key in TABLES}
    given = {name: convert(table) for name, table in tables.items()}
    stated = tc.read_flows(FLOWS / "street").manifest["flows"]["stated"]
    flows = made(given, stated=stated, name="street")
    assert tc.classify(flows).to_csv() == tc.classify(FLOWS / "street").to_csv()


def test_a_null_is_not_stated_and_a_nan_is_refused(lending: Tables) -> None:
    flows = lending["flows"]
    place = flows.column_names.index("value")
    silent = flows.set_column(place, "value", pa.array([None, 9.6, None]))
    row = tc.classify(made({**lending, "flows": silent})).table.to_pylist()[2]
    assert (row["flow"], row["value"]) == ("pay", None)
    # pandas writes what is missing as NaN, and hands it on as null.
    frame = silent.to_pandas()
    assert pd.isna(frame["value"][2])
    assert tc.classify(made({**lending, "flows": frame})).table.to_pylist()[2]["value"] is None
    nan = flows.set_column(place, "value", pa.array([None, 9.6, float("nan")]))
    with pytest.raises(tc.DataError) as caught:
        made({**lending, "flows": nan})
    [found] = caught.value.diagnostics
    assert (found.code, found.file, found.row, found.column) == ("not-a-number", "tables/flows", 3, "value")


@pytest.mark.parametrize("of", [pl.DataFrame, pd.DataFrame, pa.table])
def test_a_column_without_any_cell(lending: Tables, of: Callable[[Any], Any]) -> None:
    """It has no type, and polars hands it on as nobody can read it."""
    columns = lending["flows"].drop_columns(["compelled", "value"]).to_pydict()
    empty = of({**columns, "compelled": [None] * 3, "value": [None] * 3})
    without = classes(made({**lending, "flows": of(columns)}))
    assert classes(made({**lending, "flows": empty})) == without
    assert without["ladder"] == "unclassified.insufficient_evidence"
    said = made({**lending, "flows": empty}, stated={"compelled": "none"})
    assert classes(said)["ladder"] == "reciprocity.gift"


def test_what_holds_of_all_flows(lending: Tables) -> None:
    flows = lending["flows"]
    place = flows.column_names.index("contracted")
    empty = flows.set_column(place, "contracted", pa.array([None, "yes", "yes"]))
    row = tc.classify(made({**lending, "flows": empty})).table.to_pylist()[0]
    assert row["subregime"] == "insufficient_evidence"
    for no in ("no", False):
        result = tc.classify(made({**lending, "flows": empty}, stated={"contracted": no, "rival": None}))
        assert result.table.to_pylist()[0]["subregime"] == "gift"
        assert result.lineage["stated_of_all"] == {"contracted": "no"}
    with pytest.raises(tc.DataError, match="`certification` cannot be stated of all flows"):
        made(lending, stated={"certification": "none"})
    with pytest.raises(tc.DataError, match="tables/manifest.toml: `flows.stated`: `maybe` is not a value"):
        made(lending, stated={"contracted": "maybe"})


def test_all_problems_at_once(lending: Tables) -> None:
    flows = lending["flows"].to_pydict()
    flows.update(to=["bo", "anna", "shop"], value=[None, "9,60", "-1"], contracted=["no", "perhaps", "yes"])
    agents = lending["agents"].append_column("region", pa.array(["NL", "Atlantis", None]))
    with pytest.raises(tc.DataError) as caught:
        made({"agents": agents, "flows": pa.table(flows)}, name="lending")
    found = {(d.code, d.file, d.row, d.column) for d in caught.value.diagnostics}
    assert found >= {
        ("unknown-region", "lending/agents", 2, "region"),
        ("dangling-reference", "lending/flows", 2, "to"),
        ("not-a-number", "lending/flows", 2, "value"),
        ("bad-value", "lending/flows", 2, "contracted"),
    }
    assert {row for _, file, row, column in found if file == "lending/flows" and column == "value"} == {2, 3}
    assert "did you mean `ana`?" in str(caught.value)


def test_errors_of_folders(tmp_path: Path) -> None:
    with pytest.raises(tc.UnreadableError):
        tc.read_flows("no/such/folder")
    with pytest.raises(tc.DataError, match="kind `supply`, not `flows`"):
        tc.read_flows("datasets/supply/coffee")
    with pytest.raises(tc.DataError, match="kind `flows`, not `supply`"):
        tc.price("datasets/flows/street")


@pytest.mark.parametrize("table", [[{"id": "ana"}], {"id": ["ana"]}, "agents.csv", 3, pa.Table, None])
def test_what_is_no_table(lending: Tables, table: Any) -> None:
    with pytest.raises(TypeError, match="agents: expected a table"):
        made({**lending, "agents": table})


def test_arguments_of_a_wrong_type(lending: Tables) -> None:
    wrong: dict[str, Any] = {"name": 3, "title": 3, "licence": 3, "published": 2024, "stated": "none", "defaults": 1}
    for name, value in wrong.items():
        with pytest.raises(TypeError, match=name):
            made(lending, **{name: value})
    with pytest.raises(TypeError, match="path: expected a path"):
        tc.read_flows(3)  # type: ignore[arg-type]


def test_what_is_said_stands_in_the_lineage(lending: Tables) -> None:
    silent = tc.classify(made(lending)).lineage["datasets"][0]
    assert (silent["name"], silent["licence"]) == ("tables", "not stated: tables in memory")
    facts = {"title": 'The "ladder"', "licence": {"name": "CC0-1.0", "redistribute": True}, "caveat": "made up"}
    told = tc.classify(made(lending, name="lending", published=date(2024, 5, 1), **facts)).lineage
    assert told["datasets"][0]["title"] == facts["title"]
    assert (told["datasets"][0]["redistribute"], told["cautions"]) == (True, ["made up"])


def test_the_order_of_rows_is_no_matter(lending: Tables) -> None:
    turned = {name: table.take(list(reversed(range(len(table))))) for name, table in lending.items()}
    assert made(turned).hash == made(lending).hash
    assert tc.classify(made(turned)).to_csv() == tc.classify(made(lending)).to_csv()


def test_accounts_and_wages(lending: Tables) -> None:
    units = pa.table({"id": ["LEAF"], "kind": ["member_credit"]})
    accounts = {"agent": ["ana", "bo"], "unit": ["LEAF", "LEAF"], "opening": [20, -20], "date": [date(2024, 1, 1)] * 2}
    wages = pa.table(
        {"basis": ["generalist"], "amount": ["15.50"], "currency": ["EUR"], "year": [2024], "source": ["a guess"]}
    )
    plain = made({**lending, "units": units})
    read = made({**lending, "units": units, "accounts": pa.table(accounts), "wages": wages})
    assert read.hash != plain.hash
    lost = pa.table({**accounts, "opening": [20, -10]})
    with pytest.raises(tc.DataError) as caught:
        made({**lending, "units": units, "accounts": lost, "wages": wages.set_column(1, "amount", pa.array(["x"]))})
    assert {(d.code, d.file) for d in caught.value.diagnostics} == {
        ("openings-not-balanced", "tables/accounts"),
        ("not-a-number", "tables/wages"),
    }


def test_a_correction_is_a_flow_of_its_own(lending: Tables) -> None:
    """It takes the class of what it corrects, and adds to the sums."""
    flows = lending["flows"].to_pydict()
    columns = {name: [*values, values[2]] for name, values in flows.items()}
    columns.update(id=[*flows["id"], "too-much"], value=[None, "9.60", "9.60", "-1.10"], corrects=[None] * 3 + ["pay"])
    result = tc.classify(made({**lending, "flows": pa.table(columns)}))
    rows = {row["flow"]: row for row in result.table.to_pylist()}
    assert rows["too-much"]["subregime"] == rows["pay"]["subregime"] == "conventional"
    [ana] = [row for row in result.summary.to_pylist() if row["agent"] == "ana" and row["unit"] == "EUR"]
    assert str(ana["given_value"]) == "8.500000000000"
