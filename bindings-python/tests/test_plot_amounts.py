"""Colours that stay apart in grey, and amounts in words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from plotted import apart
from truecost.plot import palette
from truecost.plot.amount import exact, rounded, shown, telling, total


def test_colours_stay_apart_in_greyscale() -> None:
    assert palette.luminance("#000000") == 0
    assert palette.luminance("#ffffff") == pytest.approx(1)
    apart(palette.BUILD_UP, 0.1)
    apart([*palette.RAMP, palette.OTHERS], 0.1)
    apart(palette.DIMENSIONS.values(), 0.15)
    apart(palette.REGIMES.values(), 0.1)
    apart(palette.CONFIDENCE.values(), 0.1)
    apart([palette.MARKET, palette.GAP], 0.3)
    apart([palette.LOW, palette.HIGH], 0.3)


def test_luminance_falls_or_rises_steadily() -> None:
    build_up = [palette.luminance(colour) for colour in palette.BUILD_UP]
    ramp = [palette.luminance(colour) for colour in (*palette.RAMP, palette.OTHERS)]
    assert build_up == sorted(build_up, reverse=True)
    assert ramp == sorted(ramp)
    for colours in (palette.REGIMES, palette.CONFIDENCE):
        lights = [palette.luminance(colour) for colour in colours.values()]
        assert lights == sorted(lights)


def test_words_on_colours_can_be_read() -> None:
    drawn = (*palette.RAMP, palette.OTHERS, *palette.DIMENSIONS.values())
    for colour in (*drawn, *palette.REGIMES.values(), *palette.CONFIDENCE.values()):
        light, dark = sorted((palette.luminance(colour), palette.luminance(palette.on(colour))), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, colour


# Amounts


def test_rounded_parts_add_up_as_those_of_the_command_do() -> None:
    def parts(values: list[str], digits: int = 1) -> list[str]:
        return [str(part) for part in rounded([Decimal(value) for value in values], digits)]

    assert parts(["3.33", "3.33", "3.34"]) == ["3.3", "3.3", "3.4"]
    assert parts(["10.05", "10.05"]) == ["10.1", "10.0"]
    assert parts(["10.00", "-2.55"]) == ["10.0", "-2.6"]
    assert parts(["1.414999237255", "0.182400470442"], 2) == ["1.42", "0.18"]
    assert [str(part) for part in rounded([Decimal("0.004")] * 3, 2, Decimal("0.02"))] == [
        "0.01",
        "0.01",
        "0.00",
    ]


def test_sums_keep_all_38_digits() -> None:
    large = Decimal("99999999999999999999999999.000000000001")
    assert str(total([large, Decimal("0.000000000001")])) == "99999999999999999999999999.000000000002"


def test_amounts_in_words() -> None:
    assert exact(Decimal("1.500000000000")) == "1.5"
    assert exact(Decimal("0E-12")) == "0"
    assert exact(Decimal(100)) == "100"
    assert exact(None, "unpriced") == "unpriced"
    assert shown(Decimal("0.00"), Decimal("0.001"), 2) == "<\u20090.01"
    assert shown(Decimal("0.00"), Decimal(0), 2) == "0.00"
    assert shown(Decimal("-0.07"), Decimal("-0.07"), 2, sign=True) == "\u2212\u00a00.07"
    assert telling([Decimal("0.084"), Decimal("-0.002")], 2) == 3
    assert telling([Decimal("8.4")], 2) == 2
    assert telling([], 2) == 2


# Build-up
