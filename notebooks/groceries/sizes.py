"""What a printed package size says, and how many kilograms of a food that is."""

import re

FRACTION = r"(?:1/2|[13]/4|[12]/3|[1357]/8)"
NUMBER = rf"(\d+[ -]{FRACTION}|{FRACTION}|\d*\.\d+|\d+)"
UNIT = r"(OZ|LB|G|KG|GA|QT|PT|ML|L|CT|DZ)"
KG = {"OZ": 0.028349523125, "LB": 0.45359237, "G": 0.001, "KG": 1.0}
LITRES = {"OZ": 0.0295735295625, "PT": 0.473176473, "QT": 0.946352946, "GA": 3.785411784, "L": 1.0, "ML": 0.001}
PIECES = {"CT": 1, "DZ": 12, "PT": 1}
SHAPES = [
    (rf"{NUMBER}? ?-?{UNIT}", lambda n, unit: (None, n, unit)),  # 12 OZ, 1/2 GA, 5-LB
    (rf"\d+ CT/{NUMBER} {UNIT}", lambda n, unit: (1, n, unit)),  # 16 CT/22 OZ is 22 OZ in all
    (rf"{NUMBER} {UNIT}/\d+ CT", lambda n, unit: (1, n, unit)),  # 14 OZ/8 CT
    (rf"(\d+) ?(?:PK|P)?(?: ?[/-] ?| ){NUMBER} {UNIT}", lambda packs, n, unit: (int(packs), n, unit)),  # 12 PK/12 OZ
    (rf"{NUMBER} {UNIT}[/ ](\d+) PK", lambda n, unit, packs: (int(packs), n, unit)),  # 12 OZ/12 PK
]


def value(number):
    parts = [part.split("/") for part in re.split("[ -]", number or "1")]
    return sum(float(part[0]) / float(part[-1] if len(part) > 1 else 1) for part in parts)


def read_size(text):
    """A printed size as (packs or None, amount, unit); None if it says nothing sure."""
    text = re.sub(r"^\(\d+\)|[*.]$|\bFL (?=OZ)", " ", text.upper())
    text = re.sub(r"\bHALF\b", "1/2", text).replace("_", " ")
    for longer, short in {"OZS": "OZ", "GAL": "GA", "DOZ": "DZ"}.items():
        text = re.sub(rf"\b{longer}\b\.?", short, text)
    text = re.sub(r"[ /](BAG|BOX|CAN|CN|BTL|PET|NR|LNNR|LOOSE)\b", "", text)
    text = re.sub(r"^(?:[A-Z]+ +)+(?=\d)", "", " ".join(text.split()))  # L 1 LB
    for shape, parts in SHAPES:
        if found := re.fullmatch(shape, text):
            packs, number, unit = parts(*found.groups())
            return packs, value(number), unit
    return None


def pack_kg(size, food):
    """The kilograms that one pack holds, or None where that cannot be known."""
    found = read_size(size) if isinstance(size, str) else None
    if found is None or food["read"] == "none":
        return None
    packs, amount, unit = found
    units = {"weight": KG, "volume": LITRES, "count": PIECES}[food["read"]]
    if unit not in units:
        return None
    kg = amount * units[unit] * (food["kg_per"] or 1)
    if packs is None and food["pieces"] and kg < 0.7:
        packs = food["pieces"]
    kg *= packs or 1
    return kg if (food["least_kg"] or 0) <= kg <= (food["most_kg"] or 10) else None
