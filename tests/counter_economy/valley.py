"""Who lives and works in the valley, and who belongs to what."""

#: Households, their people, and what they have in the bank on New Year's Day, in hundredths of a euro.
HOUSEHOLDS = {
    "jansen": (["femke", "tom", "isa"], 380_000),
    "peeters": (["bram", "lotte"], 260_000),
    "claessen": (["hanna", "riet"], 410_000),
    "haddad": (["amira", "yusuf"], 240_000),
    "kuiper": (["pieter"], 190_000),
    "demir": (["dilan", "sem"], 520_000),
    "smeets": (["saskia"], 170_000),
    "vos": (["gerrit"], 640_000),
    "lemmens": (["joost", "eva"], 450_000),
    "okafor": (["grace", "daniel"], 79_000),
}
COMMUNE = ("old-dairy", ["jip", "kees", "mirre"], 310_000)

#: Co-ops and bodies with a purse in EUR.
BODIES = {
    "bakery": ("Bakers' Co-op", "coop", 1_450_000),
    "farm": ("Hill Farm Co-op", "coop", 1_900_000),
    "mill": ("Water Mill Co-op", "coop", 820_000),
    "workshop": ("Tool and Repair Co-op", "coop", 1_020_000),
    "shop": ("Valley Food Co-op", "coop", 2_400_000),
    "federation": ("Federation of Valley Co-ops", "federation_fund", 1_600_000),
    "timebank": ("Valley Timebank", "timebank", 20_000),
    "circle": ("Elm Circle (LETS)", "informal_group", 15_000),
    "tool-library": ("Tool Library", "pool", 60_000),
    "woodland": ("Upper Wood Commons", "pool", 140_000),
    "till-project": ("Open Till (software)", "commons_project", 90_000),
    "food-bank": ("Food Bank", "nonprofit", 120_000),
}

#: Those outside; their purses are not kept here.
OUTSIDE = {
    "credit-union": ("Credit Union of the Province", "coop"),
    "bank": ("Commercial Bank", "firm"),
    "wholesaler": ("Organic Wholesaler", "firm"),
    "importer": ("Coffee Importer", "firm"),
    "dairy": ("Dairy", "firm"),
    "supermarket": ("Supermarket", "firm"),
    "restaurant": ("Restaurant at the Station", "firm"),
    "pasta-maker": ("Pasta Maker", "firm"),
    "sawmill": ("Sawmill", "firm"),
    "power": ("Power Company", "firm"),
    "parts-firm": ("Parts and Packaging", "firm"),
    "landlord": ("Landlord", "firm"),
    "hospital": ("Regional Hospital", "firm"),
    "factory": ("Machine Factory", "firm"),
    "software-firm": ("Software House", "firm"),
    "platform": ("Online Platform", "firm"),
    "elsewhere": ("Shops and services elsewhere", "firm"),
    "municipality": ("The Municipality", "state"),
    "state": ("The State", "state"),
    "sister-abroad": ("Yusuf's sister's household", "household"),
    "anybody": ("Anybody", "public"),
    "air": ("The air", "ecosystem"),
    "stream": ("The stream", "ecosystem"),
}

#: Pockets of people, in hundredths of a euro.
POCKET = 24_000

MEMBERS = {
    "federation": ["bakery", "farm", "mill", "workshop", "shop"],
    "bakery": ["femke", "amira", "joost"],
    "farm": ["bram", "lotte"],
    "mill": ["hanna"],
    "workshop": ["pieter", "dilan"],
    "shop": ["jansen", "peeters", "claessen", "haddad", "kuiper", "demir", "vos", "lemmens"],
    "timebank": ["tom", "riet", "yusuf", "pieter", "gerrit", "eva", "grace", "jip", "saskia", "isa"],
    "circle": ["femke", "lotte", "hanna", "dilan", "gerrit", "joost", "mirre", "bakery", "farm", "workshop"],
    "tool-library": ["jansen", "peeters", "demir", "smeets", "vos", "lemmens", "old-dairy", "haddad", "farm"],
    "woodland": ["jansen", "peeters", "claessen", "kuiper", "vos", "smeets", "old-dairy", "workshop"],
    "credit-union": ["bakery", "workshop", "farm", "lemmens", "demir", "vos"],
}
#: Who joined during the year: body, member, first day.
JOINED = [
    ("shop", "okafor", "2024-05-01"),
    ("farm", "jansen", "2024-02-01"),
    ("farm", "demir", "2024-02-01"),
    ("farm", "smeets", "2024-02-01"),
    ("farm", "vos", "2024-02-01"),
    ("farm", "lemmens", "2024-02-01"),
]
#: Who left: body, member, first day on which it no longer holds.
LEFT = [("circle", "mirre", "2024-10-01")]

