"""What the farm gives: over the gate, as shares of the harvest, in boxes at what each can pay."""

from book import FOR_NOTHING, Book, Dice, day, month_of, times, weekly
from things import VEGETABLES, in_season, price

COOP = "market.coop_internal"
SALE = "market.conventional"


def farm(book: Book) -> None:
    farm_gate(book)
    shares_of_the_harvest(book)
    solidarity_boxes(book)


def farm_gate(book: Book) -> None:
    """The unstaffed stall at the farm: prices on a board, a tin for the money."""
    dice = Dice("farm gate")
    for number, friday in enumerate(weekly(4)[1::2]):
        month = month_of(friday)
        prefix = f"gate-{number + 1:02}"
        food = dice.one(in_season(VEGETABLES, month))
        due = times(9_600 + 100 * dice.upto(60), price(food, month)) + 34_000
        book.flow(
            prefix,
            "anybody",
            "farm",
            friday,
            "euro",
            value=due,
            basis="posted",
            back="goods_services",
            contracted="yes",
            scope="anyone",
            declared="market",
            intent=SALE,
            note="counted from the tin",
        )
    # Three times there was less in the tin than went from the shelf: who knows why.
    for number, when in enumerate(("2024-04-19", "2024-07-26", "2024-10-11")):
        book.flow(
            "gate-missing",
            "farm",
            "",
            when,
            "eggs",
            q=200 + 100 * number,
            unit="kg",
            intent="unclassified.insufficient_evidence",
            note="gone without money in the tin",
        )


def shares_of_the_harvest(book: Book) -> None:
    """Harvest shares, paid in February: three at a posted price, two at what each could bid to cover the farm's costs.
    For one of the three the municipality pays a part."""
    dice = Dice("harvest")
    for household in ("jansen", "demir", "smeets", "vos", "lemmens"):
        prefix = f"harvest-{household}"
        bid = household in ("vos", "lemmens")
        intent, alt = ("commons.pooled", COOP) if bid else (COOP, "commons.pooled")
        book.agreement(
            prefix,
            f"harvest share of {household}",
            "cost_share" if bid else "posted",
            scope="members" if bid else "named",
        )
        declared = "!commons"
        price_of = {"jansen": 52_000, "demir": 52_000, "smeets": 38_000, "vos": 68_000, "lemmens": 46_000}[
            household
        ]
        book.pays(
            prefix,
            household,
            "farm",
            "2024-02-15",
            price_of,
            agreement=prefix,
            declared=declared,
            intent=intent,
            alt=alt,
        )
        if household == "smeets":
            book.pays(
                prefix,
                "municipality",
                "farm",
                "2024-03-01",
                14_000,
                agreement=prefix,
                part="subsidy",
                **FOR_NOTHING,
                declared="!redistribution.subsidy",
                intent="redistribution.subsidy",
                note="pays a part of the share for those with little",
            )
        for wednesday in (d for d in weekly(2) if "2024-05-29" <= d <= "2024-11-20" and int(d[8:]) % 2 == 0):
            food = dice.one(in_season(VEGETABLES, month_of(wednesday)))
            quantity = 950 + 50 * dice.upto(15)
            book.goods(
                prefix,
                "farm",
                household,
                wednesday,
                food,
                quantity,
                price(food, month_of(wednesday)),
                agreement=prefix,
                declared="commons" if household == "vos" else "",
                intent=intent,
                alt=alt,
            )


def solidarity_boxes(book: Book) -> None:
    """A box for whoever asks, at what each can give: some give nothing."""
    dice = Dice("boxes")
    for household in ("okafor", "haddad", "smeets", "kuiper"):
        for month in range(1 if household in ("okafor", "kuiper") else 2, 13, 2):
            prefix = f"box-{household}-{month:02}"
            book.agreement(
                prefix, f"pay-what-you-can box, {household}, month {month}", "voluntary", contracted="no"
            )
            food = dice.one(in_season(VEGETABLES, month))
            book.goods(
                prefix,
                "farm",
                household,
                day(month, 14),
                food,
                400 + 50 * dice.upto(5),
                price(food, month),
                agreement=prefix,
                declared="reciprocity.solidarity" if household == "okafor" else "",
                intent="reciprocity.solidarity",
                alt=SALE,
            )
            gives = 0 if household == "okafor" and dice.happens(50) else 100 * dice.between(2, 12)
            if gives:
                book.pays(
                    prefix,
                    household,
                    "farm",
                    day(month, 14),
                    gives,
                    agreement=prefix,
                    intent="reciprocity.solidarity",
                    alt=SALE,
                )
