"""Books of flows in Python: what the command says, to the byte, and sums known by hand."""

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

CASES: dict[str, tuple[str, list[str], dict[str, Any]]] = {
    "all agents": ("circle", [], {}),
    "one": ("circle", ["--agent", "bakery"], {"agent": "bakery"}),
    "two, for a month": (
        "circle",
        ["--agent", "mill", "--agent", "bakery", "--period", "2024-02"],
        {"agent": ["mill", "bakery"], "period": "2024-02"},
    ),
    "with what it cost others": ("street", ["--agent", "food-coop"], {"agent": "food-coop"}),
    "another supply": (
        "street",
        ["--supply", str(SUPPLY / "grocery"), "--factors", "uba-2025", "--year", "2023"],
        {"supply": SUPPLY / "grocery", "factors": "uba-2025", "year": 2023},
    ),
    "a valley": ("counter-economy", ["--period", "2024"], {"period": "2024"}),
}


@pytest.mark.parametrize("case", CASES)
def test_as_the_command(case: str, command: Command, tmp_path: Path) -> None:
    name, options, keywords = CASES[case]
    flows = f"datasets/flows/{name}"
    accounts = tc.accounts(tc.read_flows(flows), **keywords)
    told = command("accounts", flows, *options, "--out", tmp_path / "command")
    assert str(accounts) == told.stdout
    accounts.write(tmp_path / "python")
    assert files(tmp_path / "python") == files(tmp_path / "command")
    assert len(files(tmp_path / "python")) == 14
    texts = {"json": accounts.to_json, "csv": accounts.to_csv, "hledger": accounts.to_hledger}
    texts["beancount"] = accounts.to_beancount
    for word, text in texts.items():
        assert text() == command("accounts", flows, *options, "--format", word).stdout, word
    for file, table in (("journal", accounts.journal), ("balances", accounts.balances)):
        parquet = pq.ParquetFile(tmp_path / "command" / f"{file}.parquet")
        assert parquet.read().to_pylist() == table.to_pylist()
        assert parquet.metadata.metadata[b"truecost"] == pa.table(table).schema.metadata[b"truecost"]


# Of flows that are classified already


@pytest.mark.parametrize("name", ["street", "circle"])
def test_what_is_classified_is_not_classified_anew(name: str, tmp_path: Path) -> None:
    flows = f"datasets/flows/{name}"
    told: list[str] = []
    regimes = tc.classify(flows)
    accounts = tc.accounts(regimes, progress=lambda stage, done, total: told.append(stage))
    assert not {"reading", "gathering", "classifying", "pricing"} & set(told)
    accounts.write(tmp_path / "regimes")
    tc.accounts(flows).write(tmp_path / "flows")
    assert files(tmp_path / "regimes") == files(tmp_path / "flows")
    assert accounts.warnings[: len(regimes.warnings)] == regimes.warnings


def test_books_are_of_the_rules_that_classified(stall: tc.Flows) -> None:
    """What `classify` was told is what is booked, and nothing that was for it is ignored in silence."""
    street = tc.classify("datasets/flows/street", factors="uba-2025", year=2023)
    valued = tc.accounts(street).lineage["external_cost"]["datasets"]
    assert [row["name"] for row in valued if row["role"] == "factors"] == [street.factors]
    regimes = tc.classify(stall)
    refused: list[dict[str, Any]] = [{"profile": "default"}, {"supply": SUPPLY / "grocery"}, {"datasets": "datasets"}]
    refused += [{"factors": "uba-2025"}, {"netting": False}, {"rates": {}}]
    for keywords in refused:
        [name] = keywords
        with pytest.raises(ValueError, match=f"{name}: these flows are classified already"):
            tc.accounts(regimes, **keywords)
    with pytest.raises(tc.NotFoundError, match="there is no agent `bo`"):
        tc.accounts(regimes, agent="bo")


def test_what_comes_with_a_loaf(stall: tc.Flows, bakery: Tables) -> None:
    """By hand: ten loaves at the external cost of one, out of the stall and to Ana, in a unit of its own."""
    resources = pa.table({"id": ["loaf", "money"], "kind": ["goods_services", "money"], "product": ["bread", None]})
    flows = pa.table(stall_flows()).append_column("quantity", pa.array(["10", None, None]))
    flows = flows.append_column("unit", pa.array(["kg", None, None]))
    choices: dict[str, Any] = {"factors": "ce-delft-2024", "currency": "EUR", "year": 2024}
    supply = tc.Dataset.from_tables(**bakery)
    [loaf] = tc.price(supply, **choices).table.to_pylist()
    dataset = tc.Flows.from_tables(agents=stall_agents(), flows=flows, resources=resources)
    accounts = tc.accounts(dataset, supply=supply, **choices)
    cost = (loaf["environmental"] * 10).quantize(Decimal("0.000001"))
    rows = {(row["agent"], row["account"], row["unit"]): row["closing"] for row in accounts.trial_balance.to_pylist()}
    assert cost > 0
    assert rows["ana", "assets:embodied-cost", "EUR.environmental"] == cost
    assert rows["stall", "assets:embodied-cost", "EUR.environmental"] == -cost
    assert rows["ana", "assets:cash", "EUR"] == -32


