"""What is given and swapped: among neighbours, through the food bank, to causes."""

from book import AGREED, FREELY, Book, Dice, day, later, weekly
from things import FOODS
from valley import HOUSEHOLDS, MEMBERS

POOLED = "commons.pooled"
HELP = "reciprocity.solidarity"
GIFT = "reciprocity.gift"
BALANCED = "reciprocity.balanced"


def gifts(book: Book) -> None:
    neighbours(book)
    swaps(book)
    food_bank(book)
    giving(book)


def neighbours(book: Book) -> None:
    """Gifts: more of them in August, when courgettes have no price, and in December."""
    dice = Dice("neighbours")
    houses = list(HOUSEHOLDS)
    months = [1, 2, 3, 4, 5, 5, 6, 6, 7, 7, 8, 8, 8, 8, 8, 8, 9, 9, 10, 10, 11, 12, 12, 12, 12, 12, 12]
    for number, month in enumerate(months * 2):
        giver = dice.one(houses)
        receiver = dice.one([h for h in houses if h != giver])
        what = (
            "courgettes"
            if month == 8
            else ("preserves" if month in (9, 10, 12) else dice.one(["clothes", "seeds", "meal", "bread", "lift"]))
        )
        weight = dict(q=50 * dice.between(2, 8), unit="kg") if what in FOODS else {}
        shared = [body for body, who in MEMBERS.items() if {giver, receiver} <= set(who)]
        # Between fellow members of a co-op it is a neighbour's gift all the same.
        book.free(
            "given",
            giver,
            receiver,
            day(month, dice.between(1, 28)),
            what,
            declared="reciprocity.gift" if number % 3 == 0 else "",
            intent=GIFT,
            alt=HELP if shared else "",
            **weight,
        )
    for number, (giver, receiver) in enumerate(
        (("femke", "lotte"), ("hanna", "saskia"), ("tom", "gerrit"), ("jip", "grace"), ("eva", "amira"))
    ):
        book.free(
            "birthday",
            giver,
            receiver,
            day(2 + 2 * number, 9),
            "preserves",
            value=1_500 + 250 * number,
            intent=GIFT,
            alt=BALANCED,
            note="valued by the giver",
        )
    for month in (1, 3, 5, 7, 9, 11):
        book.pays(
            "remittance",
            "haddad",
            "sister-abroad",
            day(month, 29),
            9_000,
            basis="voluntary",
            back="none",
            contracted="no",
            relation="kin",
            scope="named",
            declared="!reciprocity.solidarity",
            intent=HELP,
        )
    for when, giver in (
        ("2024-03-16", "vos"),
        ("2024-03-16", "peeters"),
        ("2024-03-16", "old-dairy"),
        ("2024-10-12", "claessen"),
    ):
        book.free(
            "seed-table",
            giver,
            "anybody",
            when,
            "seeds",
            scope="anyone",
            declared="!reciprocity.gift",
            intent=POOLED,
            alt=GIFT,
            note="left on the table for whoever comes",
        )
    for month in (2, 4, 6, 8, 10, 12):
        book.flow(
            "evening-sit",
            "amira" if month % 4 else "femke",
            "jansen" if month % 4 else "haddad",
            day(month, 22),
            "childcare",
            q=300,
            unit="h",
            account="none",
            basis="none",
            back="same_kind",
            contracted="no",
            scope="named",
            intent=BALANCED,
            alt=HELP,
            note="turn and turn about",
        )


