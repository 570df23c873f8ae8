"""The journals in the programs that they are written for: hledger and beancount accept them and have equal balances."""

import csv
import re
import shutil
import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import missing

Command = Callable[..., subprocess.CompletedProcess[str]]
#: Balances that are not 0, by agent, account and unit.
Balances = dict[tuple[str, str, str], Decimal]
DATASETS = ["flows/street", "flows/circle", "coop/coffee"]


@pytest.fixture(scope="module")
def hledger() -> str:
    program = shutil.which("hledger")
    if program is None:
        missing("hledger", "apt install hledger")
    return str(program)


@pytest.fixture(params=DATASETS)
def books(request: pytest.FixtureRequest, tmp_path: Path, command: Command) -> Path:
    """What `truecost accounts` writes of a dataset."""
    answer = command("accounts", f"datasets/{request.param}", "--out", tmp_path)
    assert answer.returncode == 0, answer.stderr
    return tmp_path


def ours(folder: Path) -> Balances:
    """The closing balances of the trial balance; the books begin with it, so nothing was retained before."""
    with (folder / "trial_balance.csv").open(newline="", encoding="utf-8") as file:
        rows = [(row["agent"], row["account"], row["unit"], Decimal(row["closing"])) for row in csv.DictReader(file)]
    return {(agent, account, unit): amount for agent, account, unit, amount in rows if amount}


def units(folder: Path) -> dict[str, str]:
    """Commodities with their units, as the journal for hledger says."""
    text = (folder / "journal.hledger").read_text(encoding="utf-8")
    found = re.findall(r'^commodity 1\.0* "?([^"\s]+)"?  ; (.*)$', text, re.MULTILINE)
    assert len({commodity for commodity, _ in found}) == len(found)
    return dict(found)


def test_hledger_accepts_the_journal_strictly(hledger: str, books: Path) -> None:
    done = subprocess.run([hledger, "-f", books / "journal.hledger", "check", "-s", "ordereddates"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_hledger_has_our_balances(hledger: str, books: Path) -> None:
    arguments = ["balance", "--flat", "--no-total", "--layout=bare", "-O", "csv"]
    done = subprocess.run([hledger, "-f", books / "journal.hledger", *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    names, theirs = units(books), {}
    for row in csv.DictReader(done.stdout.splitlines()):
        root, agent, rest = row["account"].split(":", 2)
        if amount := Decimal(row["balance"]):
            theirs[agent, f"{root}:{rest}", names[row["commodity"]]] = amount
    assert len(theirs) > 20
    assert theirs == ours(books)


def test_hledger_finds_a_wrong_balance(hledger: str, books: Path) -> None:
    """The assertions at the end are real: an amount that is changed breaks them."""
    path = books / "journal.hledger"
    text = path.read_text(encoding="utf-8")
    wrong = re.sub(r" = (-?[1-9][0-9.]*) ", lambda found: f" = {found[1]}1 ", text, count=1)
    assert wrong != text
    path.write_text(wrong, encoding="utf-8")
    assert subprocess.run([hledger, "-f", path, "check"], capture_output=True).returncode != 0


def beancount_balances(path: Path) -> tuple[Balances, list[object]]:
    """Balances by beancount's own inventories, of the agents and accounts that the `open` directives name."""
    try:
        from beancount import loader
        from beancount.core import data, realization
    except ImportError:
        missing("beancount", "pip install beancount")
    entries, errors, _ = loader.load_file(str(path))
    names = {entry.currency: entry.meta["unit"] for entry in entries if isinstance(entry, data.Commodity)}
    found: Balances = {}
    opened = {entry.account: entry.meta for entry in entries if isinstance(entry, data.Open)}
    for account in realization.iter_children(realization.realize(entries)):
        for position in account.balance:
            meta = opened[account.account]
            if position.units.number:
                found[meta["agent"], meta["account"], names[position.units.currency]] = position.units.number
    return found, errors


def test_beancount_has_our_balances(books: Path) -> None:
    theirs, errors = beancount_balances(books / "journal.beancount")
    assert errors == []
    assert len(theirs) > 20
    assert theirs == ours(books)


def test_beancount_finds_a_wrong_balance(books: Path) -> None:
    path = books / "journal.beancount"
    text = path.read_text(encoding="utf-8")
    wrong = re.sub(r"( balance \S+  -?[1-9][0-9.]*) ~", r"\g<1>1 ~", text, count=1)
    assert wrong != text
    path.write_text(wrong, encoding="utf-8")
    assert beancount_balances(path)[1]


def test_one_agent_is_a_whole_journal(hledger: str, tmp_path: Path, command: Command) -> None:
    for form in ("hledger", "beancount"):
        answer = command("accounts", "datasets/flows/circle", "--agent", "bakery", "--format", form, "--period", "2024-06")
        assert answer.returncode == 0, answer.stderr
        (tmp_path / f"journal.{form}").write_text(answer.stdout, encoding="utf-8")
    done = subprocess.run([hledger, "-f", tmp_path / "journal.hledger", "check", "-s"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    theirs, errors = beancount_balances(tmp_path / "journal.beancount")
    assert errors == [] and {agent for agent, _, _ in theirs} == {"bakery"}