# Answers known by hand


def stall_flows() -> dict[str, list[str]]:
    return {
        "id": ["bread", "cash", "rest"],
        "from": ["stall", "ana", "ana"],
        "to": ["ana", "stall", "stall"],
        "date": ["2024-03-02", "2024-03-09", "2024-04-01"],
        "resource": ["loaf", "money", "money"],
        "value": ["32", "20", "12"],
        "unit_of_account": ["EUR"] * 3,
        "price_basis": ["posted"] * 3,
        "contracted": ["yes"] * 3,
        "compelled": ["none"] * 3,
        "relation": ["none"] * 3,
        "agreement": ["sale"] * 3,
    }


def stall_agents() -> pa.Table:
    return pa.table({"id": ["stall", "ana"], "kind": ["firm", "person"]})


@pytest.fixture
def stall() -> tc.Flows:
    """A stall sells ten loaves for 32 EUR, is paid 20 in the same month, and 12 in the next."""
    return tc.Flows.from_tables(
        agents=stall_agents(),
        flows=pa.table(stall_flows()),
        resources=pa.table({"id": ["loaf", "money"], "kind": ["goods_services", "money"]}),
    )


def balance(accounts: tc.Accounts, column: str = "closing") -> dict[str, Decimal]:
    return {row["account"]: row[column] for row in accounts.trial_balance.to_pylist() if row["unit"] == "EUR"}


def test_a_sale_that_is_paid_in_two(stall: tc.Flows) -> None:
    march = balance(tc.accounts(stall, agent="stall", period="2024-03"))
    assert march == {"assets:cash": 20, "assets:receivable": 12, "income:sales": -32}
    april = balance(tc.accounts(stall, agent="stall", period="2024-04"))
    assert april == {"assets:cash": 32, "assets:receivable": 0, "equity:retained": -32}
    ana = balance(tc.accounts(stall, agent="ana"))
    assert ana["assets:cash"] == -32 and ana["expenses:purchases"] == 32 and ana["liabilities:payable"] == 0


def test_all_of_a_unit_adds_up_to_nothing() -> None:
    accounts = tc.accounts("datasets/flows/counter-economy")
    sums: dict[tuple[str, str], Decimal] = {}
    for row in accounts.trial_balance.to_pylist():
        key = row["agent"], row["unit"]
        sums[key] = sums.get(key, Decimal(0)) + row["closing"]
    assert len(sums) > 100
    assert set(sums.values()) == {0}


def test_what_is_not_there_is_refused_by_name(stall: tc.Flows) -> None:
    with pytest.raises(tc.NotFoundError, match="there is no agent `stal`") as caught:
        tc.accounts(stall, agent="stal")
    assert caught.value.diagnostics[0].hint == "did you mean `stall`?"
    with pytest.raises(tc.ChoiceError, match="`spring` is not a date"):
        tc.accounts(stall, period="spring")
    with pytest.raises(tc.NotFoundError, match="postings"):
        tc.accounts(stall, postings="nowhere")
    with pytest.raises(tc.ChoiceError, match="no supply dataset to price with"):
        tc.accounts(stall, factors="uba-2025")
    with pytest.raises(tc.ChoiceError, match=r"name one with supply=DIR, or as `supply` under \[flows\]"):
        tc.classify(stall, netting=True)
    with pytest.raises(TypeError, match="agent: expected a str"):
        tc.accounts(stall, agent=1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="agent: none is named; leave it out for all"):
        tc.accounts(stall, agent=[])
    with pytest.raises(TypeError, match="period: expected a str, not int"):
        tc.accounts(stall, period=2024)  # type: ignore[arg-type]


def test_what_is_wrong_is_said_at_once() -> None:
    with pytest.raises(tc.TrueCostError) as caught:
        tc.accounts("datasets/flows/circle", agent=["baker", "mil"], postings="nowhere", period="spring")
    codes = [problem.code for problem in caught.value.diagnostics]
    assert sorted(codes) == ["bad-date", "not-found", "not-found", "not-found"]


def test_shown(stall: tc.Flows) -> None:
    accounts = tc.accounts(stall)
    assert repr(accounts) == 'truecost.Accounts("tables": 3 transactions, 2024-03-02 to 2024-04-01, postings default)'
    assert accounts._repr_html_().startswith("<pre>agent")
    assert accounts.lineage["datasets"][-1]["role"] == "postings"
    assert accounts.not_booked.to_pylist() == []
    assert {row["agent"]: row["net_result"] for row in accounts.results.to_pylist()} == {"ana": -32, "stall": 32}
