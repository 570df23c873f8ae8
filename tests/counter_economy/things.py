"""What passes: resources, units, wages, prices."""

#: Foods at the shop: resource, price a kg in hundredths, product in the supply dataset, months in which it is there.
ALL = range(1, 13)
FOODS = {
    "bread": (505, "wholemeal-bread", ALL),
    "white-bread": (440, "white-bread", ALL),
    "rye-bread": (560, "rye-bread", ALL),
    "flour": (190, "wheat-flour", ALL),
    "milk": (139, "whole-milk", ALL),
    "yoghurt": (265, "yoghurt", ALL),
    "cheese": (1_290, "gouda-cheese", ALL),
    "butter": (990, "butter", ALL),
    "eggs": (480, "egg-cooked", ALL),
    "carrots": (210, "carrot", (1, 2, 3, 7, 8, 9, 10, 11, 12)),
    "onions": (170, "onion", ALL),
    "potatoes": (150, "potato-cooked", ALL),
    "kale": (330, "kale", (1, 2, 11, 12)),
    "leeks": (300, "leek", (1, 2, 3, 4, 10, 11, 12)),
    "lettuce": (430, "lettuce", (5, 6, 7, 8, 9, 10)),
    "tomatoes": (395, "tomato", (7, 8, 9, 10)),
    "courgettes": (290, "courgette", (7, 8, 9)),
    "cabbage": (230, "cabbage-pointed", (5, 6, 7, 10, 11, 12)),
    "spinach": (520, "spinach", (4, 5, 6, 9)),
    "strawberries": (850, "strawberry", (6, 7)),
    "apples": (240, "apple", (1, 2, 3, 9, 10, 11, 12)),
    "pears": (280, "pear", (9, 10, 11, 12)),
    "oats": (290, "oatmeal", ALL),
    "honey": (950, "honey", ALL),
    "jam": (720, "jam", ALL),
    "apple-juice": (220, "apple-juice", ALL),
    "olive-oil": (1_150, "olive-oil", ALL),
    "sugar": (165, "sugar", ALL),
    "chocolate": (1_890, "dark-chocolate", ALL),
}
VEGETABLES = [
    "carrots",
    "onions",
    "potatoes",
    "kale",
    "leeks",
    "lettuce",
    "tomatoes",
    "courgettes",
    "cabbage",
    "spinach",
]

#: Other things: id, name, kind, rival, excludable, licence, product, task, hours to make it once more.
OTHER = [
    ("euro", "money", "money", "yes", "yes", "none", "", "", ""),
    ("surplus", "a share of the surplus", "money", "yes", "yes", "none", "", "", ""),
    ("share-capital", "a share in a co-op", "claim", "yes", "yes", "none", "", "", ""),
    ("debt-claim", "a promise to pay back", "claim", "yes", "yes", "none", "", "", ""),
    ("elm", "credit of the Elm Circle", "credit", "yes", "yes", "none", "", "", ""),
    ("timebank-credit", "an hour in the timebank", "hours", "yes", "yes", "none", "", "", ""),
    ("coffee-pack", "roasted coffee", "goods_services", "yes", "yes", "none", "", "", ""),
    ("coffee-cup", "coffee, brewed", "goods_services", "yes", "yes", "none", "coffee-prepared", "", ""),
    ("household-goods", "soap, paper, candles", "goods_services", "yes", "yes", "none", "", "", ""),
    ("soup", "a bowl of soup", "goods_services", "yes", "yes", "none", "", "", ""),
    ("meal", "a meal", "goods_services", "yes", "yes", "none", "", "", ""),
    ("bread-crate", "bread by the crate", "goods_services", "yes", "yes", "none", "", "", ""),
    ("vegetable-crate", "vegetables by the crate", "goods_services", "yes", "yes", "none", "", "", ""),
    ("dairy-crate", "milk and cheese by the crate", "goods_services", "yes", "yes", "none", "", "", ""),
    ("dry-goods", "dry goods by the pallet", "goods_services", "yes", "yes", "none", "", "", ""),
    ("flour-sack", "flour by the sack", "goods_services", "yes", "yes", "none", "", "", ""),
    ("grain", "wheat", "goods_services", "yes", "yes", "none", "", "", ""),
    ("surplus-food", "food that is left over", "goods_services", "yes", "yes", "none", "", "", ""),
    ("food-parcel", "a food parcel", "goods_services", "yes", "yes", "none", "", "", ""),
    ("seeds", "seeds", "goods_services", "yes", "yes", "none", "", "", ""),
    ("preserves", "jam and pickles in jars", "goods_services", "yes", "yes", "none", "", "", ""),
    ("electricity", "electricity", "goods_services", "yes", "yes", "none", "", "", ""),
    ("rent", "a place to live or work", "goods_services", "yes", "yes", "none", "", "", ""),
    ("parts", "parts and packaging", "goods_services", "yes", "yes", "none", "", "", ""),
    ("bicycle", "a bicycle", "goods_services", "yes", "yes", "none", "", "", ""),
    ("furniture", "a piece of furniture", "goods_services", "yes", "yes", "none", "", "", ""),
    ("clothes", "children's clothes", "goods_services", "yes", "yes", "none", "", "", ""),
    ("lift", "a lift in the car", "goods_services", "yes", "yes", "none", "", "", ""),
    ("timber", "logs", "goods_services", "yes", "yes", "none", "", "", ""),
    ("firewood", "firewood", "goods_services", "yes", "no", "none", "", "", ""),
    ("tool", "a tool on loan", "goods_services", "yes", "yes", "none", "", "", ""),
    ("copper", "copper of the mill roof", "goods_services", "yes", "yes", "none", "", "", ""),
    ("advertising", "a logo on the page", "goods_services", "yes", "yes", "none", "", "", ""),
    ("mailbox", "a mailbox and a feed", "goods_services", "no", "yes", "LicenseRef-Platform", "", "", ""),
    ("attention", "attention and data", "attention_data", "no", "yes", "none", "", "", ""),
    ("till", "Open Till", "goods_services", "no", "no", "AGPL-3.0-or-later", "", "programming", "5200"),
    ("till-manual", "manual of Open Till", "goods_services", "no", "no", "CC-BY-SA-4.0", "", "translation", "180"),
    ("recipes", "recipes of the bakery", "goods_services", "no", "no", "CC-BY-NC-SA-4.0", "", "baking", "60"),
    ("hosting", "a server", "goods_services", "yes", "yes", "none", "", "", ""),
    ("school-place", "a place at school", "goods_services", "yes", "yes", "none", "", "", ""),
    ("library-loan", "books from the public library", "goods_services", "yes", "yes", "none", "", "", ""),
    ("valley-map", "map of paths", "goods_services", "no", "no", "CC-BY-4.0", "", "", "900"),
    ("smoke", "carbon dioxide", "", "yes", "no", "none", "", "", ""),
    ("water-power", "water over the wheel", "", "no", "no", "none", "", "", ""),
    ("cooking", "cooking", "goods_services", "yes", "yes", "none", "", "cooking", ""),
    ("childcare", "looking after children", "goods_services", "yes", "yes", "none", "", "childcare", ""),
    ("eldercare", "care for the old and the sick", "goods_services", "yes", "yes", "none", "", "eldercare", ""),
    ("cleaning", "cleaning and washing", "goods_services", "yes", "yes", "none", "", "cleaning", ""),
    ("gardening", "gardening", "goods_services", "yes", "yes", "none", "", "gardening", ""),
    ("repairs", "repairs", "goods_services", "yes", "yes", "none", "", "repairs", ""),
    ("teaching", "lessons", "goods_services", "yes", "yes", "none", "", "teaching", ""),
    ("baking", "work in the bakery", "goods_services", "yes", "yes", "none", "", "baking", ""),
    ("farming", "work on the farm", "goods_services", "yes", "yes", "none", "", "farming", ""),
    ("milling", "work in the mill", "goods_services", "yes", "yes", "none", "", "milling", ""),
    ("retail", "work in the shop", "goods_services", "yes", "yes", "none", "", "retail", ""),
    ("forestry", "work in the wood", "goods_services", "yes", "yes", "none", "", "forestry", ""),
    ("sorting", "sorting and handing out food", "goods_services", "yes", "yes", "none", "", "sorting", ""),
    ("programming", "programming", "goods_services", "yes", "yes", "none", "", "programming", ""),
    ("bookkeeping", "bookkeeping", "goods_services", "yes", "yes", "none", "", "bookkeeping", ""),
    ("hedge-care", "hedges kept for birds", "goods_services", "yes", "no", "none", "", "gardening", ""),
]

