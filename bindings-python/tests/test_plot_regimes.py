"""Drawings of flows: their numbers are those of the tables, units are never added, and what is missing is said."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest

alt = pytest.importorskip("altair")

from plotted import Rows, records, spec, subtitle, texts, with_field

import truecost as tc
from truecost import plot
from truecost.plot import palette

STREET = "datasets/flows/street"


@dataclass
class Found:
    """What flows are."""

    totals: Rows
    confidence: Rows
    lineage: dict[str, Any] = field(
        default_factory=lambda: {
            "datasets": [
                {"role": "flows", "name": "village", "title": "A village"},
                {"role": "rules", "name": "ours", "version": "3"},
            ],
            "cautions": ["made up"],
        }
    )


def total(
    name: str, unit: str, year: int | None, value: str | None, flows: int, silent: int = 0
) -> dict[str, Any]:
    regime, _, subregime = name.partition(".")
    money = None if value is None else Decimal(value)
    row = {"regime": regime, "subregime": subregime, "unit": unit, "year": year}
    return {**row, "flows": flows, "value": money, "without_value": silent}


def sure(name: str, confidence: float, flows: int, decided: bool = True) -> dict[str, Any]:
    regime, _, subregime = name.partition(".")
    return {
        "regime": regime,
        "subregime": subregime,
        "confidence": confidence,
        "decided": decided,
        "flows": flows,
    }


@pytest.fixture
def village() -> Found:
    totals = [
        total("market.conventional", "EUR", 2023, "100.10", 10),
        total("market.fair_trade", "EUR", 2023, "20.20", 2),
        total("reciprocity.gift", "EUR", 2023, "5", 3, 2),
        total("market.conventional", "EUR", 2024, "300", 4),
        total("commons.pooled", "EUR", None, "7", 1),
        total("reciprocity.gift", "EUR", 2025, None, 4, 4),
        total("reciprocity.timebank", "h", 2024, "2.5", 6),
        total("reciprocity.solidarity", "none", 2024, None, 5, 5),
        total("unclassified.insufficient_evidence", "none", 2024, None, 9, 9),
    ]
    confidence = [
        sure("market.conventional", 0.93, 6),
        sure("market.conventional", 0.9, 1),
        sure("market.conventional", 0.8, 1),
        sure("reciprocity.gift", 0.7999, 3),
        sure("unclassified.insufficient_evidence", 0.3, 1),
        sure("unclassified.insufficient_evidence", 0.3, 4, decided=False),
    ]
    return Found(Rows(totals), Rows(confidence))


def bars(chart: Any, unit: str) -> list[dict[str, Any]]:
    return [r for r in with_field(chart, "class", "x1") if r["unit"] == unit]


def test_each_year_and_unit_is_a_stack_of_its_own(village: Found) -> None:
    chart = plot.regimes(village)
    found = {(r["row"], r["key"]): (r["x0"], r["x1"], r["value"]) for r in bars(chart, "EUR")}
    # By hand: reciprocity begins at zero, and the market where it ends.
    assert found == {
        ("0000", "reciprocity"): (0.0, 5.0, "5"),
        ("0000", "market"): (5.0, 125.3, "120.3"),
        ("0001", "market"): (0.0, 300.0, "300"),
        ("0002", "reciprocity"): (0.0, 0.0, "0"),
        ("0003", "commons"): (0.0, 7.0, "7"),
    }
    assert [r["value"] for r in bars(chart, "h")] == ["2.5"]
    assert len(spec(chart)["vconcat"]) == 3
    said = texts(chart)
    assert {"2023", "2024", "2025", "no date", "125.30", "300.00", "2.50", "14", "no value stated"} <= set(said)


def test_months_are_told_apart() -> None:
    rows = tc.classify(STREET, by="month").totals.to_pylist()
    chart = plot.regimes(tc.classify(STREET, by="month"), by="month", units="EUR")
    drawn = {r["time"] for r in bars(chart, "EUR")}
    assert drawn == {f"{r['year']}-{r['month']:02}" for r in rows if r["unit"] == "EUR" and r["value"] is not None}
    yearly = plot.regimes(tc.classify(STREET, by="month"), units="EUR")
    assert records(yearly) == records(plot.regimes(tc.classify(STREET), units="EUR"))


def test_what_is_inside_a_regime_is_told(village: Found) -> None:
    [market] = [r for r in bars(plot.regimes(village), "EUR") if r["row"] == "0000" and r["key"] == "market"]
    assert market["class"] == "market: conventional 100.1, fair_trade 20.2"
    assert (market["flows"], market["without a value"], market["time"]) == ("12", "0", "2023")


def test_by_class_a_bar_is_a_regime(village: Found) -> None:
    chart = plot.regimes(village, by="class", units="EUR")
    found = {r["class"]: (r["row"], r["x0"], r["x1"]) for r in bars(chart, "EUR")}
    assert found == {
        "commons.pooled": ("0000", 0.0, 7.0),
        "reciprocity.gift": ("0001", 0.0, 5.0),
        "market.conventional": ("0002", 0.0, 400.1),
        "market.fair_trade": ("0002", 400.1, 420.3),
    }
    assert "vconcat" not in spec(chart)
    assert {"commons", "reciprocity", "market", "420.30"} <= set(texts(chart))


def test_flows_without_values_are_counted_or_said(village: Found) -> None:
    chart = plot.regimes(village)
    counted = {r["key"]: (r["x0"], r["x1"]) for r in bars(chart, "none")}
    assert counted == {"reciprocity": (0.0, 5.0), "unclassified": (5.0, 14.0)}
    assert all(r["value"] == "not stated" for r in bars(chart, "none"))
    about = subtitle(chart)
    assert "Not drawn, as they state no value: 6 of 24 in EUR." in about
    assert "units do not compare, and are never added" in about
    assert about.endswith("Rules: ours 3. Caution: made up.")
    assert "Not drawn: 30 flows in EUR, h." in subtitle(plot.regimes(village, units=["none"]))


def test_a_sum_below_zero_lies_to_the_left() -> None:
    rows = [
        total("market.conventional", "EUR", 2024, "-4", 1),
        total("commons.pooled", "EUR", 2024, "10", 1),
        total("reciprocity.gift", "EUR", 2024, "-1", 1),
    ]
    chart = plot.regimes(Found(Rows(rows), Rows([])))
    assert {r["key"]: (r["x0"], r["x1"]) for r in bars(chart, "EUR")} == {
        "commons": (0.0, 10.0),
        "reciprocity": (0.0, -1.0),
        "market": (-1.0, -5.0),
    }
    assert {"10", "\u22125"} <= set(texts(chart))


def test_colours_are_those_of_the_regimes(village: Found) -> None:
    drawn = {r["key"]: r["colour"] for r in with_field(plot.regimes(village), "class", "key")}
    assert drawn == {name: colour for name, colour in palette.REGIMES.items() if name in drawn}
    assert "redistribution" not in str(spec(plot.regimes(village)))


def test_the_sums_are_those_of_the_summary() -> None:
    result = tc.classify(STREET)
    for by in ("year", "class"):
        chart = plot.regimes(result, by=by)
        for row in tc.classify(STREET).totals.to_pylist():
            assert bars(chart, row["unit"] or "not stated")
        drawn = sum(Decimal(r["value"]) for r in bars(chart, "EUR"))
        assert drawn == sum(r["value"] or 0 for r in result.table.to_pylist() if r["unit"] == "EUR")


def test_many_units_leave_some_out() -> None:
    rows = [total("reciprocity.mutual_credit", f"U{n}", 2024, "1", n + 1) for n in range(11)]
    chart = plot.regimes(Found(Rows(rows), Rows([])))
    assert len(spec(chart)["vconcat"]) == 8
    assert "Not drawn: 6 flows in U0, U1, U2." in subtitle(chart)


def test_how_sure_it_is(village: Found) -> None:
    chart = plot.confidence(village)
    found = {(r["class"], r["confidence"]): (r["flows"], r["x0"], r["x1"]) for r in with_field(chart, "values")}
    assert found == {
        ("reciprocity.gift", "0.6 to 0.8"): ("3", 0.0, 100.0),
        ("market.conventional", "0.9 or more"): ("7", 0.0, 87.5),
        ("market.conventional", "0.8 to 0.9"): ("1", 87.5, 100.0),
        ("unclassified.insufficient_evidence", "below 0.6"): ("1", 0.0, 20.0),
        ("unclassified.insufficient_evidence", "undecided"): ("4", 20.0, 100.0),
    }
    assert "8 of 16 flows have a confidence of 0.8 or more; 4 are undecided." in subtitle(chart)
    assert {"8 flows", "3 flows", "reciprocity: gift", "unclassified: insufficient evidence"} <= set(texts(chart))
    tips = {r["confidence"]: r["values"] for r in records(chart) if "values" in r}
    assert tips["0.9 or more"] == "0.93 (6), 0.9 (1)"


def test_every_flow_is_in_one_level() -> None:
    result = tc.classify("datasets/flows/labelled-cases")
    rows = with_field(plot.confidence(result), "values")
    assert sum(int(row["flows"]) for row in rows) == len(result)
    sure = sum(int(row["flows"]) for row in rows if row["confidence"] in ("0.9 or more", "0.8 to 0.9"))
    assert sure == sum(row["confidence"] >= 0.8 for row in result.table.to_pylist())


def test_what_cannot_be_drawn(village: Found) -> None:
    with pytest.raises(ValueError, match="by='day': choose 'year', 'month' or 'class'"):
        plot.regimes(village, by="day")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="classify the flows with by='month'"):
        plot.regimes(village, by="month")
    with pytest.raises(ValueError, match="no flow is in 'USD'; there are 'EUR', 'none', 'h'"):
        plot.regimes(village, units="USD")
    with pytest.raises(ValueError, match="units is empty"):
        plot.regimes(village, units=[])
    nothing = Found(Rows([]), Rows([]))
    for draw in (plot.regimes, plot.confidence):
        with pytest.raises(ValueError, match="there is no flow to draw"):
            draw(nothing)
