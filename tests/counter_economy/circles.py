"""Two ledgers of members: hours in the timebank, credit of its own in the Elm Circle."""

from book import BOUGHT, FOR_NOTHING, Book, Dice, day, weekly
from things import FOODS
from valley import CIRCLE_OPENINGS, MEMBERS, TIMEBANK_OPENINGS

TIME = "reciprocity.timebank"
CREDIT = "reciprocity.mutual_credit"
POOLED = "commons.pooled"
HELP = "reciprocity.solidarity"
GIFT = "reciprocity.gift"


def circles(book: Book) -> None:
    timebank(book)
    elm_circle(book)


def timebank(book: Book) -> None:
    """An hour is an hour; nobody may owe more than twelve or hold more than thirty."""
    dice = Dice("timebank")
    balance = dict(TIMEBANK_OPENINGS)
    people = MEMBERS["timebank"]
    kinds = ["gardening", "repairs", "teaching", "cleaning", "eldercare", "cooking", "childcare"]
    for number in range(66):
        when = weekly(6)[number * 51 // 66]
        giver = dice.one(people)
        receiver = dice.one([p for p in people if p != giver])
        time = dice.one([50, 100, 100, 150, 200, 200, 300])
        if balance[receiver] - time < -1_200 or balance[giver] + time > 3_000:
            continue
        balance[receiver] -= time
        balance[giver] += time
        prefix = f"hour-{number + 1:02}"
        book.agreement(prefix, "in the timebank", "formula_equal")
        book.flow(
            prefix,
            giver,
            receiver,
            when,
            dice.one(kinds),
            q=time,
            unit="h",
            value=time,
            account="TBH",
            agreement=prefix,
            action="work",
            declared="!reciprocity.timebank" if number % 3 else "",
            intent=TIME,
        )
        book.flow(
            prefix,
            receiver,
            giver,
            when,
            "timebank-credit",
            value=time,
            account="TBH",
            agreement=prefix,
            intent=TIME,
        )
    # What members leave to those who cannot give hours.
    for giver, time in (("tom", 200), ("pieter", 300)):
        book.flow(
            "hours-left",
            giver,
            "timebank",
            "2024-12-20",
            "timebank-credit",
            value=time,
            account="TBH",
            basis="voluntary",
            back="none",
            contracted="no",
            scope="members",
            intent=HELP,
            alt=POOLED,
            note="for those who cannot give hours",
        )


def elm_circle(book: Book) -> None:
    """Credit of its own, made when it is spent; some sell in it at the prices of the market."""
    dice = Dice("elms")
    balance = dict(CIRCLE_OPENINGS)
    for number in range(62):
        when = weekly(5)[number * 51 // 62]
        members = [m for m in MEMBERS["circle"] if m != "mirre" or when < "2024-09-21"]
        giver = dice.one(members)
        receiver = dice.one([m for m in members if m != giver])
        posted = giver in ("bakery", "workshop", "farm")
        what = {"bakery": "bread", "farm": "vegetable-crate", "workshop": "repairs"}.get(giver)
        what = what or dice.one(["preserves", "gardening", "teaching", "clothes", "meal", "furniture", "childcare"])
        elms = 100 * dice.between(4, 30)
        # The circle lists who goes beyond 200 below; the farm did once, in October, and was not stopped.
        if balance[receiver] - elms < -20_000 or balance[giver] + elms > 45_000:
            continue
        balance[receiver] -= elms
        balance[giver] += elms
        prefix = f"elm-{number + 1:02}"
        book.agreement(
            prefix,
            "in the Elm Circle" + (", at shop prices" if posted else ""),
            "posted" if posted else "negotiated",
        )
        weight = dict(q=elms * 100 // FOODS["bread"][0], unit="kg") if what == "bread" else {}
        book.flow(
            prefix,
            giver,
            receiver,
            when,
            what,
            value=elms,
            account="ELM",
            agreement=prefix,
            declared=("!market" if giver == "workshop" else "!reciprocity.mutual_credit") if number % 2 else "",
            intent=CREDIT,
            alt="market.conventional" if posted else "",
            **weight,
        )
        book.flow(
            prefix,
            receiver,
            giver,
            when,
            "elm",
            value=elms,
            account="ELM",
            agreement=prefix,
            intent=CREDIT,
            alt="market.conventional" if posted else "",
        )
    when = "2024-10-19"
    elms = 20_000 + balance["farm"] + 3_400
    book.agreement("elm-sowing", "winter sowing by hand, at an agreed sum", "negotiated")
    book.flow(
        "elm-sowing",
        "lotte",
        "farm",
        when,
        "farming",
        q=2_400,
        unit="h",
        value=elms,
        account="ELM",
        agreement="elm-sowing",
        intent=CREDIT,
    )
    book.flow(
        "elm-sowing",
        "farm",
        "lotte",
        when,
        "elm",
        value=elms,
        account="ELM",
        agreement="elm-sowing",
        intent=CREDIT,
        note="takes the farm below its limit; the circle let it pass",
    )
    book.flow(
        "elm-given",
        "gerrit",
        "mirre",
        "2024-09-14",
        "elm",
        value=1_200,
        account="ELM",
        **FOR_NOTHING,
        intent=HELP,
        alt=GIFT,
        note="so that she leaves the circle nearer to nothing",
    )
    for month in (3, 6, 9):
        book.pays(
            "circle-print",
            "circle",
            "parts-firm",
            day(month, 5),
            2_400,
            **BOUGHT,
            intent="market.conventional",
            note="printing the list of offers",
        )