UNITS = [
    # id, name, kind, decimals, limits, demurrage, every, to
    ("ELM", "credit of the Elm Circle", "member_credit", "2", "flag", "0.005", "month", "circle"),
    ("TBH", "hour in the Valley Timebank", "hours", "2", "hard", "", "", ""),
]

SPECIALIST = {  # EUR an hour, made up
    "cooking": 1_560,
    "childcare": 1_720,
    "eldercare": 1_890,
    "cleaning": 1_480,
    "gardening": 1_610,
    "repairs": 2_450,
    "teaching": 2_700,
    "baking": 1_830,
    "farming": 1_650,
    "milling": 1_780,
    "retail": 1_510,
    "forestry": 1_950,
    "sorting": 1_470,
    "programming": 4_300,
    "translation": 2_900,
    "bookkeeping": 2_600,
}
GENERALIST = 1_500
#: What an hour of their own is paid elsewhere, made up; those without a wage have none.
OWN = {
    "femke": 1_750,
    "amira": 1_700,
    "joost": 1_700,
    "bram": 1_500,
    "lotte": 1_500,
    "kees": 1_450,
    "hanna": 1_800,
    "pieter": 1_850,
    "dilan": 2_100,
    "saskia": 1_550,
    "tom": 2_400,
    "mirre": 2_250,
    "yusuf": 2_150,
    "sem": 3_900,
    "eva": 2_800,
    "grace": 1_480,
    "jip": 1_400,
}


def resources() -> list[dict]:
    row = lambda id, name, kind, rival, excludable, licence, product, task, hours: dict(  # noqa: E731
        id=id,
        name=name,
        kind=kind,
        rival=rival,
        excludable=excludable,
        licence=licence,
        product=product,
        origin="NL" if product else "",
        task=task,
        replacement_hours=hours,
        source="made up",
    )
    foods = [
        row(id, id.replace("-", " "), "goods_services", "yes", "yes", "none", product, "", "")
        for id, (_, product, _) in FOODS.items()
    ]
    return sorted(foods + [row(*other) for other in OTHER], key=lambda r: r["id"])


def price(food: str, month: int) -> int:
    """What the shop asks a kg: one per cent more each quarter."""
    base = FOODS[food][0]
    return base + base * ((month - 1) // 3) // 100


def in_season(foods, month: int) -> list[str]:
    return [food for food in foods if month in FOODS[food][2]]
