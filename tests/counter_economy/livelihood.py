"""Work for pay, what a household pools, what the state takes and gives, credit with and without interest."""

from collections import defaultdict

from book import AGREED, BY_LAW, FOR_NOTHING, Book, Dice, day, last_day, later, month_of
from valley import EMPLOYERS, HOUSEHOLDS, MEMBERS, home

COOP = "market.coop_internal"
SALE = "market.conventional"
TAX = "redistribution.tax"
BENEFIT = "redistribution.subsidy"


def livelihood(book: Book) -> None:
    pay(book)
    payroll(book)
    benefits(book)
    taxes(book)
    public_services(book)
    federation(book)
    credit(book)


def pay(book: Book) -> None:
    """Wages on the 25th; on the 26th they go into the purse of the household, but for some pocket money."""
    dice = Dice("pay")
    for person, (employer, net, hours, task) in EMPLOYERS.items():
        member = person in MEMBERS.get(employer, [])
        intent = COOP if member else SALE
        if hours:
            agreement = book.agreement(f"job-{person}", f"work of {person} for {employer}", "negotiated")
        for month in range(1, 13):
            if hours:
                worked = hours + dice.between(-4, 4)
                book.flow(
                    f"work-{person}",
                    person,
                    employer,
                    last_day(month),
                    task,
                    q=100 * worked,
                    unit="h",
                    value=net,
                    agreement=agreement,
                    action="work",
                    intent=intent,
                )
                book.pays(
                    f"wage-{person}",
                    employer,
                    person,
                    day(month, 25),
                    net,
                    agreement=agreement,
                    declared="market" if employer != "bakery" else "reciprocity",
                    intent=intent,
                )
            else:
                book.pays(f"wage-{person}", employer, person, day(month, 25), net, **AGREED, intent=intent)
            purse = home(person)
            shared = "commons.pooled" if purse == "old-dairy" else "commons.household"
            book.free(
                f"purse-{person}",
                person,
                purse,
                day(month, 26),
                "euro",
                value=net - 3_000,
                intent=shared,
                scope="members" if purse == "old-dairy" else "household",
                note="into the common purse",
            )


def payroll(book: Book) -> None:
    """Tax and insurance on the wages that the co-ops pay."""
    for employer in dict.fromkeys(job[0] for job in EMPLOYERS.values() if job[2]):
        wages = sum(net for who, net, hours, _ in EMPLOYERS.values() if who == employer and hours)
        for month in range(1, 13):
            book.pays(
                f"payroll-{employer}", employer, "state", day(month, 28), wages * 21 // 100, **BY_LAW, intent=TAX
            )


def benefits(book: Book) -> None:
    given = dict(declared="!redistribution.subsidy", intent=BENEFIT)
    for household, amount in (("jansen", 27_900), ("peeters", 27_900), ("haddad", 55_800), ("okafor", 33_900)):
        for month in (1, 4, 7, 10):
            book.free(
                f"child-benefit-{household}", "state", household, day(month, 3), "euro", value=amount, **given
            )
    for person, amount in (("gerrit", 156_000), ("riet", 108_000)):
        for month in range(1, 13):
            book.free(f"pension-{person}", "state", person, day(month, 23), "euro", value=amount, **given)
            book.free(
                f"purse-{person}",
                person,
                home(person),
                day(month, 26),
                "euro",
                value=amount - 3_000,
                scope="household",
                intent="commons.household",
            )
    for month in range(1, 13):
        book.free("rent-benefit-okafor", "state", "okafor", day(month, 20), "euro", value=31_000, **given)
        if month % 2:
            book.free(
                "child-pocket",
                "jansen",
                "isa",
                day(month, 1),
                "euro",
                value=2_500,
                scope="household",
                intent="commons.household",
            )
    for month, amount in ((6, 420_000), (12, 380_000)):
        book.free(
            "farm-payment",
            "state",
            "farm",
            day(month, 16),
            "euro",
            value=amount,
            declared="!market",
            intent=BENEFIT,
            note="so much a hectare",
        )
    agreement = book.agreement("hedges", "hedges kept for birds, five years", "negotiated")
    book.flow(
        "hedge-work",
        "farm",
        "municipality",
        "2024-09-30",
        "hedge-care",
        q=4_000,
        unit="h",
        value=120_000,
        agreement=agreement,
        intent=SALE,
        alt=BENEFIT,
    )
    book.pays(
        "hedge-paid",
        "municipality",
        "farm",
        "2024-10-20",
        120_000,
        agreement=agreement,
        declared="redistribution.subsidy",
        intent=SALE,
        alt=BENEFIT,
    )


