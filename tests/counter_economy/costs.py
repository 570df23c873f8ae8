"""Repairs, rents and bills, free samples, and what co-ops pay out at the end of the year."""

from collections import defaultdict

from book import Book, Dice, day, last_day, later, weekly
from valley import MEMBERS

COOP = "market.coop_internal"
SALE = "market.conventional"


def costs(book: Book) -> None:
    repairs(book)
    running_costs(book)
    samples(book)


def repairs(book: Book) -> None:
    """The workshop repairs for households, and keeps the machines of the other co-ops going."""
    dice = Dice("repairs")
    for number in range(30):
        customer = dice.one(
            ["jansen", "peeters", "claessen", "haddad", "demir", "vos", "lemmens", "old-dairy", "smeets"]
        )
        when = weekly(3)[dice.upto(51)]
        prefix = f"repair-{number + 1:02}"
        book.agreement(prefix, f"repair for {customer}", "posted")
        value = 2_500 + 500 * dice.upto(16)
        book.flow(
            prefix,
            "workshop",
            customer,
            when,
            "repairs",
            value=value,
            agreement=prefix,
            declared="market",
            intent=SALE,
        )
        book.pays(prefix, customer, "workshop", later(when, 3), value, agreement=prefix, intent=SALE)
    for coop, monthly in (("bakery", 16_000), ("farm", 19_000), ("mill", 12_000), ("shop", 9_000)):
        agreement = book.agreement(f"upkeep-{coop}", f"upkeep of the machines of {coop}", "negotiated")
        for month in (3, 6, 9, 12):
            book.flow(
                f"upkeep-{coop}-work",
                "workshop",
                coop,
                day(month, 20),
                "repairs",
                q=100 * (9 + dice.upto(9)),
                unit="h",
                value=3 * monthly,
                agreement=agreement,
                declared="market.coop_internal",
                intent=COOP,
            )
            book.pays(
                f"upkeep-{coop}-paid",
                coop,
                "workshop",
                last_day(month),
                3 * monthly,
                agreement=agreement,
                intent=COOP,
            )


def running_costs(book: Book) -> None:
    """Power, rent, parts, and what a household spends in the supermarket, as bank statements show them."""
    dice = Dice("running costs")
    bought = dict(basis="posted", back="goods_services", contracted="yes", scope="named")
    for body, monthly in (
        ("bakery", 62_000),
        ("farm", 26_000),
        ("mill", 9_000),
        ("workshop", 17_000),
        ("shop", 48_000),
    ):
        for month in range(1, 13):
            winter = 120 if month in (1, 2, 3, 11, 12) else 90
            book.pays(
                f"power-{body}",
                body,
                "power",
                day(month, 18),
                monthly * winter // 100,
                declared="market",
                intent=SALE,
                **bought,
            )
    for month in range(1, 13):
        book.pays(
            "wheel-power",
            "power",
            "mill",
            day(month, 22),
            31_000 - (18_000 if month in (7, 8, 9) else 0),
            intent=SALE,
            **bought,
            note="power of the water wheel",
        )
    for body, monthly in (
        ("bakery", 55_000),
        ("workshop", 48_000),
        ("shop", 82_000),
        ("okafor", 54_000),
        ("haddad", 71_000),
        ("kuiper", 52_000),
        ("smeets", 58_000),
    ):
        for month in range(1, 13):
            book.pays(
                f"rent-{body}",
                body,
                "landlord",
                day(month, 2),
                monthly,
                intent=SALE,
                **(bought | {"basis": "negotiated"}),
            )
    for body, monthly in (("bakery", 34_000), ("workshop", 88_000), ("farm", 52_000)):
        for month in range(1, 13):
            book.pays(
                f"parts-{body}",
                body,
                "parts-firm",
                day(month, 11),
                monthly + 100 * dice.upto(60),
                intent=SALE,
                **bought,
            )
    sizes = dict(
        jansen=34_000,
        peeters=29_000,
        claessen=21_000,
        haddad=33_000,
        kuiper=17_000,
        demir=26_000,
        smeets=19_000,
        vos=15_000,
        lemmens=27_000,
        okafor=21_000,
    )
    for household, monthly in sizes.items():
        for month in range(1, 13):
            book.pays(
                f"supermarket-{household}",
                household,
                "supermarket",
                day(month, 27),
                monthly + 100 * dice.upto(40),
                intent=SALE,
                **bought,
            )
        for quarter in (1, 4, 7, 10):
            book.pays(
                f"power-{household}",
                household,
                "power",
                day(quarter, 15),
                24_000 + monthly // 2,
                intent=SALE,
                **bought,
            )
    for month in range(1, 13):
        book.pays(
            "supermarket-dairy",
            "old-dairy",
            "supermarket",
            day(month, 27),
            42_000 + 100 * dice.upto(40),
            intent=SALE,
            **bought,
        )
    for household in ("jansen", "haddad", "demir", "lemmens"):
        for month in (2, 8):
            book.flow(
                f"mailbox-{household}",
                "platform",
                household,
                day(month, 1),
                "mailbox",
                account="none",
                basis="none",
                back="attention_data",
                contracted="yes",
                scope="anyone",
                declared="!commons.open_digital",
                intent=SALE,
                alt="commons.open_digital",
                note="free of charge; what is read is sold on",
            )


def samples(book: Book) -> None:
    dice = Dice("samples")
    for month in (2, 5, 9, 11):
        book.flow(
            "taster",
            "bakery",
            "anybody",
            weekly(5)[month * 4],
            "rye-bread",
            q=150 + 10 * dice.upto(9),
            unit="kg",
            account="none",
            basis="promotional",
            back="none",
            contracted="no",
            scope="anyone",
            declared="!reciprocity.gift",
            intent=SALE,
            alt="reciprocity.gift",
            note="slices of a new loaf",
        )


def refunds(book: Book) -> None:
    """The shop pays members back two per cent of what they bought; the bakers share a surplus by head."""
    bought = defaultdict(int)
    for row in book.flows:
        if row["to"] == "shop" and row["resource"] == "euro" and row["agreement"].startswith("tab-"):
            bought[row["from"]] += row["amount"]
    book.agreement("refund-2024", "refund of the year, by what each member bought", "formula_patronage")
    for member in sorted(bought):
        book.pays(
            "refund",
            "shop",
            member,
            "2024-12-30",
            (bought[member] * 2 + 50) // 100,
            resource="surplus",
            agreement="refund-2024",
            back="goods_services",
            declared="reciprocity",
            intent=COOP,
            alt="reciprocity.balanced",
        )
    for member in MEMBERS["bakery"]:
        book.pays(
            "bakers-share",
            "bakery",
            member,
            "2024-12-30",
            25_000,
            resource="surplus",
            basis="formula_equal",
            back="goods_services",
            contracted="yes",
            scope="members",
            declared="market.coop_internal",
            intent="reciprocity.balanced",
            alt=COOP,
        )