def swaps(book: Book) -> None:
    """Agreed in kind, and counted in nothing; and what comes back though nobody promised it."""
    deals = [
        ("peeters", "eggs", "kuiper", "repairs", "2024-04-06"),
        ("vos", "teaching", "demir", "repairs", "2024-05-11"),
        ("claessen", "flour", "old-dairy", "cooking", "2024-06-15"),
        ("smeets", "clothes", "okafor", "gardening", "2024-08-03"),
        ("lemmens", "teaching", "peeters", "vegetable-crate", "2024-09-14"),
        ("kuiper", "furniture", "jansen", "preserves", "2024-11-09"),
    ]
    for number, (one, gives, other, brings, when) in enumerate(deals):
        prefix = f"swap-{number + 1}"
        book.agreement(prefix, f"{gives} for {brings}", "none")
        for giver, receiver, what, days in ((one, other, gives, 0), (other, one, brings, 12)):
            book.flow(
                prefix,
                giver,
                receiver,
                later(when, days),
                what,
                account="none",
                agreement=prefix,
                declared="!market" if number == 0 else "",
                intent="reciprocity.barter",
            )
    for number, (one, other) in enumerate((("vos", "claessen"), ("jansen", "haddad"), ("peeters", "lemmens"))):
        for giver, receiver, what, when in (
            (one, other, "preserves", day(7, 10 + number)),
            (other, one, "meal", day(8, 10 + number)),
        ):
            book.flow(
                "plums-for-jam",
                giver,
                receiver,
                when,
                what,
                account="none",
                basis="none",
                back="goods_services",
                contracted="no",
                scope="named",
                intent=BALANCED,
                alt=GIFT,
            )


def food_bank(book: Book) -> None:
    dice = Dice("food bank")
    for monday in weekly(0)[::2]:
        book.free(
            "left-bread",
            "bakery",
            "food-bank",
            monday,
            "surplus-food",
            q=100 * dice.between(6, 14),
            unit="kg",
            declared="market",
            intent=HELP,
            alt=GIFT,
        )
        book.free(
            "left-supermarket",
            "supermarket",
            "food-bank",
            monday,
            "surplus-food",
            q=100 * dice.between(20, 55),
            unit="kg",
            declared="!reciprocity.solidarity",
            intent=HELP,
            alt=GIFT,
        )
        for food, share in (("bread", 6), ("milk", 9), ("potatoes", 14)):
            if food != "milk" or dice.happens(50):
                book.free(
                    "handed-out",
                    "food-bank",
                    "anybody" if food != "bread" else "okafor",
                    monday,
                    food,
                    q=100 * (dice.between(share, 2 * share) if food != "bread" else 2),
                    unit="kg",
                    scope="anyone" if food != "bread" else "named",
                    declared="!reciprocity.solidarity" if food == "bread" else "",
                    intent=HELP,
                    alt="redistribution.public_service" if food != "bread" else "",
                )
    # A shift, and a meal for those who came. Until summer the meal is booked as an answer, then as thanks (a tip).
    for month in range(1, 13):
        for number, volunteer in enumerate(dice.some(["gerrit", "riet", "jip", "tom", "grace", "mirre"], 2)):
            prefix = f"shift-{month:02}-{number + 1}"
            book.agreement(prefix, f"shift of {volunteer}, month {month}", "none", contracted="no")
            tagged = month > 6
            book.flow(
                prefix,
                volunteer,
                "food-bank",
                day(month, 4),
                "sorting",
                q=100 * dice.between(3, 5),
                unit="h",
                account="none",
                agreement=prefix,
                back="none" if tagged else "",
                action="work",
                declared="!reciprocity.solidarity",
                intent=HELP,
                alt="reciprocity.barter" if not tagged else "",
            )
            book.flow(
                prefix,
                "food-bank",
                volunteer,
                day(month, 4),
                "meal",
                account="none",
                agreement=prefix,
                part="tip" if tagged else "",
                **(dict(basis="voluntary", back="none", contracted="no", scope="named") if tagged else {}),
                intent=HELP,
                alt="reciprocity.balanced" if not tagged else GIFT,
            )


def giving(book: Book) -> None:
    dice = Dice("giving")
    for month in range(1, 13):
        for giver in dice.some(["demir", "vos", "lemmens", "jansen"], 2):
            book.pays(
                "donation",
                giver,
                "food-bank",
                day(month, 30 if month != 2 else 28),
                100 * dice.between(5, 30),
                **FREELY,
                declared="reciprocity.gift" if giver == "vos" else "reciprocity.solidarity",
                intent=HELP,
                alt=GIFT,
            )
        book.pays(
            "food-bank-hall", "food-bank", "landlord", day(month, 3), 12_000, **AGREED, intent="market.conventional"
        )
    for month in (3, 6, 9, 12):
        book.free(
            "food-bank-grant",
            "municipality",
            "food-bank",
            day(month, 1),
            "euro",
            value=25_000,
            declared="!redistribution.subsidy",
            intent="redistribution.subsidy",
        )
