"""What is not sold: timebank, Elm Circle, tool library, wood, software, care, gifts, the food bank."""

from book import Book, Dice, day, later, weekly
from things import FOODS
from valley import CIRCLE_OPENINGS, HOUSEHOLDS, MEMBERS, TIMEBANK_OPENINGS

TIME = "reciprocity.timebank"
CREDIT = "reciprocity.mutual_credit"
POOLED = "commons.pooled"
OPEN = "commons.open_digital"
HOME = "commons.household"
HELP = "reciprocity.solidarity"
GIFT = "reciprocity.gift"
BALANCED = "reciprocity.balanced"


def circles(book: Book) -> None:
    timebank(book)
    elm_circle(book)
    tool_library(book)
    woodland(book)
    software(book)
    at_home(book)
    commune(book)
    neighbours(book)
    swaps(book)
    food_bank(book)
    giving(book)


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
        book.flow(prefix, giver, receiver, when, dice.one(kinds), q=time, unit="h", value=time, account="TBH", agreement=prefix, action="work",
                  declared="!reciprocity.timebank" if number % 3 else "", intent=TIME)
        book.flow(prefix, receiver, giver, when, "timebank-credit", value=time, account="TBH", agreement=prefix, intent=TIME)
    # What members leave to those who cannot give hours.
    for giver, time in (("tom", 200), ("pieter", 300)):
        book.flow("hours-left", giver, "timebank", "2024-12-20", "timebank-credit", value=time, account="TBH", basis="voluntary", back="none",
                  contracted="no", scope="members", intent=HELP, alt=POOLED, note="for those who cannot give hours")


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
        book.agreement(prefix, "in the Elm Circle" + (", at shop prices" if posted else ""), "posted" if posted else "negotiated")
        weight = dict(q=elms * 100 // FOODS["bread"][0], unit="kg") if what == "bread" else {}
        book.flow(prefix, giver, receiver, when, what, value=elms, account="ELM", agreement=prefix,
                  declared=("!market" if giver == "workshop" else "!reciprocity.mutual_credit") if number % 2 else "",
                  intent=CREDIT, alt="market.conventional" if posted else "", **weight)
        book.flow(prefix, receiver, giver, when, "elm", value=elms, account="ELM", agreement=prefix, intent=CREDIT,
                  alt="market.conventional" if posted else "")
    when = "2024-10-19"
    elms = 20_000 + balance["farm"] + 3_400
    book.agreement("elm-sowing", "winter sowing by hand, at an agreed sum", "negotiated")
    book.flow("elm-sowing", "lotte", "farm", when, "farming", q=2_400, unit="h", value=elms, account="ELM", agreement="elm-sowing", intent=CREDIT)
    book.flow("elm-sowing", "farm", "lotte", when, "elm", value=elms, account="ELM", agreement="elm-sowing", intent=CREDIT,
              note="takes the farm below its limit; the circle let it pass")
    book.flow("elm-given", "gerrit", "mirre", "2024-09-14", "elm", value=1_200, account="ELM", basis="none", back="none", contracted="no",
              scope="named", intent=HELP, alt=GIFT, note="so that she leaves the circle nearer to nothing")
    for month in (3, 6, 9):
        book.pays("circle-print", "circle", "parts-firm", day(month, 5), 2_400, basis="posted", back="goods_services", contracted="yes",
                  scope="named", intent="market.conventional", note="printing the list of offers")


def tool_library(book: Book) -> None:
    dice = Dice("tools")
    members = MEMBERS["tool-library"]
    for member in members:
        book.pays("tool-fee", member, "tool-library", "2024-01-12", 2_500, basis="cost_share", back="none", contracted="no", compelled="membership",
                  scope="members", declared="!market", intent=POOLED, alt="redistribution.levy")
    for number in range(54):
        when = weekly(5)[number * 51 // 54]
        book.free("tool-out", "tool-library", dice.one(members), when, "tool", q=100, unit="1", scope="members", action="transferCustody",
                  declared="commons.pooled" if number % 2 else "", intent=POOLED)
    for month in range(1, 13):
        volunteer = dice.one(["pieter", "dilan", "tom", "gerrit", "jip"])
        book.free("tool-care", volunteer, "tool-library", day(month, 6), "repairs", q=100 * dice.between(2, 5), unit="h", scope="members",
                  action="work", intent=POOLED, note="mends what was broken")
    for when in ("2024-05-25", "2024-09-07"):
        book.pays("tool-late", dice.one(members), "tool-library", when, 800, basis="posted", back="none", contracted="no", compelled="membership",
                  scope="members", declared="!market", intent=POOLED, alt="redistribution.levy", note="brought back late: the rule of the members")
    book.pays("tool-bought", "tool-library", "parts-firm", "2024-04-11", 18_900, basis="posted", back="goods_services", contracted="yes",
              scope="named", intent="market.conventional")


def woodland(book: Book) -> None:
    """Two days of work a year are owed, firewood comes in equal shares, some logs are sold for what must be bought."""
    dice = Dice("wood")
    commoners = MEMBERS["woodland"]
    for member in commoners:
        for when in ("2024-02-24", "2024-11-16"):
            book.free("wood-day", member, "woodland", when, "forestry", q=100 * dice.between(5, 7), unit="h", compelled="membership", scope="members",
                      action="work", declared="!redistribution.levy" if member == "workshop" else "!commons.pooled", intent=POOLED,
                      alt="redistribution.levy")
        book.flow("wood-share", "woodland", member, "2024-10-05", "firewood", q=180_000, unit="kg", account="none", basis="formula_equal", back="none",
                  contracted="no", scope="members", intent=POOLED, alt=BALANCED, note="an equal share for each")
    for month in (3, 6, 8, 12):
        for member in dice.some(commoners, 3):
            book.free("wood-gathered", "woodland", member, day(month, 17), "firewood", q=100 * dice.between(60, 240), unit="kg", scope="members",
                      intent=POOLED, note="what lies on the ground")
    agreement = book.agreement("logs", "logs for the sawmill", "negotiated")
    book.flow("logs", "woodland", "sawmill", "2024-12-04", "timber", q=1_400_000, unit="kg", value=98_000, agreement=agreement,
              intent="market.conventional")
    book.pays("logs", "sawmill", "woodland", "2024-12-18", 98_000, agreement=agreement, declared="market", intent="market.conventional")
    book.pays("wood-cable", "woodland", "parts-firm", "2024-02-20", 31_000, basis="posted", back="goods_services", contracted="yes", scope="named",
              intent="market.conventional")


def software(book: Book) -> None:
    """Open Till: written by a few, used by anybody; paid for in part by those who need a piece of it."""
    dice = Dice("software")
    for number in range(38):
        when = weekly(2)[number]
        author = dice.one(["dilan", "sem", "sem", "software-firm", "daniel"])
        book.free("patch", author, "till-project", when, "till", q=100 * dice.between(1, 9), unit="h", scope="anyone", action="work",
                  declared="commons" if number % 2 else "", intent=OPEN)
    for month in range(1, 13):
        book.free("download", "till-project", "anybody", day(month, 28), "till", q=100 * dice.between(40, 260), unit="1", scope="anyone", action="copy",
                  declared="commons.open_digital", intent=OPEN, note="downloads of the month")
    for coop in MEMBERS["federation"]:
        book.free("till-used", "till-project", coop, "2024-07-01", "till", q=100, unit="1", scope="anyone", action="copy", intent=OPEN)
    for author, when in (("eva", "2024-03-08"), ("isa", "2024-06-21"), ("eva", "2024-10-30")):
        book.free("manual-written", author, "anybody", when, "till-manual", q=100 * dice.between(6, 20), unit="h", scope="anyone", action="work",
                  intent=OPEN)
    book.free("recipes-out", "bakery", "anybody", "2024-04-22", "recipes", scope="anyone", action="copy", declared="!commons.open_digital", intent=OPEN,
              alt=POOLED, note="not for trade")
    for month in range(1, 13):
        book.free("hosting", "software-firm", "till-project", day(month, 1), "hosting", q=100, unit="1", declared="!market" if month == 1 else "",
                  intent=GIFT, alt="reciprocity.solidarity", note="a server for nothing")
        book.pays("supporters", dice.one(["sem", "tom", "saskia", "hanna"]), "till-project", day(month, 27), 500 * dice.between(1, 3), basis="voluntary",
                  back="none", contracted="no", scope="named", declared="reciprocity.gift", intent=HELP, alt=GIFT)
    # Sponsored: money for a logo is a sale of space, whatever it is called.
    for number, when in enumerate(("2024-03-01", "2024-09-02")):
        agreement = book.agreement(f"logo-{number + 1}", "sponsoring, with a logo on the page", "negotiated")
        book.pays(f"logo-{number + 1}", "software-firm", "till-project", when, 60_000, agreement=agreement, declared="!reciprocity.gift",
                  intent="market.conventional", alt=GIFT)
        book.flow(f"logo-{number + 1}", "till-project", "software-firm", when, "advertising", value=60_000, agreement=agreement,
                  intent="market.conventional", alt=GIFT)
    # Commissioned: the work is sold, the code is everybody's. Once both stand in one agreement, once apart.
    agreement = book.agreement("offline-mode", "offline mode of the till, to be published", "negotiated")
    book.pays("offline-paid", "federation", "sem", "2024-06-10", 180_000, agreement=agreement, declared="!commons", intent="market.conventional",
              alt=OPEN)
    book.flow("offline-work", "sem", "federation", "2024-06-07", "programming", q=5_200, unit="h", value=180_000, agreement=agreement,
              intent="market.conventional", alt=OPEN)
    book.free("offline-code", "sem", "till-project", "2024-06-07", "till", scope="anyone", action="copy", intent=OPEN)
    agreement = book.agreement("deposit-module", "deposits on jars, to be published", contracted="", scope="")
    book.pays("deposit-paid", "shop", "dilan", "2024-09-20", 70_000, agreement=agreement, basis="negotiated", back="goods_services", contracted="yes",
              scope="named", intent="market.conventional", alt=OPEN)
    book.flow("deposit-code", "dilan", "till-project", "2024-09-18", "till", agreement=agreement, account="none", basis="none", back="none",
              contracted="no", scope="anyone", action="copy", intent=OPEN, alt="market.conventional")


def at_home(book: Book) -> None:
    """Unpaid work within a household, from a diary: hours a month."""
    dice = Dice("home")
    who = [("femke", "isa", "childcare", 34), ("tom", "jansen", "cooking", 26), ("lotte", "peeters", "cooking", 31), ("bram", "peeters", "cleaning", 14),
           ("hanna", "riet", "eldercare", 29), ("amira", "haddad", "childcare", 52), ("yusuf", "haddad", "cooking", 12),
           ("grace", "daniel", "childcare", 38), ("eva", "lemmens", "cleaning", 17), ("joost", "lemmens", "cooking", 22), ("sem", "demir", "cleaning", 11)]
    for month in range(1, 13):
        for giver, receiver, kind, hours in who:
            book.free(f"home-{giver}", giver, receiver, day(month, 28), kind, q=100 * (hours + dice.between(-5, 5)), unit="h", scope="household", action="work",
                      declared="commons" if month > 9 else "", intent=HOME)


def commune(book: Book) -> None:
    dice = Dice("commune")
    for month in range(1, 13):
        for person in ("jip", "kees", "mirre"):
            book.free("dairy-work", person, "old-dairy", day(month, 28), dice.one(["cooking", "gardening", "cleaning"]), q=100 * dice.between(12, 30), unit="h",
                      scope="members", action="work", intent=POOLED)
        # Soup for whoever comes, with a bowl for coins at the door.
        prefix = f"soup-{month:02}"
        book.agreement(prefix, "soup evening at the Old Dairy", "voluntary", contracted="no", scope="anyone")
        book.flow(prefix, "old-dairy", "anybody", day(month, 19), "soup", q=100 * dice.between(18, 40), unit="1", agreement=prefix, intent=HELP,
                  alt="market.conventional")
        book.pays(prefix, "anybody", "old-dairy", day(month, 19), 100 * dice.between(60, 160), agreement=prefix, intent=HELP, alt="market.conventional")


def neighbours(book: Book) -> None:
    """Gifts: more of them in August, when courgettes have no price, and in December."""
    dice = Dice("neighbours")
    houses = list(HOUSEHOLDS)
    months = [1, 2, 3, 4, 5, 5, 6, 6, 7, 7, 8, 8, 8, 8, 8, 8, 9, 9, 10, 10, 11, 12, 12, 12, 12, 12, 12]
    for number, month in enumerate(months * 2):
        giver = dice.one(houses)
        receiver = dice.one([h for h in houses if h != giver])
        what = "courgettes" if month == 8 else ("preserves" if month in (9, 10, 12) else dice.one(["clothes", "seeds", "meal", "bread", "lift"]))
        weight = dict(q=50 * dice.between(2, 8), unit="kg") if what in FOODS else {}
        shared = [body for body, who in MEMBERS.items() if {giver, receiver} <= set(who)]
        # Between fellow members of a co-op it is a neighbour's gift all the same.
        book.free("given", giver, receiver, day(month, dice.between(1, 28)), what, declared="reciprocity.gift" if number % 3 == 0 else "",
                  intent=GIFT, alt=HELP if shared else "", **weight)
    for number, (giver, receiver) in enumerate((("femke", "lotte"), ("hanna", "saskia"), ("tom", "gerrit"), ("jip", "grace"), ("eva", "amira"))):
        book.free("birthday", giver, receiver, day(2 + 2 * number, 9), "preserves", value=1_500 + 250 * number, intent=GIFT, alt=BALANCED,
                  note="valued by the giver")
    for month in (1, 3, 5, 7, 9, 11):
        book.pays("remittance", "haddad", "sister-abroad", day(month, 29), 9_000, basis="voluntary", back="none", contracted="no", relation="kin",
                  scope="named", declared="!reciprocity.solidarity", intent=HELP)
    for when, giver in (("2024-03-16", "vos"), ("2024-03-16", "peeters"), ("2024-03-16", "old-dairy"), ("2024-10-12", "claessen")):
        book.free("seed-table", giver, "anybody", when, "seeds", scope="anyone", declared="!reciprocity.gift", intent=POOLED, alt=GIFT,
                  note="left on the table for whoever comes")
    for month in (2, 4, 6, 8, 10, 12):
        book.flow("evening-sit", "amira" if month % 4 else "femke", "jansen" if month % 4 else "haddad", day(month, 22), "childcare", q=300, unit="h",
                  account="none", basis="none", back="same_kind", contracted="no", scope="named", intent=BALANCED, alt=HELP, note="turn and turn about")


def swaps(book: Book) -> None:
    """Agreed in kind, and counted in nothing; and what comes back though nobody promised it."""
    deals = [("peeters", "eggs", "kuiper", "repairs", "2024-04-06"), ("vos", "teaching", "demir", "repairs", "2024-05-11"),
             ("claessen", "flour", "old-dairy", "cooking", "2024-06-15"), ("smeets", "clothes", "okafor", "gardening", "2024-08-03"),
             ("lemmens", "teaching", "peeters", "vegetable-crate", "2024-09-14"), ("kuiper", "furniture", "jansen", "preserves", "2024-11-09")]
    for number, (one, gives, other, brings, when) in enumerate(deals):
        prefix = f"swap-{number + 1}"
        book.agreement(prefix, f"{gives} for {brings}", "none")
        for giver, receiver, what, days in ((one, other, gives, 0), (other, one, brings, 12)):
            book.flow(prefix, giver, receiver, later(when, days), what, account="none", agreement=prefix,
                      declared="!market" if number == 0 else "", intent="reciprocity.barter")
    for number, (one, other) in enumerate((("vos", "claessen"), ("jansen", "haddad"), ("peeters", "lemmens"))):
        for giver, receiver, what, when in ((one, other, "preserves", day(7, 10 + number)), (other, one, "meal", day(8, 10 + number))):
            book.flow("plums-for-jam", giver, receiver, when, what, account="none", basis="none", back="goods_services", contracted="no", scope="named",
                      intent=BALANCED, alt=GIFT)


def food_bank(book: Book) -> None:
    dice = Dice("food bank")
    for monday in weekly(0)[::2]:
        book.free("left-bread", "bakery", "food-bank", monday, "surplus-food", q=100 * dice.between(6, 14), unit="kg", declared="market", intent=HELP, alt=GIFT)
        book.free("left-supermarket", "supermarket", "food-bank", monday, "surplus-food", q=100 * dice.between(20, 55), unit="kg",
                  declared="!reciprocity.solidarity", intent=HELP, alt=GIFT)
        for food, share in (("bread", 6), ("milk", 9), ("potatoes", 14)):
            if food != "milk" or dice.happens(50):
                book.free("handed-out", "food-bank", "anybody" if food != "bread" else "okafor", monday, food,
                          q=100 * (dice.between(share, 2 * share) if food != "bread" else 2), unit="kg",
                          scope="anyone" if food != "bread" else "named", declared="!reciprocity.solidarity" if food == "bread" else "", intent=HELP,
                          alt="redistribution.public_service" if food != "bread" else "")
    # A shift, and a meal for those who came. Until summer the meal is booked as an answer, then as thanks (a tip).
    for month in range(1, 13):
        for number, volunteer in enumerate(dice.some(["gerrit", "riet", "jip", "tom", "grace", "mirre"], 2)):
            prefix = f"shift-{month:02}-{number + 1}"
            book.agreement(prefix, f"shift of {volunteer}, month {month}", "none", contracted="no")
            tagged = month > 6
            book.flow(prefix, volunteer, "food-bank", day(month, 4), "sorting", q=100 * dice.between(3, 5), unit="h", account="none", agreement=prefix,
                      back="none" if tagged else "", action="work", declared="!reciprocity.solidarity", intent=HELP, alt="reciprocity.barter" if not tagged else "")
            book.flow(prefix, "food-bank", volunteer, day(month, 4), "meal", account="none", agreement=prefix, part="tip" if tagged else "",
                      **(dict(basis="voluntary", back="none", contracted="no", scope="named") if tagged else {}), intent=HELP,
                      alt="reciprocity.balanced" if not tagged else GIFT)


def giving(book: Book) -> None:
    dice = Dice("giving")
    for month in range(1, 13):
        for giver in dice.some(["demir", "vos", "lemmens", "jansen"], 2):
            book.pays("donation", giver, "food-bank", day(month, 30 if month != 2 else 28), 100 * dice.between(5, 30), basis="voluntary", back="none",
                      contracted="no", scope="named", declared="reciprocity.gift" if giver == "vos" else "reciprocity.solidarity", intent=HELP, alt=GIFT)
        book.pays("food-bank-hall", "food-bank", "landlord", day(month, 3), 12_000, basis="negotiated", back="goods_services", contracted="yes",
                  scope="named", intent="market.conventional")
    for month in (3, 6, 9, 12):
        book.free("food-bank-grant", "municipality", "food-bank", day(month, 1), "euro", value=25_000, declared="!redistribution.subsidy",
                  intent="redistribution.subsidy")
