"""What is held and used in common: tools, the wood, software, the home, the commune."""

from book import AGREED, BOUGHT, FREELY, Book, Dice, day, weekly
from valley import MEMBERS

POOLED = "commons.pooled"
OPEN = "commons.open_digital"
HOME = "commons.household"
HELP = "reciprocity.solidarity"
GIFT = "reciprocity.gift"
BALANCED = "reciprocity.balanced"


def commons(book: Book) -> None:
    tool_library(book)
    woodland(book)
    software(book)
    at_home(book)
    commune(book)


def tool_library(book: Book) -> None:
    dice = Dice("tools")
    members = MEMBERS["tool-library"]
    for member in members:
        book.pays(
            "tool-fee",
            member,
            "tool-library",
            "2024-01-12",
            2_500,
            basis="cost_share",
            back="none",
            contracted="no",
            compelled="membership",
            scope="members",
            declared="!market",
            intent=POOLED,
            alt="redistribution.levy",
        )
    for number in range(54):
        when = weekly(5)[number * 51 // 54]
        book.free(
            "tool-out",
            "tool-library",
            dice.one(members),
            when,
            "tool",
            q=100,
            unit="1",
            scope="members",
            action="transferCustody",
            declared="commons.pooled" if number % 2 else "",
            intent=POOLED,
        )
    for month in range(1, 13):
        volunteer = dice.one(["pieter", "dilan", "tom", "gerrit", "jip"])
        book.free(
            "tool-care",
            volunteer,
            "tool-library",
            day(month, 6),
            "repairs",
            q=100 * dice.between(2, 5),
            unit="h",
            scope="members",
            action="work",
            intent=POOLED,
            note="mends what was broken",
        )
    for when in ("2024-05-25", "2024-09-07"):
        book.pays(
            "tool-late",
            dice.one(members),
            "tool-library",
            when,
            800,
            basis="posted",
            back="none",
            contracted="no",
            compelled="membership",
            scope="members",
            declared="!market",
            intent=POOLED,
            alt="redistribution.levy",
            note="brought back late: the rule of the members",
        )
    book.pays(
        "tool-bought", "tool-library", "parts-firm", "2024-04-11", 18_900, **BOUGHT, intent="market.conventional"
    )


def woodland(book: Book) -> None:
    """Two days of work a year are owed, firewood comes in equal shares, some logs are sold for what must be bought."""
    dice = Dice("wood")
    commoners = MEMBERS["woodland"]
    for member in commoners:
        for when in ("2024-02-24", "2024-11-16"):
            book.free(
                "wood-day",
                member,
                "woodland",
                when,
                "forestry",
                q=100 * dice.between(5, 7),
                unit="h",
                compelled="membership",
                scope="members",
                action="work",
                declared="!redistribution.levy" if member == "workshop" else "!commons.pooled",
                intent=POOLED,
                alt="redistribution.levy",
            )
        book.flow(
            "wood-share",
            "woodland",
            member,
            "2024-10-05",
            "firewood",
            q=180_000,
            unit="kg",
            account="none",
            basis="formula_equal",
            back="none",
            contracted="no",
            scope="members",
            intent=POOLED,
            alt=BALANCED,
            note="an equal share for each",
        )
    for month in (3, 6, 8, 12):
        for member in dice.some(commoners, 3):
            book.free(
                "wood-gathered",
                "woodland",
                member,
                day(month, 17),
                "firewood",
                q=100 * dice.between(60, 240),
                unit="kg",
                scope="members",
                intent=POOLED,
                note="what lies on the ground",
            )
    agreement = book.agreement("logs", "logs for the sawmill", "negotiated")
    book.flow(
        "logs",
        "woodland",
        "sawmill",
        "2024-12-04",
        "timber",
        q=1_400_000,
        unit="kg",
        value=98_000,
        agreement=agreement,
        intent="market.conventional",
    )
    book.pays(
        "logs",
        "sawmill",
        "woodland",
        "2024-12-18",
        98_000,
        agreement=agreement,
        declared="market",
        intent="market.conventional",
    )
    book.pays("wood-cable", "woodland", "parts-firm", "2024-02-20", 31_000, **BOUGHT, intent="market.conventional")


def software(book: Book) -> None:
    """Open Till: written by a few, used by anybody; paid for in part by those who need a piece of it."""
    dice = Dice("software")
    for number in range(38):
        when = weekly(2)[number]
        author = dice.one(["dilan", "sem", "sem", "software-firm", "daniel"])
        book.free(
            "patch",
            author,
            "till-project",
            when,
            "till",
            q=100 * dice.between(1, 9),
            unit="h",
            scope="anyone",
            action="work",
            declared="commons" if number % 2 else "",
            intent=OPEN,
        )
    for month in range(1, 13):
        book.free(
            "download",
            "till-project",
            "anybody",
            day(month, 28),
            "till",
            q=100 * dice.between(40, 260),
            unit="1",
            scope="anyone",
            action="copy",
            declared="commons.open_digital",
            intent=OPEN,
            note="downloads of the month",
        )
    for coop in MEMBERS["federation"]:
        book.free(
            "till-used",
            "till-project",
            coop,
            "2024-07-01",
            "till",
            q=100,
            unit="1",
            scope="anyone",
            action="copy",
            intent=OPEN,
        )
    for author, when in (("eva", "2024-03-08"), ("isa", "2024-06-21"), ("eva", "2024-10-30")):
        book.free(
            "manual-written",
            author,
            "anybody",
            when,
            "till-manual",
            q=100 * dice.between(6, 20),
            unit="h",
            scope="anyone",
            action="work",
            intent=OPEN,
        )
    book.free(
        "recipes-out",
        "bakery",
        "anybody",
        "2024-04-22",
        "recipes",
        scope="anyone",
        action="copy",
        declared="!commons.open_digital",
        intent=OPEN,
        alt=POOLED,
        note="not for trade",
    )
    for month in range(1, 13):
        book.free(
            "hosting",
            "software-firm",
            "till-project",
            day(month, 1),
            "hosting",
            q=100,
            unit="1",
            declared="!market" if month == 1 else "",
            intent=GIFT,
            alt="reciprocity.solidarity",
            note="a server for nothing",
        )
        book.pays(
            "supporters",
            dice.one(["sem", "tom", "saskia", "hanna"]),
            "till-project",
            day(month, 27),
            500 * dice.between(1, 3),
            **FREELY,
            declared="reciprocity.gift",
            intent=HELP,
            alt=GIFT,
        )
    # Sponsored: money for a logo is a sale of space, whatever it is called.
    for number, when in enumerate(("2024-03-01", "2024-09-02")):
        agreement = book.agreement(f"logo-{number + 1}", "sponsoring, with a logo on the page", "negotiated")
        book.pays(
            f"logo-{number + 1}",
            "software-firm",
            "till-project",
            when,
            60_000,
            agreement=agreement,
            declared="!reciprocity.gift",
            intent="market.conventional",
            alt=GIFT,
        )
        book.flow(
            f"logo-{number + 1}",
            "till-project",
            "software-firm",
            when,
            "advertising",
            value=60_000,
            agreement=agreement,
            intent="market.conventional",
            alt=GIFT,
        )
    # Commissioned: the work is sold, the code is everybody's. Once both stand in one agreement, once apart.
    agreement = book.agreement("offline-mode", "offline mode of the till, to be published", "negotiated")
    book.pays(
        "offline-paid",
        "federation",
        "sem",
        "2024-06-10",
        180_000,
        agreement=agreement,
        declared="!commons",
        intent="market.conventional",
        alt=OPEN,
    )
    book.flow(
        "offline-work",
        "sem",
        "federation",
        "2024-06-07",
        "programming",
        q=5_200,
        unit="h",
        value=180_000,
        agreement=agreement,
        intent="market.conventional",
        alt=OPEN,
    )
    book.free(
        "offline-code", "sem", "till-project", "2024-06-07", "till", scope="anyone", action="copy", intent=OPEN
    )
    agreement = book.agreement("deposit-module", "deposits on jars, to be published", contracted="", scope="")
    book.pays(
        "deposit-paid",
        "shop",
        "dilan",
        "2024-09-20",
        70_000,
        agreement=agreement,
        **AGREED,
        intent="market.conventional",
        alt=OPEN,
    )
    book.flow(
        "deposit-code",
        "dilan",
        "till-project",
        "2024-09-18",
        "till",
        agreement=agreement,
        account="none",
        basis="none",
        back="none",
        contracted="no",
        scope="anyone",
        action="copy",
        intent=OPEN,
        alt="market.conventional",
    )


def at_home(book: Book) -> None:
    """Unpaid work within a household, from a diary: hours a month."""
    dice = Dice("home")
    who = [
        ("femke", "isa", "childcare", 34),
        ("tom", "jansen", "cooking", 26),
        ("lotte", "peeters", "cooking", 31),
        ("bram", "peeters", "cleaning", 14),
        ("hanna", "riet", "eldercare", 29),
        ("amira", "haddad", "childcare", 52),
        ("yusuf", "haddad", "cooking", 12),
        ("grace", "daniel", "childcare", 38),
        ("eva", "lemmens", "cleaning", 17),
        ("joost", "lemmens", "cooking", 22),
        ("sem", "demir", "cleaning", 11),
    ]
    for month in range(1, 13):
        for giver, receiver, kind, hours in who:
            book.free(
                f"home-{giver}",
                giver,
                receiver,
                day(month, 28),
                kind,
                q=100 * (hours + dice.between(-5, 5)),
                unit="h",
                scope="household",
                action="work",
                declared="commons" if month > 9 else "",
                intent=HOME,
            )


def commune(book: Book) -> None:
    dice = Dice("commune")
    for month in range(1, 13):
        for person in ("jip", "kees", "mirre"):
            book.free(
                "dairy-work",
                person,
                "old-dairy",
                day(month, 28),
                dice.one(["cooking", "gardening", "cleaning"]),
                q=100 * dice.between(12, 30),
                unit="h",
                scope="members",
                action="work",
                intent=POOLED,
            )
        # Soup for whoever comes, with a bowl for coins at the door.
        prefix = f"soup-{month:02}"
        book.agreement(prefix, "soup evening at the Old Dairy", "voluntary", contracted="no", scope="anyone")
        book.flow(
            prefix,
            "old-dairy",
            "anybody",
            day(month, 19),
            "soup",
            q=100 * dice.between(18, 40),
            unit="1",
            agreement=prefix,
            intent=HELP,
            alt="market.conventional",
        )
        book.pays(
            prefix,
            "anybody",
            "old-dairy",
            day(month, 19),
            100 * dice.between(60, 160),
            agreement=prefix,
            intent=HELP,
            alt="market.conventional",
        )
