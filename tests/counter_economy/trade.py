"""What is bought and sold: the shop and its members, counters, deliveries between co-ops, suppliers."""

from collections import defaultdict

from book import FREELY, Book, Dice, day, last_day, later, month_of, times, weekly
from things import FOODS, VEGETABLES, in_season, price

COOP = "market.coop_internal"
SALE = "market.conventional"
FAIR = "market.fair_trade"
SATURDAYS = weekly(5)


def trade(book: Book) -> None:
    tabs(book)
    counter(book)
    cafe(book)
    deliveries(book)
    coffee(book)


def tabs(book: Book) -> None:
    """Members of the shop write up what they take, and pay at the end of the month."""
    dice = Dice("tabs")
    people = dict(jansen=3, peeters=3, claessen=2, haddad=3, kuiper=1, demir=2, vos=1, lemmens=2, okafor=1)
    daily = ["bread", "bread", "rye-bread", "milk", "yoghurt", "cheese", "butter", "eggs", "oats", "flour"]
    rare = [
        "honey",
        "jam",
        "apple-juice",
        "olive-oil",
        "chocolate",
        "apples",
        "pears",
        "strawberries",
        "white-bread",
    ]
    for household, size in people.items():
        for month in range(1 if household != "okafor" else 5, 13):
            prefix = f"tab-{household}-{month:02}"
            book.agreement(prefix, f"tab of {household}, month {month}", "posted")
            due = 0
            for number, saturday in enumerate(d for d in SATURDAYS if month_of(d) == month):
                basket = [dice.one(daily), dice.one(in_season(VEGETABLES, month))]
                basket = basket[: 1 if size == 1 or number % 2 else 2] + (
                    [dice.one(in_season(rare, month))] if dice.happens(13 * size) else []
                )
                for food in dict.fromkeys(basket):
                    heavy = FOODS[food][0] < 700
                    quantity = (40 + 30 * size + 10 * dice.upto(8)) if heavy else 10 + 10 * size + 5 * dice.upto(4)
                    due += book.goods(
                        prefix,
                        "shop",
                        household,
                        saturday,
                        food,
                        quantity,
                        price(food, month),
                        agreement=prefix,
                        declared="market.coop_internal" if month % 2 else "market",
                        intent=COOP,
                    )
            book.pays(
                prefix, household, "shop", last_day(month), due, agreement=prefix, intent=COOP, note="direct debit"
            )


def counter(book: Book) -> None:
    """Whoever comes in, week by week, as the till sums it up; and the bakers' and the workshop's own counters."""
    dice = Dice("counter")
    for number, saturday in enumerate(SATURDAYS[1::2]):
        month = month_of(saturday)
        prefix = f"till-shop-{number + 1:02}"
        book.agreement(prefix, f"sales over the counter, two weeks to {saturday}", "posted", scope="anyone")
        basket = [
            ("bread", 14_000),
            (dice.one(in_season(VEGETABLES, month)), 19_000),
            (dice.one(["cheese", "milk", "eggs"]), 5_200),
        ]
        due = 0
        for food, usual in basket:
            due += book.goods(
                prefix,
                "shop",
                "anybody",
                saturday,
                food,
                usual + 100 * dice.upto(32),
                price(food, month),
                agreement=prefix,
                declared=SALE,
                intent=SALE,
            )
        other = 192_000 + 100 * dice.upto(180)
        book.flow(
            prefix,
            "shop",
            "anybody",
            saturday,
            "household-goods",
            value=other,
            agreement=prefix,
            declared=SALE,
            intent=SALE,
        )
        book.pays(prefix, "anybody", "shop", saturday, due + other, agreement=prefix, intent=SALE)
    for number, saturday in enumerate(SATURDAYS[1::2]):
        prefix = f"stall-{number + 1:02}"
        book.agreement(prefix, f"bread on the market, two weeks to {saturday}", "posted", scope="anyone")
        due = book.goods(
            prefix,
            "bakery",
            "anybody",
            saturday,
            "bread",
            46_500 + 100 * dice.upto(140),
            price("bread", month_of(saturday)),
            agreement=prefix,
            declared="market",
            intent=SALE,
        )
        book.pays(prefix, "anybody", "bakery", saturday, due, agreement=prefix, declared="market", intent=SALE)
    for month in range(1, 13):
        prefix = f"bikes-{month:02}"
        book.agreement(prefix, f"bicycles and repairs over the counter, month {month}", "posted", scope="anyone")
        value = 325_000 + (60_000 if month in (4, 5, 6) else 0) + 100 * dice.upto(300)
        book.flow(
            prefix, "workshop", "anybody", last_day(month), "repairs", value=value, agreement=prefix, intent=SALE
        )
        book.pays(
            prefix,
            "anybody",
            "workshop",
            last_day(month),
            value,
            agreement=prefix,
            declared="market.conventional",
            intent=SALE,
        )


