"""Colours that stay apart in greyscale, and how light they are."""

from __future__ import annotations

INK = "#23211c"
SOFT = "#625d52"
GRID = "#e6e2d9"
PAPER = "#ffffff"

MARKET = "#ded9ce"
GAP = "#245c46"
HOLLOW = PAPER
TOTAL = INK

# From light to dark: what is paid already (hollow), market, social, environmental, health, the total.
DIMENSIONS = {"environmental": "#419f77", "social": "#e4af45", "health": "#9e3c7a"}
BUILD_UP = (HOLLOW, MARKET, DIMENSIONS["social"], DIMENSIONS["environmental"], DIMENSIONS["health"], TOTAL)

# Categories without a colour of their own: the largest is the darkest. The last is for all others together.
RAMP = ("#3e1f69", "#ab4184", "#5f8dca", "#46b89c", "#edb360", "#e7d55a")
OTHERS = "#eef2e4"

# Regimes, from dark to light; what is unclassified is hollow.
REGIMES = {
    "commons": "#12402f",
    "reciprocity": "#ab4184",
    "redistribution": "#5f8dca",
    "market": "#e4af45",
    "unclassified": PAPER,
}
# Levels of confidence: the surest is the darkest, and what no rule decides is hollow.
CONFIDENCE = {
    "0.9 or more": "#123f5c",
    "0.8 to 0.9": "#3f7ba6",
    "0.6 to 0.8": "#86b3cf",
    "below 0.6": "#cbe0ea",
    "undecided": PAPER,
}

LOW = MARKET
HIGH = DIMENSIONS["health"]


def luminance(colour: str) -> float:
    """Relative luminance by WCAG: 0 is black, 1 is white."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def on(colour: str) -> str:
    """The colour of words on a colour: whichever contrasts more."""
    light = luminance(colour)
    return PAPER if 1.05 / (light + 0.05) > (light + 0.05) / (luminance(INK) + 0.05) else INK
