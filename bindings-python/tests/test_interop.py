"""Flows from other programs and for them, in Python as on the command line."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from test_same_as_cli import files

import truecost as tc

Command = Callable[..., subprocess.CompletedProcess[str]]
STREET = "datasets/flows/street"
BANK = ROOT / "docs" / "guide" / "bank"

TRANSFERS = """id,created,state,amount,description,payer.id,payer.code,payee.id,payee.code
t1,2024-03-01T10:15:00.000Z,committed,1250,jam,a,C1,b,C2
t2,2024-03-02T10:15:00.000Z,pending,100,a lift,b,C2,a,C1
"""
HOURS = """12,Member,34,Member,5400,2024-03-02 10:00:00,garden,7
34,Member,12,Member,100,2024-03-03,mending,
"""


def imported(command: Command, tmp_path: Path, flags: list[Any], **choices: Any) -> tc.Flows:
    """The same files as the command writes, and the same dataset in memory."""
    done = command("import", *flags, "-o", tmp_path / "cli")
    assert done.returncode == 0, done.stderr
    flows = tc.import_flows(out=tmp_path / "python", **choices)
    assert files(tmp_path / "python") == files(tmp_path / "cli")
    memory = tc.import_flows(**choices)
    assert memory.hash == flows.hash == tc.read_flows(tmp_path / "cli").hash
    assert memory.imported == flows.imported
    assert done.stdout.splitlines()[0] == str(flows.imported).splitlines()[0]
    return memory


def test_a_statement_of_a_bank(command: Command, tmp_path: Path) -> None:
    statement, mapping = BANK / "statement.csv", BANK / "mapping.toml"
    flows = imported(
        command,
        tmp_path,
        ["csv", statement, "--mapping", mapping],
        format="csv",
        files=statement,
        mapping=mapping,
    )
    assert (len(flows), flows.name) == (52, "imported")
    assert str(flows.imported).startswith("read 53 lines\n  52  in flows\n")
    assert tc.classify(flows).to_csv().count("\n") == 53


def test_a_ledger_of_members(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "transfers.csv"
    file.write_text(TRANSFERS, encoding="utf-8")
    flows = imported(
        command,
        tmp_path,
        ["komunitin", file, "--unit", "LEAF", "--decimals", "2", "--members", "household"],
        format="komunitin",
        files=[file],
        unit="LEAF",
        decimals=2,
        members="household",
    )
    [row] = tc.classify(flows).table.to_pylist()
    assert (row["subregime"], str(row["value"].normalize())) == ("mutual_credit", "12.5")
    assert "members=" not in str(flows.imported)
    plain = tc.import_flows("komunitin", str(file), unit="LEAF")
    assert "`members` says otherwise" in str(plain.imported)
    assert tc.read_flows(STREET).imported is None


def test_hours_of_a_timebank(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "hours.csv"
    file.write_text(HOURS, encoding="utf-8")
    flows = imported(command, tmp_path, ["timeoverflow", file], format="timeoverflow", files=file)
    rows = tc.classify(flows).table.to_pylist()
    assert {row["subregime"] for row in rows} == {"timebank"}
    assert sum(row["value"] for row in rows) == 5500


def test_there_and_back(command: Command, tmp_path: Path) -> None:
    done = command("export", "valueflows", STREET, "-o", tmp_path / "cli.jsonld")
    notes = tc.export_flows(STREET, "valueflows", tmp_path / "python.jsonld")
    assert (tmp_path / "python.jsonld").read_bytes() == (tmp_path / "cli.jsonld").read_bytes()
    assert [f"note: {note}" for note in notes] == [line for line in done.stderr.splitlines() if "note: " in line]
    flows = imported(
        command,
        tmp_path,
        ["valueflows", tmp_path / "cli.jsonld"],
        format="valueflows",
        files=tmp_path / "cli.jsonld",
    )
    before, after = (tc.classify(given).table.to_pylist() for given in (STREET, flows))
    assert [(row["flow"], row["subregime"]) for row in before] == [(row["flow"], row["subregime"]) for row in after]


def test_credit_goes_to_komunitin(command: Command, tmp_path: Path) -> None:
    command("export", "komunitin", STREET, "--unit", "LEAF", "-o", tmp_path / "cli.csv")
    [note] = tc.export_flows(STREET, "komunitin", tmp_path / "python.csv", unit="LEAF")
    assert "counted in LEAF" in note
    assert (tmp_path / "python.csv").read_bytes() == (tmp_path / "cli.csv").read_bytes()


WRONG: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"format": "ofx"}, ValueError, 'format: "ofx" is not one of "valueflows", "komunitin", "timeoverflow", "csv"'),
    ({"files": 3}, TypeError, "files: expected a path, or several of them, not int"),
    ({"files": []}, ValueError, "files: none is named"),
    ({"format": "csv"}, ValueError, 'mapping: the format "csv" needs it'),
    ({"format": "komunitin"}, ValueError, 'unit: the format "komunitin" needs it'),
    ({"unit": "LEAF"}, ValueError, 'unit: this is of the format "komunitin", not "valueflows"'),
    ({"format": "komunitin", "unit": "LE AF"}, ValueError, 'unit: "LE AF" is not an id'),
    ({"format": "komunitin", "unit": "L", "members": "cat"}, ValueError, 'members: "cat" is not one of person'),
    ({"format": "komunitin", "unit": "L", "decimals": -1}, ValueError, "decimals: -1 is not from 0 to 12"),
    ({"format": "komunitin", "unit": "L", "decimals": "2"}, TypeError, "decimals: expected an int, not str"),
    ({"money": "EUR"}, TypeError, "money: expected a mapping, not str"),
    ({"money": {"x": "LEAF"}}, ValueError, 'money: "x=LEAF": `LEAF` is not of ISO 4217'),
    ({"files": "no/such/file"}, tc.UnreadableError, "no/such/file"),
    ({"out": STREET}, tc.UnwritableError, "is not empty, and nothing is overwritten"),
]


@pytest.mark.parametrize(("arguments", "kind", "message"), WRONG, ids=str)
def test_what_is_refused(arguments: dict[str, Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        tc.import_flows(**{"format": "valueflows", "files": "docs/guide/bank/statement.csv", **arguments})


def test_what_is_refused_of_exports(tmp_path: Path) -> None:
    file = tmp_path / "out"
    with pytest.raises(ValueError, match='unit: the format "komunitin" needs it'):
        tc.export_flows(STREET, "komunitin", file)
    with pytest.raises(ValueError, match="unit: this is of the format"):
        tc.export_flows(STREET, "valueflows", file, unit="LEAF")
    with pytest.raises(TypeError, match=r"dataset: expected a path \(str or os.PathLike\), not truecost.Flows"):
        tc.export_flows(tc.read_flows(STREET), "valueflows", file)  # type: ignore[arg-type]
    with pytest.raises(tc.DataError, match="kind `supply`, not `flows`"):
        tc.export_flows("datasets/supply/coffee", "valueflows", file)
    assert not file.exists()