TIMEBANK_OPENINGS = {
    "tom": 350,
    "riet": -200,
    "yusuf": 125,
    "pieter": 475,
    "gerrit": -650,
    "eva": 100,
    "grace": 300,
    "jip": -150,
    "saskia": -350,
    "isa": 0,
    "timebank": 0,
}
CIRCLE_OPENINGS = {
    "femke": 4_200,
    "lotte": 8_850,
    "hanna": -3_100,
    "dilan": -6_400,
    "gerrit": 2_750,
    "joost": -1_800,
    "mirre": -2_300,
    "bakery": 3_500,
    "farm": -7_700,
    "workshop": 2_000,
    "circle": 0,
}

EMPLOYERS = {
    # person: (employer, net pay a month, hours a month, task)
    "femke": ("bakery", 128_000, 104, "baking"),
    "amira": ("bakery", 118_000, 96, "baking"),
    "joost": ("bakery", 112_000, 92, "baking"),
    "bram": ("farm", 121_000, 140, "farming"),
    "lotte": ("farm", 118_000, 136, "farming"),
    "kees": ("farm", 62_000, 52, "farming"),
    "hanna": ("mill", 96_000, 76, "milling"),
    "pieter": ("workshop", 142_000, 112, "repairs"),
    "dilan": ("workshop", 68_000, 48, "repairs"),
    "saskia": ("shop", 138_000, 108, "retail"),
    "tom": ("hospital", 246_000, None, ""),
    "mirre": ("hospital", 187_000, None, ""),
    "yusuf": ("factory", 221_000, None, ""),
    "sem": ("software-firm", 318_000, None, ""),
    "eva": ("municipality", 232_000, None, ""),
    "grace": ("hospital", 94_000, None, ""),
}


def home(person: str) -> str:
    for household, (people, _) in HOUSEHOLDS.items():
        if person in people:
            return household
    return COMMUNE[0]


def agents() -> list[dict]:
    rows = []
    add = lambda id, name, kind, household="", commune="", region="NL": rows.append(  # noqa: E731
        dict(id=id, name=name, kind=kind, household=household, commune=commune, control="", region=region,
             source="made up")
    )
    for id, (people, _) in HOUSEHOLDS.items():
        add(id, f"{id.capitalize()} household", "household", id)
        for person in people:
            add(person, person.capitalize(), "person", id)
    id, people, _ = COMMUNE
    add(id, "Old Dairy (a commune)", "commune", "", id)
    for person in people:
        add(person, person.capitalize(), "person", person, id)
    for id, (name, kind, _) in BODIES.items():
        add(id, name, kind)
    for id, (name, kind) in OUTSIDE.items():
        own = id if kind == "household" else ""
        add(id, name, kind, own, "", "NL" if kind not in ("public", "ecosystem") and not own else "")
    return sorted(rows, key=lambda row: row["id"])


def memberships() -> list[dict]:
    rows = [(agent, body, "", "") for body, agents in MEMBERS.items() for agent in agents]
    rows += [(agent, body, since, "") for body, agent, since in JOINED]
    over = {(body, agent): until for body, agent, until in LEFT}
    return [
        dict(agent=a, body=b, **{"from": since}, until=over.get((b, a), until), source="made up")
        for a, b, since, until in sorted(rows)
    ]


def openings() -> dict[str, int]:
    """EUR on New Year's Day of all whose purse is kept."""
    purse = {id: cents for id, (_, cents) in HOUSEHOLDS.items()} | {COMMUNE[0]: COMMUNE[2]}
    purse |= {id: cents for id, (_, _, cents) in BODIES.items()}
    people = [person for folk, _ in HOUSEHOLDS.values() for person in folk] + COMMUNE[1]
    return purse | {person: POCKET if person not in ("isa", "daniel") else 6_000 for person in people}
