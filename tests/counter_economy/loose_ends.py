"""What no book gets right at once: things nobody agreed to, things left open, mistakes and their corrections."""

from book import BOUGHT, FOR_NOTHING, PURSE, Book, Dice, day, last_day, later
from valley import COMMUNE, HOUSEHOLDS, openings

OPEN = "unclassified.insufficient_evidence"


def loose_ends(book: Book) -> None:
    nature(book)
    taken(book)
    unexplained(book)
    spent_elsewhere(book)


def nature(book: Book) -> None:
    for quarter, tonnes in ((3, 2), (6, 5), (9, 7), (12, 2)):
        book.flow(
            "smoke",
            "farm",
            "air",
            last_day(quarter),
            "smoke",
            q=100_000 * tonnes,
            unit="kg",
            account="none",
            intent="unclassified.ecosystem_flow",
            note="diesel, estimated",
        )
        book.flow(
            "water-power",
            "stream",
            "mill",
            last_day(quarter),
            "water-power",
            q=100_000 * (9 - tonnes),
            unit="kWh",
            account="none",
            intent="unclassified.ecosystem_flow",
        )


def taken(book: Book) -> None:
    for name, when, what in (("bike-stolen", "2024-05-17", "bicycle"), ("copper-stolen", "2024-11-27", "copper")):
        book.flow(
            name,
            "workshop" if what == "bicycle" else "mill",
            "",
            when,
            what,
            account="none",
            compelled="coercion",
            contracted="no",
            basis="none",
            back="none",
            intent="unclassified.non_consensual",
        )
    book.pays(
        "pressed",
        "smeets",
        "landlord",
        "2024-08-01",
        15_000,
        basis="none",
        back="none",
        contracted="no",
        compelled="coercion",
        scope="named",
        declared="!market",
        intent="unclassified.non_consensual",
        note="pay or move out, said the caretaker",
    )


def unexplained(book: Book) -> None:
    """Lines of a statement, of a notebook, of memory: true, and not enough."""
    dice = Dice("unexplained")
    houses = list(HOUSEHOLDS)
    for number in range(18):
        giver = dice.one(houses)
        receiver = dice.one([h for h in houses if h != giver])
        book.pays(
            "transfer",
            giver,
            receiver,
            day(1 + number % 12, dice.between(2, 27)),
            500 * dice.between(2, 16),
            intent=OPEN,
            note=dice.one(["bank line without a word", "for Saturday", "thanks!"]),
        )
    for number in range(10):
        book.flow(
            "helped",
            dice.one(houses),
            dice.one(["bakery", "farm", "old-dairy"]),
            day(1 + number, dice.between(2, 27)),
            dice.one(["gardening", "cleaning"]),
            q=100 * dice.between(1, 6),
            unit="h",
            intent=OPEN,
            note="somebody's notebook",
        )
    for month in range(2, 12, 2):
        book.pays(
            "envelope",
            "anybody",
            dice.one(["farm", "tool-library", "woodland"]),
            day(month, 13),
            1_000 * dice.between(1, 6),
            intent=OPEN,
            declared="!reciprocity.gift",
            note="in the letter box",
        )
    for month in (4, 5, 6):
        book.free(
            "trial-shifts",
            "daniel",
            "restaurant",
            last_day(month),
            "retail",
            q=1_600,
            unit="h",
            declared="!market",
            intent=OPEN,
            alt="market.conventional",
            note="a trial, unpaid",
        )
    for month in (3, 10):
        book.flow(
            "demo-licence",
            "software-firm",
            "workshop",
            day(month, 2),
            "mailbox",
            account="none",
            **FOR_NOTHING,
            intent=OPEN,
            alt="market.conventional",
            note="closed, free, nothing known to come back",
        )


def corrections(book: Book) -> None:
    """Nothing is overwritten: a mistake stays, and a later flow takes it back or adds to it."""
    # What goods were written down as too much, and the money that comes back for it; hours and credit in both legs.
    for id in ("tab-jansen-02-1", "tab-vos-04-1", "tab-haddad-06-2", "till-shop-18-1"):
        row = book.find(id)
        fix(book, row, amount := -(row["amount"] // 10))
        fix(
            book,
            next(r for r in book.flows if r["agreement"] == row["agreement"] and r["resource"] == "euro"),
            amount,
        )
    for id in ("hour-12-1", "hour-12-2"):
        fix(book, book.find(id), -50)
    for id in ("elm-20-1", "elm-20-2", "donation-3", "purse-eva-8", "tool-fee-3", "wood-day-5"):
        row = book.find(id)
        fix(book, row, None if row["amount"] is None else -(row["amount"] // 10))


def fix(book: Book, row: dict, amount: int | None) -> None:
    """A new flow of the same terms with what was too much, nine days later; weights and hours in proportion."""
    quantity = None
    if row["quantity"] and row["unit"] in ("kg", "h"):
        was = round(100 * float(row["quantity"]))
        quantity = -(was // 10) if row["unit_of_account"] != "TBH" else amount
    terms = dict(
        action=row["action"],
        basis=row["price_basis"],
        back=row["counterflow_kind"],
        contracted=row["contracted"],
        compelled=row["compelled"],
        relation=row["relation"],
        scope=row["access_scope"],
        certification=row["certification"],
        agreement=row["agreement"],
        part=row["part"],
    )
    book.flow(
        f"fix-{row['id']}",
        row["from"],
        row["to"],
        later(row["date"], 9),
        row["resource"],
        q=quantity,
        unit=row["unit"] if quantity else "",
        value=amount,
        account=row["unit_of_account"] or "EUR",
        **terms,
        corrects=row["id"],
        intent=row["intent"],
        alt=row["alt"],
        exact_id=True,
        note="written down as too much",
    )


def spent_elsewhere(book: Book) -> None:
    """What a household earned so far and did not spend goes, for the most part, to shops elsewhere, each quarter."""
    start = openings()
    for household in list(HOUSEHOLDS) + [COMMUNE[0]]:
        for month in (3, 6, 9, 12):
            now = _until(book, start, last_day(month))
            spare = now[household] - start[household]
            if spare > 5_000:
                book.pays(
                    f"elsewhere-{household}",
                    household,
                    "elsewhere",
                    last_day(month),
                    spare * 90 // 100,
                    **BOUGHT,
                    intent="market.conventional",
                    note="by card",
                )


def _until(book, start, when):
    now = dict(start)
    for row in book.flows:
        if row["date"] <= when and row["unit_of_account"] == "EUR" and row["resource"] in PURSE:
            for agent, sign in ((row["from"], -1), (row["to"], 1)):
                if agent in now:
                    now[agent] += sign * row["amount"]
    return now