#: Rate of VAT in hundredths of the price without it, by who sells.
VAT = {"bakery": 9, "farm": 9, "mill": 9, "shop": 9, "workshop": 21}


def taxes(book: Book) -> None:
    """VAT each quarter, computed from what was sold and bought; property and income tax of households."""
    due = dict(**BY_LAW, intent=TAX)
    net = defaultdict(int)
    for row in book.flows:
        if (
            row["resource"] != "euro"
            or row["intent"] not in (COOP, SALE, "market.fair_trade")
            or "wage" in row["id"]
        ):
            continue
        for coop, sign in ((row["to"], 1), (row["from"], -1)):
            if coop in VAT:
                rate = (
                    VAT[coop]
                    if sign == 1
                    else VAT.get(row["to"], 9 if row["to"] in ("wholesaler", "dairy", "importer") else 21)
                )
                net[coop, (month_of(row["date"]) - 1) // 3] += sign * row["amount"] * rate // (100 + rate)
    for coop in VAT:
        book.pays(
            f"vat-{coop}",
            coop,
            "state",
            "2024-01-31",
            90_000 if coop != "mill" else 20_000,
            declared="!redistribution.tax",
            note="for the last quarter of 2023",
            **due,
        )
        for quarter, when in ((0, "2024-04-30"), (1, "2024-07-31"), (2, "2024-10-31")):
            amount = net[coop, quarter]
            if amount > 0:
                book.pays(f"vat-{coop}", coop, "state", when, amount, declared="!redistribution.tax", **due)
            elif amount < 0:
                book.pays(
                    f"vat-back-{coop}",
                    "state",
                    coop,
                    when,
                    -amount,
                    **FOR_NOTHING,
                    intent=TAX,
                    alt=BENEFIT,
                    note="more VAT was paid on purchases than taken on sales",
                )
    for household in HOUSEHOLDS:
        book.pays(
            f"local-tax-{household}",
            household,
            "municipality",
            "2024-03-31",
            29_000,
            declared="!redistribution.tax",
            **due,
        )
        if household not in ("okafor", "smeets"):
            book.pays(
                f"income-tax-{household}",
                household,
                "state",
                "2024-06-30",
                41_000 if household in ("demir", "jansen") else 16_000,
                **due,
            )
    for month in (5, 11):
        book.pays(
            "waste-charge",
            "old-dairy",
            "municipality",
            day(month, 8),
            17_500,
            **(due | {"basis": "cost_share"}),
            note="by the number of bags",
        )


def public_services(book: Book) -> None:
    for child, household in (("isa", "jansen"), ("daniel", "okafor")):
        for month in (1, 9):
            book.free(
                f"school-{child}",
                "municipality",
                child,
                day(month, 8),
                "school-place",
                intent="redistribution.public_service",
            )
    dice = Dice("library")
    for household in ("jansen", "demir", "okafor", "vos"):
        for quarter in (2, 5, 8, 11):
            book.free(
                "public-library",
                "municipality",
                household,
                day(quarter, 10),
                "library-loan",
                q=100 * dice.between(3, 15),
                unit="1",
                scope="anyone",
                action="transferCustody",
                declared="!commons.pooled",
                intent="redistribution.public_service",
                alt="commons.pooled",
            )
    book.free(
        "map-published",
        "municipality",
        "anybody",
        "2024-04-01",
        "valley-map",
        scope="anyone",
        action="copy",
        declared="!commons.open_digital",
        intent="redistribution.public_service",
        alt="commons.open_digital",
    )


def federation(book: Book) -> None:
    """Members pay half a per cent of their sales to the federation; it helps in need, and lends without interest."""
    sold = defaultdict(int)
    for row in book.flows:
        if row["resource"] == "euro" and row["intent"].startswith("market") and row["to"] in MEMBERS["federation"]:
            sold[row["to"], (month_of(row["date"]) - 1) // 3] += row["amount"]
    for quarter, when in ((0, "2024-04-10"), (1, "2024-07-10"), (2, "2024-10-10"), (3, "2024-12-31")):
        for coop in MEMBERS["federation"]:
            book.pays(
                f"levy-{coop}",
                coop,
                "federation",
                when,
                sold[coop, quarter] // 200,
                basis="none",
                back="none",
                contracted="no",
                compelled="membership",
                scope="named",
                declared="redistribution.levy" if coop != "mill" else "reciprocity",
                intent="redistribution.levy",
            )
    book.free(
        "hail-help",
        "federation",
        "farm",
        "2024-07-05",
        "euro",
        value=350_000,
        declared="reciprocity.solidarity",
        intent="reciprocity.solidarity",
        alt="redistribution.subsidy",
        note="hail on the lettuce of 26 June",
    )
    for coop in ("mill", "workshop", "bakery"):
        book.free(
            "bookkeeping-help",
            "federation",
            coop,
            day(3, 15),
            "bookkeeping",
            q=600,
            unit="h",
            scope="members",
            intent="commons.pooled",
            alt="reciprocity.solidarity",
            note="whichever member asks",
        )
    agreement = book.agreement("federation-loan", "loan to the mill for the new sluice", "none", scope="members")
    book.pays(
        "federation-loan-out",
        "federation",
        "mill",
        "2024-04-15",
        600_000,
        agreement=agreement,
        intent="reciprocity.balanced",
        alt="commons.pooled",
        note="without interest",
    )
    book.pays(
        "sluice",
        "mill",
        "elsewhere",
        "2024-05-24",
        1_480_000,
        **AGREED,
        declared="!market",
        intent=SALE,
        note="the new sluice",
    )
    for month in range(6, 13):
        book.pays(
            "federation-loan-back",
            "mill",
            "federation",
            day(month, 15),
            40_000,
            agreement=agreement,
            declared="market",
            intent="reciprocity.balanced",
            alt="commons.pooled",
        )


def credit(book: Book) -> None:
    """Debt with interest from a credit union and a bank; loans among people without; deposits and shares."""
    lent = AGREED | dict(back="same_kind")  # the same money comes back; the price of it is the interest, in rows of its own
    for lender, borrower, amount, monthly, interest, intent in (
        ("credit-union", "workshop", 900_000, 60_000, 3_600, COOP),
        ("bank", "mill", 1_200_000, 45_000, 6_500, SALE),
    ):
        book.pays(
            f"loan-{borrower}", lender, borrower, day(2, 1), amount, declared="!market", intent=intent, **lent
        )
        for month in range(3, 13):
            book.pays(f"loan-{borrower}-back", borrower, lender, day(month, 1), monthly, intent=intent, **lent)
            book.pays(
                f"loan-{borrower}-interest",
                borrower,
                lender,
                day(month, 1),
                interest,
                declared="market",
                basis="interest",
                back="goods_services",
                contracted="yes",
                scope="named",
                intent=intent,
            )
    for household, amount in (("lemmens", 40_000), ("demir", 60_000), ("vos", 50_000)):
        for month in (3, 9):
            book.pays(
                f"deposit-{household}", household, "credit-union", day(month, 4), amount, intent=COOP, **lent
            )
    book.pays(
        "share-okafor",
        "okafor",
        "shop",
        "2024-05-01",
        5_000,
        basis="posted",
        back="claim",
        contracted="yes",
        scope="members",
        intent=COOP,
        note="joins the shop",
    )
    for name, lender, borrower, when, amount, parts in (
        ("oven", "pieter", "femke", "2024-02-05", 18_000, 3),
        ("glasses", "eva", "gerrit", "2024-03-11", 16_000, 2),
        ("train", "hanna", "lotte", "2024-06-03", 12_000, 2),
        ("winter-coat", "saskia", "grace", "2024-11-04", 9_000, 1),
        ("phone", "sem", "jip", "2024-05-21", 15_000, 3),
        ("bike", "tom", "yusuf", "2024-08-12", 20_000, 2),
    ):
        friends = dict(
            basis="none",
            back="same_kind",
            contracted="no",
            scope="named",
            intent="reciprocity.balanced",
            alt="reciprocity.gift",
        )
        book.pays(
            f"lent-{name}",
            lender,
            borrower,
            when,
            amount,
            declared="!market" if name in ("oven", "bike") else "",
            **friends,
        )
        for number in range(parts):
            book.pays(
                f"lent-{name}-back", borrower, lender, later(when, 30 * (number + 1)), amount // parts, **friends
            )