def cafe(book: Book) -> None:
    """Coffee and soup in the shop on Saturdays; some guests leave more than they owe."""
    dice = Dice("cafe")
    for number, saturday in enumerate(SATURDAYS[::4]):
        prefix = f"cafe-{number + 1:02}"
        book.agreement(prefix, f"café, {saturday}", "posted", scope="anyone")
        cups = 40 + dice.upto(25)
        due = times(100 * cups, 230)
        book.flow(
            prefix,
            "shop",
            "anybody",
            saturday,
            "coffee-cup",
            q=15 * cups,
            unit="kg",
            value=due,
            agreement=prefix,
            intent=SALE,
            note=f"{cups} cups of 0.15 kg",
        )
        soup = 550 * (10 + dice.upto(9))
        book.flow(prefix, "shop", "anybody", saturday, "soup", value=soup, agreement=prefix, intent=SALE)
        book.pays(prefix, "anybody", "shop", saturday, due + soup, agreement=prefix, intent=SALE)
        book.pays(
            prefix,
            "anybody",
            "shop",
            saturday,
            300 + 50 * dice.upto(15),
            **FREELY,
            agreement=prefix,
            part="tip",
            declared="market",
            intent="reciprocity.solidarity",
            alt=SALE,
        )


def deliveries(book: Book) -> None:
    """Standing agreements of the year: goods by the crate each week, an invoice at the end of the month."""
    dice = Dice("deliveries")
    standing = [
        # name, seller, buyer, resource, hundredths of kg a week, price, class, how often
        ("bread-shop", "bakery", "shop", "bread-crate", 9_800, 345, COOP, 1),
        ("bread-station", "bakery", "restaurant", "bread-crate", 6_800, 390, SALE, 2),
        ("vegetables-shop", "farm", "shop", "vegetable-crate", 16_500, 162, COOP, 1),
        ("vegetables-station", "farm", "restaurant", "vegetable-crate", 4_200, 205, SALE, 2),
        ("flour-bakery", "mill", "bakery", "flour-sack", 46_000, 128, COOP, 2),
        ("flour-pasta", "mill", "pasta-maker", "flour-sack", 52_000, 118, SALE, 4),
        ("flour-shop", "mill", "shop", "flour-sack", 2_500, 132, COOP, 4),
        ("dairy-shop", "dairy", "shop", "dairy-crate", 10_800, 520, SALE, 2),
        ("dry-shop", "wholesaler", "shop", "dry-goods", 21_000, 560, SALE, 4),
    ]
    words = {COOP: "market.coop_internal", SALE: "market"}
    for name, seller, buyer, resource, usual, cents, intent, every in standing:
        agreement = book.agreement(f"standing-{name}", f"{resource} from {seller} to {buyer}, 2024", "negotiated")
        due = defaultdict(int)
        for tuesday in weekly(1)[::every]:
            quantity = usual + 100 * dice.upto(max(2, usual // 1_000)) - usual // 20
            due[month_of(tuesday)] += book.goods(
                f"{name}-goods",
                seller,
                buyer,
                tuesday,
                resource,
                quantity,
                cents,
                agreement=agreement,
                declared=words[intent],
                intent=intent,
            )
        for month, value in sorted(due.items()):
            book.pays(
                f"{name}-paid", buyer, seller, later(last_day(month), 9), value, agreement=agreement, intent=intent
            )
    # The harvest: six loads of wheat, half paid on delivery, the rest in November.
    agreement = book.agreement(
        "wheat-2024", "wheat of the farm for the mill, one price agreed in spring", "negotiated"
    )
    second = 0
    for number in range(6):
        when = later("2024-08-05", 6 * number)
        value = book.goods(
            "wheat",
            "farm",
            "mill",
            when,
            "grain",
            290_000 + 100 * dice.upto(200),
            42,
            agreement=agreement,
            declared="market",
            intent=COOP,
        )
        book.pays("wheat-half", "mill", "farm", later(when, 2), value // 2, agreement=agreement, intent=COOP)
        second += value - value // 2
    book.pays("wheat-rest", "mill", "farm", "2024-11-15", second, agreement=agreement, intent=COOP)


def coffee(book: Book) -> None:
    """Certified coffee: a price with a floor, and a premium that the growers decide about."""
    for number, month in enumerate((1, 3, 5, 7, 9, 11)):
        prefix = f"coffee-{number + 1}"
        book.agreement(prefix, f"coffee, lot {number + 1}", "certified_floor", certification="Fairtrade")
        due = book.goods(
            prefix,
            "importer",
            "shop",
            day(month, 12),
            "coffee-pack",
            2_600,
            1_120,
            agreement=prefix,
            declared="market.fair_trade",
            intent=FAIR,
        )
        book.pays(prefix, "shop", "importer", day(month, 26), due, agreement=prefix, intent=FAIR)
        # Where the keeper did not write the certificate down again, that is a gap of the book, not of the coffee.
        certificate = "Fairtrade" if number % 2 == 0 else ""
        book.pays(
            prefix,
            "shop",
            "importer",
            day(month, 26),
            times(2_600, 48),
            agreement=prefix,
            part="premium",
            basis="certified_floor",
            back="goods_services",
            contracted="yes",
            scope="named",
            certification=certificate,
            declared="market.fair_trade",
            intent=FAIR,
        )
