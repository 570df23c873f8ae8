"""Surplus, value equations and drift from Python: the same as the command, and drawn."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import truecost as tc

Command = Callable[..., subprocess.CompletedProcess[str]]

SURPLUSES = {"year": [2024], "surplus": [1000], "member_surplus": [1000], "rules": ["italy-30-3"]}
PATRONAGE = {"year": [2024, 2024], "member": ["ana", "bo"], "amount": [3, 1]}
YEARS = {
    "year": [2020, 2022, 2024],
    "business": [100, 120, 200],
    "business_members": [90, 100, 120],
    "pay_highest": [30, None, 60],
    "pay_lowest": [10, None, 10],
}


def coop(**tables: dict[str, list[Any]]) -> dict[str, Any]:
    return {"settings": {"currency": "EUR"}, **{name: pa.table(columns) for name, columns in tables.items()}}


def test_a_thousand_by_the_rules_of_italy() -> None:
    shared = tc.surplus(coop(surpluses=SURPLUSES, patronage=PATRONAGE), cash_rate="0.2", redeem_after=5)
    amounts = [(row["step"], row["amount"]) for row in shared.table.to_pylist()]
    assert amounts == [
        ("surplus", Decimal(1000)),
        ("reserve", Decimal(300)),
        ("reserve", Decimal(30)),
        ("distributable", Decimal(670)),
        ("cash", Decimal(134)),
        ("retained", Decimal(536)),
    ]
    assert [row["due_at_end_of"] for row in shared["ageing"].to_pylist()] == [2029, 2029]
    assert shared.name == "surplus" and not shared.failed
    assert shared.lineage["datasets"][1]["name"] == "italy-30-3"


@pytest.mark.parametrize("rate", [0.2, "0.2", Decimal("0.2")])
def test_a_rate_keeps_its_digits(rate: object) -> None:
    shared = tc.surplus(coop(surpluses=SURPLUSES, patronage=PATRONAGE), cash_rate=rate)  # type: ignore[arg-type]
    assert sum(row["cash"] for row in shared["members"].to_pylist()) == Decimal(134)


def test_what_does_not_fit_is_refused_by_name() -> None:
    given = coop(surpluses=SURPLUSES, patronage=PATRONAGE)
    with pytest.raises(ValueError, match="cash_rate: 2 is not a rate from 0 to 1"):
        tc.surplus(given, cash_rate=2)
    with pytest.raises(TypeError, match="redeem_after: expected a number of years"):
        tc.surplus(given, redeem_after="five")  # type: ignore[arg-type]
    with pytest.raises(tc.ChoiceError, match="which part of the shares of 2024 is paid in cash"):
        tc.surplus(given)
    with pytest.raises(tc.NotFoundError, match="there is no surplus of 2020"):
        tc.surplus(given, year=2020, cash_rate=0)
    with pytest.raises(ValueError, match="did you mean \"surpluses\""):
        tc.surplus({"surplusses": pa.table(SURPLUSES)})


def test_the_same_as_the_command(tmp_path: Path, command: Command) -> None:
    folder = tmp_path / "coop"
    folder.mkdir()
    (folder / "manifest.toml").write_text(
        'kind = "coop"\ntitle = "x"\nproducer = "x"\ncitation = "x"\nversion = "1"\ngeography = "001"\n'
        'licence = { name = "CC0-1.0", redistribute = true }\n[coop]\ncurrency = "EUR"\n'
    )
    (folder / "surpluses.csv").write_text("year,surplus,member_surplus,rules\n2024,1000,800,rochdale\n")
    (folder / "patronage.csv").write_text("year,member,amount\n2024,ana,3\n2024,bo,2\n")
    (folder / "capital.csv").write_text("id,date,member,kind,amount\nc,2023-05-01,ana,paid_in,99.99\n")
    (folder / "years.csv").write_text("year,business,business_members\n2020,100,90\n2024,200,120\n")
    (folder / "buckets.csv").write_text("id,rank,percentage,of,claim\nwork,1,100,straight,once\n")
    (folder / "contributions.csv").write_text("id,agent,bucket,amount,unit\nw,ana,work,3,h\nv,bo,work,4,h\n")
    (folder / "distributions.csv").write_text("id,date,amount\nd,2024-01-01,10\n")
    asked = {
        "surplus": tc.surplus(folder),
        "value-equation": tc.fairtrade.value_equation(folder),
        "drift": tc.fairtrade.drift(folder),
    }
    for name, report in asked.items():
        shown = command("fairtrade", name, folder, "--format", "json")
        assert shown.stdout == report.to_json(), shown.stderr
        assert str(report) == command("fairtrade", name, folder).stdout
    assert tc.fairtrade.surplus_rules().to_json() == command("fairtrade", "rules", "--format", "json").stdout


def test_debts_end() -> None:
    buckets = {
        "id": ["loan", "work"],
        "rank": [1, 2],
        "percentage": [50, 100],
        "of": ["straight", "remaining"],
        "claim": ["debt", "equity"],
    }
    contributions = {"id": ["l", "w"], "agent": ["ana", "bo"], "bucket": ["loan", "work"], "amount": [60, 1]}
    distributions = {"id": ["d1", "d2"], "date": ["2024-01-01", "2024-02-01"], "amount": [100, 100]}
    tables = {"buckets": buckets, "contributions": contributions, "distributions": distributions}
    shares = tc.fairtrade.value_equation(coop(**tables)).table.to_pylist()
    found = [(row["distribution"], row["agent"], int(row["amount"])) for row in shares]
    assert found == [("d1", "ana", 50), ("d1", "bo", 50), ("d2", "ana", 10), ("d2", "bo", 90)]


def test_flows_are_taken_as_they_come() -> None:
    years = coop(years={"year": [2024], "business": [10], "business_members": [5]})
    street = "datasets/flows/street"
    by = [tc.fairtrade.drift(years, flows=flows) for flows in (street, tc.read_flows(street), tc.classify(street))]
    tables = [report["years"].to_pylist() for report in by]
    assert tables[0] == tables[1] == tables[2]
    row = next(row for row in tables[0] if row["measure"] == "conventional_flows")
    assert 0 < row["value"] < 1 and row["from"] == "flows"


def test_drift_is_drawn_a_panel_a_measure() -> None:
    pytest.importorskip("altair")
    from plotted import records, spec, subtitle, with_field

    report = tc.fairtrade.drift({"years": pa.table(YEARS)})
    chart = tc.plot.drift(report)
    made = spec(chart)
    assert [panel["title"]["text"] for panel in made["concat"]] == ["Non member share", "Pay ratio"]
    points = [(row["measure"], row["x"], row["y"]) for row in with_field(chart, "direction")]
    assert points == [
        ("Non member share", 2020, 0.1),
        ("Non member share", 2022, 0.166667),
        ("Non member share", 2024, 0.4),
        ("Pay ratio", 2020, 3.0),
        ("Pay ratio", 2024, 6.0),
    ]
    assert "not graded" in subtitle(chart)
    assert json.dumps(records(chart))
