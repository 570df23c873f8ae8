"""Writes `datasets/flows/counter-economy`, a made-up year of a made-up valley, and `expected.csv` beside this file.

    python3 tests/counter_economy            writes them
    python3 tests/counter_economy --check    compares with what is there, byte for byte

Standard library only. The same seed gives the same bytes. Seal it afterwards: `truecost check --seal`."""

import argparse
import csv
import io
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from book import FLOW_COLUMNS, YEAR, Book, Dice, hundredths  # noqa: E402
from circles import circles  # noqa: E402
from commons import commons  # noqa: E402
from costs import costs, refunds  # noqa: E402
from farm import farm  # noqa: E402
from gifts import gifts  # noqa: E402
from livelihood import livelihood  # noqa: E402
from loose_ends import corrections, loose_ends  # noqa: E402
from things import GENERALIST, OWN, SPECIALIST, UNITS, resources  # noqa: E402
from trade import trade  # noqa: E402
from valley import CIRCLE_OPENINGS, TIMEBANK_OPENINGS, agents, memberships, openings  # noqa: E402

DATASET = HERE.parents[1] / "datasets" / "flows" / "counter-economy"
#: Flows of each class in `expected.csv`, at most.
SAMPLE = 10


def written() -> Book:
    book = Book()
    for tell in (trade, farm, costs, livelihood, circles, commons, gifts):
        tell(book)
    corrections(book)
    refunds(book)
    loose_ends(book)
    audit(book)
    return book


def audit(book: Book) -> None:
    """What must hold of the year: nobody spends what is not there, and credits and hours sum to zero."""
    ids = [row["id"] for row in book.flows]
    assert len(ids) == len(set(ids)), "an id twice"
    _, days = book.balances("EUR", openings())
    low = sorted(
        (cents, agent, when) for when, purses in days.items() for agent, cents in purses.items() if cents < 0
    )
    assert not low, f"spent what was not there: {low[:8]}"
    for account, start in (("ELM", CIRCLE_OPENINGS), ("TBH", TIMEBANK_OPENINGS)):
        assert sum(start.values()) == 0, account
        now, _ = book.balances(account, start)
        held = {
            agent for row in book.flows if row["unit_of_account"] == account for agent in (row["from"], row["to"])
        }
        assert held <= set(start), (account, held - set(start))
        assert sum(now.values()) == 0, account
    now, days = book.balances("TBH", TIMEBANK_OPENINGS)
    assert all(-1_200 <= hours <= 3_000 for purses in days.values() for hours in purses.values()), (
        "an hour too many"
    )


def table(columns, rows) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def accounts() -> list[dict]:
    row = lambda agent, unit, opening, low="", high="": dict(  # noqa: E731
        agent=agent,
        unit=unit,
        opening=hundredths(opening),
        date=f"{YEAR}-01-01",
        credit_limit=low,
        max_balance=high,
        source="made up",
    )
    rows = [row(agent, "EUR", cents) for agent, cents in openings().items()]
    rows += [
        row(agent, "ELM", elms, *(("200", "450") if agent != "circle" else ("", "")))
        for agent, elms in CIRCLE_OPENINGS.items()
    ]
    rows += [
        row(agent, "TBH", hours, *(("12", "30") if agent != "timebank" else ("", "")))
        for agent, hours in TIMEBANK_OPENINGS.items()
    ]
    return sorted(rows, key=lambda r: (r["agent"], r["unit"]))


def wages() -> list[dict]:
    row = lambda basis, task, agent, cents: dict(  # noqa: E731
        basis=basis, task=task, agent=agent, amount=hundredths(cents), currency="EUR", year=YEAR, source="made up"
    )
    return (
        [row("generalist", "", "", GENERALIST)]
        + [row("specialist", task, "", cents) for task, cents in sorted(SPECIALIST.items())]
        + [row("opportunity", "", agent, cents) for agent, cents in sorted(OWN.items())]
    )


def expected(book: Book) -> list[dict]:
    """Some flows of every class, drawn by lot, with the class that was meant when they were written."""
    dice = Dice("expected")
    by_class: dict[str, list[dict]] = {}
    for row in book.flows:
        by_class.setdefault(row["intent"], []).append(row)
    drawn = [row for intent in sorted(by_class) for row in dice.some(by_class[intent], SAMPLE)]
    return [
        dict(flow=r["id"], **{"class": r["intent"]}, alternative=r["alt"])
        for r in sorted(drawn, key=lambda r: r["id"])
    ]


def files(book: Book) -> dict[Path, str]:
    flows = sorted(book.flows, key=lambda row: (row["date"], row["id"]))
    agreements = sorted(book.agreements.values(), key=lambda row: row["id"])
    units = [
        dict(
            zip(("id", "name", "kind", "decimals", "limits", "demurrage", "demurrage_every", "demurrage_to"), unit),
            source="made up",
        )
        for unit in UNITS
    ]
    tables = {
        "agents": agents(),
        "agreements": agreements,
        "memberships": memberships(),
        "resources": resources(),
        "units": units,
        "accounts": accounts(),
        "wages": wages(),
    }
    made = {DATASET / f"{name}.csv": table(list(rows[0]), rows) for name, rows in tables.items()}
    made[DATASET / "flows.csv"] = table(FLOW_COLUMNS, flows)
    made[HERE / "expected.csv"] = table(["flow", "class", "alternative"], expected(book))
    return made


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with what is there")
    options = parser.parse_args()
    made = files(written())
    if options.check:
        other = [path for path, text in made.items() if not path.exists() or path.read_bytes() != text.encode()]
        for path in other:
            print(f"{path.relative_to(HERE.parents[1])} is not what the generator writes", file=sys.stderr)
        return 1 if other else 0
    DATASET.mkdir(parents=True, exist_ok=True)
    for path, text in made.items():
        path.write_bytes(text.encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
