"""Drawings: their numbers are those of the tables, and what is missing is said."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

alt = pytest.importorskip("altair")
pytest.importorskip("truecost")

from plotted import (
    INDICATORS,
    REPOSITORY,
    Prices,
    Rows,
    add,
    cell,
    prices,
    row,
    spec,
    subtitle,
    texts,
    with_field,
    with_loaf,
)
from truecost import plot
from truecost.plot import facts

__all__ = ["prices"]  # a fixture: pytest finds it by its name here


def test_buildup_adds_up_to_the_true_price(prices: Prices) -> None:
    steps = {
        r["step"]: r for r in with_field(plot.price_buildup(prices, "loaf"), "step") if r["change"] != "low"
    }
    changes = {name: step["change"] for name, step in steps.items()}
    assert changes == {
        "Market price": "3",
        "Climate change": "0.3",
        "Acidification": "0.125",
        "Wage gap below a living wage of people who are hired by the day": "0.2",
        "Already paid in the price (internalised)": "-0.025",
        "True price per piece": "3.6",
    }
    assert add(change for name, change in changes.items() if "True" not in name) == Decimal("3.6")


def test_buildup_has_each_step_begin_where_the_last_ended(prices: Prices) -> None:
    bars = [r for r in with_field(plot.price_buildup(prices, "loaf"), "step", "colour")]
    steps = list({r["row"]: r for r in reversed(bars)}.values())[::-1]
    steps = sorted(steps, key=lambda r: r["row"])
    assert steps[0]["x0"] == steps[-1]["x0"] == 0
    assert all(b["x0"] == a["x1"] for a, b in pairwise(steps[:-1]))
    assert steps[-2]["x1"] == steps[-1]["x1"] == 3.6


def test_buildup_labels_are_the_rounded_table(prices: Prices) -> None:
    words = texts(plot.price_buildup(prices, "loaf"))
    # 0.425 + 0.20 - 0.025: the half cent goes to what is paid already, so that the row adds up to 0.60.
    assert {"3.00", "0.43 in all", "0.20 in all", "\u2212 0.03", "= 3.60", "not stated"} <= set(words)
    assert "+ 0.30" in words and "+ 0.13" in words


def test_buildup_shows_bands(prices: Prices) -> None:
    chart = plot.price_buildup(prices, "loaf")
    ends = {(r["step"], r["x0"], r["x1"]) for r in with_field(chart, "step")}
    assert ("Climate change", 3.1, 3.6) in ends
    assert ("True price per piece", 3.4, 3.9) in ends
    assert "scenarios, not bounds" in subtitle(chart)


def test_buildup_says_what_it_leaves_out(prices: Prices) -> None:
    said = subtitle(plot.price_buildup(prices, "loaf"))
    assert "Unpriced, which is not free: Water use." in said
    assert "Not stated, which is not zero: health." in said
    assert "Benefits of 0.05 (exactly 0.05), not netted against the costs: Loss of soil carbon." in said
    assert "EUR of 2024 per piece; factors by-hand:standard" in said


def test_buildup_nets_benefits_only_if_the_result_does(prices: Prices) -> None:
    netted = with_loaf(
        prices, gap="0.550", true_price="3.550", true_price_lower="3.550", true_price_upper="3.550"
    )
    chart = plot.price_buildup(netted, "loaf")
    steps = {r["step"]: r["change"] for r in with_field(chart, "step")}
    assert steps["Benefits, netted"] == "-0.05"
    assert add(c for name, c in steps.items() if "True" not in name) == Decimal("3.55")
    assert "Benefits, netted" not in {
        r["step"] for r in with_field(plot.price_buildup(prices, "loaf"), "step")
    }


def test_buildup_without_a_market_price_begins_at_zero(prices: Prices) -> None:
    chart = plot.price_buildup(prices, "cake", "NL")
    bars = with_field(chart, "step")
    assert [(r["step"], r["x0"], r["x1"]) for r in bars] == [
        ("Climate change", 0.0, 0.1),
        ("True price gap per piece", 0.0, 0.1),
    ]
    assert "No market price" in subtitle(chart)


def test_buildup_with_nothing_priced_draws_no_zero(prices: Prices) -> None:
    chart = plot.price_buildup(prices, "air")
    assert [r["step"] for r in with_field(chart, "step")] == ["Market price"]
    assert {"none: nothing of it is priced", "unpriced"} <= set(texts(chart))


def test_buildup_puts_small_indicators_together(prices: Prices) -> None:
    chart = plot.price_buildup(prices, "loaf", top=1)
    steps = {r["step"]: r["change"] for r in with_field(chart, "step")}
    # Each dimension has but one other, which keeps its name.
    assert steps["Acidification"] == "0.125"
    assert add(c for name, c in steps.items() if "True" not in name) == Decimal("3.6")


def test_tables_that_disagree_are_refused(prices: Prices) -> None:
    wrong = with_loaf(prices, external_cost="0.624", gap="0.599")
    with pytest.raises(ValueError, match=r"adds up to 0.625, column external_cost of the table says 0.624"):
        plot.price_buildup(wrong, "loaf")
    with pytest.raises(ValueError, match=r"adds up to 0.2, column social of the table says 0.1"):
        plot.stages(with_loaf(prices, social="0.1"), "loaf")
    with pytest.raises(ValueError, match="its parts do not add up"):
        plot.price_buildup(with_loaf(prices, gap="0.5"), "loaf")


# Stages


@pytest.mark.parametrize("by", ["dimension", "indicator", "region"])
def test_stages_add_up_to_external_cost_less_benefits(prices: Prices, by: Any) -> None:
    bars = with_field(plot.stages(prices, "loaf", by=by), "stage", "cost")
    assert add(bar["cost"] for bar in bars) == Decimal("0.625") - Decimal("0.05")
    # Nothing is netted: what is below zero lies to the left.
    assert add(bar["cost"] for bar in bars if Decimal(bar["cost"]) > 0) == Decimal("0.625")
    assert all((bar["x1"] < bar["x0"]) == bar["cost"].startswith("-") for bar in bars)


def test_stages_by_dimension(prices: Prices) -> None:
    chart = plot.stages(prices, "loaf")
    bars = {(r["stage"], r["part"], r["cost"]) for r in with_field(chart, "stage", "cost")}
    assert bars == {
        ("farming", "environmental", "0.2"),
        ("farming", "environmental", "-0.05"),
        ("farming", "social", "0.2"),
        ("baking", "environmental", "0.225"),
    }
    assert "To the left of zero" in subtitle(chart)


def test_a_stage_with_nothing_priced_keeps_its_row(prices: Prices) -> None:
    words = texts(plot.stages(prices, "loaf"))
    assert "washing" in words
    assert "unpriced: Water use" in words


def test_stages_puts_the_smallest_together_without_losing_them(prices: Prices) -> None:
    many = [
        {"id": f"k{i}", "name": f"K {i}", "unit": "kg", "dimension": "health", "kind": "burden"}
        for i in range(9)
    ]
    cells = [cell("pie", "farming", "climate", f"0.{i + 1}") | {"indicator": f"k{i}"} for i in range(9)]
    pie = row(
        "pie",
        external_cost="4.5",
        health="4.5",
        internalised="0",
        overpaid="0",
        benefits="0",
        gap="4.5",
        priced=" ".join(k["id"] for k in many),
    )
    result = Prices(Rows([pie]), Rows(cells), Rows(many))
    bars = with_field(plot.stages(result, "pie", by="indicator"), "stage", "cost")
    assert [bar["part"] for bar in bars] == [*(f"K {i}" for i in range(8, 2, -1)), "3 others"]
    assert bars[-1]["cost"] == "0.6"
    assert bars[-1]["holds"] == "K 2 0.3, K 1 0.2, K 0 0.1"
    steps = {r["step"]: r["change"] for r in with_field(plot.price_buildup(result, "pie", top=4), "step")}
    assert steps["5 others"] == "1.5"


def test_stages_refuses_what_it_cannot_divide(prices: Prices) -> None:
    with pytest.raises(ValueError, match=r"choose 'dimension'"):
        plot.stages(prices, "loaf", by="colour")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"nothing of air"):
        plot.stages(prices, "air")


# Comparison


def test_compare_has_the_amounts_of_the_table(prices: Prices) -> None:
    bars = with_field(plot.compare(prices), "part", "amount")
    drawn = {(r["product"], r["part"], r["amount"]) for r in bars if r["part"] != "low to high"}
    assert drawn == {
        ("Loaf (NL)", "market price", "3"),
        ("Loaf (NL)", "gap", "0.6"),
        ("Cake (NL)", "gap", "0.1"),
        ("Cake (FR)", "gap", "0.1"),
        ("Air (NL)", "market price", "1"),
    }
    ends = {(r["product"], r["part"]): (r["x0"], r["x1"]) for r in bars}
    assert ends["Loaf (NL)", "gap"] == (3.0, 3.6)
    assert ends["Cake (NL)", "gap"] == (0.0, 0.1)


def test_compare_says_what_is_missing(prices: Prices) -> None:
    words = texts(plot.compare(prices))
    assert "3.00 + 0.60 = 3.60" in words
    assert "0.10, no market price" in words
    assert "1.00, gap unpriced" in words


def test_compare_says_that_coverage_differs(prices: Prices) -> None:
    chart = plot.compare(prices, ["loaf", "cake"])
    assert "Coverage differs: compare by the shared cost, over Climate change." in subtitle(chart)
    shared = {(r["product"], r["shared cost"]) for r in with_field(chart, "shared cost")}
    assert shared == {("Loaf (NL)", "0.3"), ("Cake (NL)", "0.1"), ("Cake (FR)", "0.1")}
    assert "no indicator is shared" in subtitle(plot.compare(prices, ["loaf", "air"]))
    assert "Coverage is the same" in subtitle(plot.compare(prices, "cake", "NL"))


def test_compare_sorts_by_true_price_then_by_gap(prices: Prices) -> None:
    rows = {r["product"]: r["row"] for r in with_field(plot.compare(prices), "part")}
    assert sorted(rows, key=lambda name: rows[name]) == ["Loaf (NL)", "Cake (FR)", "Cake (NL)", "Air (NL)"]


def test_compare_results(prices: Prices) -> None:
    dearer = with_loaf(
        prices, market_price="4.00", true_price="4.600", true_price_lower=None, true_price_upper=None
    )
    dearer.table.rows.pop()
    chart = plot.compare({"first": prices, "second": dearer}, ["loaf", "air"])
    drawn = [(r["result"], r["part"], r["amount"]) for r in with_field(chart, "part", "edge")]
    assert ("first", "market price", "3") in drawn and ("second", "market price", "4") in drawn
    assert "not in this result" in texts(chart)
    assert "first: factors by-hand:standard" in subtitle(chart)
    with pytest.raises(ValueError, match="EUR 2024, other: EUR 2023"):
        plot.compare(
            {"one": prices, "other": Prices(prices.table, prices.breakdown, prices.indicators, year=2023)}
        )


# Tornado


def test_tornado_moves_one_indicator_at_a_time(prices: Prices) -> None:
    chart = plot.tornado(prices, "loaf")
    moves = {(r["indicator"], r["factor"]): r["change"] for r in with_field(chart, "indicator", "factor")}
    assert moves == {("Climate change", "low"): "-0.2", ("Climate change", "high"): "0.3"}
    said = subtitle(chart)
    assert "(exactly 0.625)" in said
    assert "Their factors have no range: Acidification, Loss of soil carbon, Wage gap below" in said


def test_tornado_adds_up_to_the_gaps_of_the_table(prices: Prices) -> None:
    moves = with_field(plot.tornado(prices, "loaf"), "indicator", "factor", "change")
    moves = list({(r["indicator"], r["factor"]): r for r in moves}.values())
    assert Decimal("0.6") + add(r["change"] for r in moves if r["factor"] == "low") == Decimal("0.4")
    assert Decimal("0.6") + add(r["change"] for r in moves if r["factor"] == "high") == Decimal("0.9")


def test_tornado_sorts_by_span_and_puts_the_rest_together(prices: Prices) -> None:
    spans = {"climate": ("0", "1", "2"), "acid": ("0.5", "1", "4"), "wage": ("0.9", "1", "1.1")}
    spans |= {"noise": ("1", "1", "1.1")}
    cells = [cell("pie", "farming", key, *ends) for key, ends in spans.items()]
    pie = row(
        "pie",
        external_cost="4",
        environmental="2",
        social="1",
        health="1",
        internalised="0",
        overpaid="0",
        benefits="0",
        gap="4",
        priced=" ".join(spans),
    )
    result = Prices(Rows([pie]), Rows(cells), Rows(INDICATORS))
    chart = plot.tornado(result, "pie", top=2)
    rows = {r["indicator"]: r["row"] for r in with_field(chart, "indicator")}
    assert sorted(rows, key=lambda name: rows[name]) == [
        "Acidification",
        "Climate change",
        "2 others together",
    ]
    last = {r["factor"]: r["change"] for r in with_field(chart, "indicator") if "others" in r["indicator"]}
    assert last == {"low": "-0.1", "high": "0.2"}


def test_tornado_draws_both_ends_on_one_side(prices: Prices) -> None:
    cells = [cell("pie", "farming", "climate", "1.5", "1", "2")]
    pie = row(
        "pie",
        external_cost="1",
        environmental="1",
        internalised="0",
        overpaid="0",
        benefits="0",
        gap="1",
        priced="climate",
    )
    chart = plot.tornado(Prices(Rows([pie]), Rows(cells), Rows(INDICATORS)), "pie")
    assert {r["factor"]: r["change"] for r in with_field(chart, "indicator")} == {"low": "0.5", "high": "1"}
    assert "yOffset" in str(spec(chart))


def test_tornado_without_ranges_says_what_to_do(prices: Prices) -> None:
    with pytest.raises(ValueError, match=r"no factor of by-hand:standard .* has a range.*compare"):
        plot.tornado(prices, "cake", "NL")
    with pytest.raises(ValueError, match=r"nothing of air"):
        plot.tornado(prices, "air")


def test_tornado_of_scenarios(prices: Prices) -> None:
    dearer = with_loaf(
        prices, market_price="3.50", true_price="4.100", true_price_lower="3.900", true_price_upper="4.4"
    )
    cheaper = with_loaf(
        prices, market_price="2.00", true_price="2.600", true_price_lower="2.6", true_price_upper="2.6"
    )
    chart = plot.tornado({"now": prices, "dearer": dearer, "cheaper": cheaper}, "loaf")
    moves = [(r["scenario"], r["change"], r["value"]) for r in with_field(chart, "scenario", "colour")]
    assert list(dict.fromkeys(moves)) == [
        ("now", "0", "3.6"),
        ("cheaper", "-1", "2.6"),
        ("dearer", "0.5", "4.1"),
    ]
    words = texts(chart)
    assert "\u2212 1.00 = 2.60" in words and "+ 0.50 = 4.10" in words and "now (baseline)" in words


def test_tornado_of_scenarios_uses_the_external_cost_without_a_true_price(prices: Prices) -> None:
    none = with_loaf(prices, market_price=None, true_price=None)
    chart = plot.tornado({"now": prices, "no price": none}, "loaf")
    assert {r["value"] for r in with_field(chart, "scenario")} == {"0.625"}
    assert "external cost moves" in subtitle(chart)
    with pytest.raises(ValueError, match="scenario 'other': no product 'loaf'"):
        plot.tornado({"now": prices, "other": Prices(Rows([]), Rows([]), Rows([]))}, "loaf")
    with pytest.raises(ValueError, match="no result to draw"):
        plot.tornado({}, "loaf")


def test_tornado_of_scenarios_says_once_what_they_share(prices: Prices) -> None:
    fewer = with_loaf(prices, coverage="3 priced, 1 unpriced, 2 not stated")
    said = subtitle(plot.tornado({"now": prices, "as now": prices, "fewer": fewer}, "loaf"))
    assert "all: factors by-hand:standard, market price 3.00, 1 unpriced." in said
    assert "fewer: 3 priced, 2 not stated. the others: 4 priced, 1 not stated." in said
    assert "Unpriced in all, which is not free: Water use." in said
    same = subtitle(plot.tornado({"now": prices, "as now": prices}, "loaf"))
    assert "the others" not in same and same.count("by-hand:standard") == 1
    dearer = with_loaf(prices, market_price="3.50", true_price="4.1")
    said = subtitle(plot.tornado({"now": prices, "dearer": dearer}, "loaf"))
    assert "now: market price 3.00. dearer: market price 3.50." in said


# Words


def test_long_lists_of_names_are_cut_short() -> None:
    assert facts.listed(["b", "A", "c"]) == "A, b, c"
    assert facts.listed("hgfedcba") == "a, b, c, d, e, f, g, h"
    assert facts.listed("jihgfedcba") == "a, b, c, d, e, f, g, h and 2 more"


def test_rows_have_room_for_coverage_of_two_lines(prices: Prices) -> None:
    def heights(chart: Any) -> set[int]:
        return {panel["height"] for panel in spec(chart, validate=False)["hconcat"]}

    long = with_loaf(prices, coverage="4 priced, 1 unpriced, 1 not stated, 2 excluded, 3 cut off, 3 partial")
    assert heights(plot.compare(prices, ["loaf", "air"])) == {50}
    assert heights(plot.compare(long, ["loaf", "air"])) == {80}


# What is asked for and is not there


def test_wrong_products_and_origins(prices: Prices) -> None:
    for draw in (plot.price_buildup, plot.stages, plot.tornado, plot.compare):
        with pytest.raises(ValueError, match="no product 'loav' in this result; did you mean 'loaf'"):
            draw(prices, "loav")
        with pytest.raises(ValueError, match=r"no 'cake' from 'DE'.*it is from FR, NL"):
            draw(prices, "cake", "DE")
    for draw in (plot.price_buildup, plot.stages, plot.tornado):
        with pytest.raises(ValueError, match="'cake' is from FR, NL: say which"):
            draw(prices, "cake")
    with pytest.raises(ValueError, match="did you mean its id 'loaf'"):
        plot.stages(prices, "LOAF")
    with pytest.raises(ValueError, match="products is empty"):
        plot.compare(prices, [])


def test_altair_is_loaded_only_when_something_is_drawn() -> None:
    code = "import sys, truecost.plot; sys.exit('altair' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_altair_it_says_how_to_install_it(prices: Prices, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "altair", None)
    with pytest.raises(ImportError, match=r'pip install "truecost\[plot\]"'):
        plot.price_buildup(prices, "loaf")


# Drawn


def test_every_chart_can_be_drawn(prices: Prices) -> None:
    convert = pytest.importorskip("vl_convert")
    two = {"one": prices, "two": prices}
    for chart in (
        plot.price_buildup(prices, "loaf"),
        plot.stages(prices, "loaf", by="indicator"),
        plot.compare(prices),
        plot.compare(two, "loaf"),
        plot.tornado(prices, "loaf"),
        plot.tornado(two, "loaf"),
    ):
        drawing = convert.vegalite_to_svg(chart.to_json())
        assert "EUR of 2024 per piece" in drawing.replace("\u00a0", " ")
        assert "NaN" not in drawing and "undefined" not in drawing


def test_charts_can_be_put_together(prices: Prices) -> None:
    spec(
        alt.vconcat(
            plot.price_buildup(prices, "loaf"), plot.stages(prices, "loaf"), plot.tornado(prices, "loaf")
        )
    )


# With the engine


def test_coffee_from_the_engine() -> None:
    tc: Any = pytest.importorskip("truecost")
    if not hasattr(tc, "price"):
        pytest.skip("the engine is not built")
    dataset = tc.read_dataset(REPOSITORY / "datasets/supply/coffee")
    prices = tc.price(dataset)
    for item in prices.table.to_pylist():
        place = item["product"], item["origin"]
        steps = {r["row"]: r for r in with_field(plot.price_buildup(prices, *place), "step")}
        parts = [r["change"] for key, r in steps.items() if key != max(steps)]
        assert add(parts) == (item["market_price"] or 0) + item["gap"], place
        bars = with_field(plot.stages(prices, *place, by="indicator"), "stage", "cost")
        assert add(bar["cost"] for bar in bars) == item["external_cost"] - item["benefits"], place
    gaps = {
        (r["product"], r["amount"]) for r in with_field(plot.compare(prices), "part") if r["part"] == "gap"
    }
    assert len(gaps) == len(prices.table)
    delft = tc.price(dataset, factors="ce-delft-2024", outside="as_is")
    spec(plot.tornado(delft, "roasted-coffee"))
    spec(plot.tornado({"True Price": prices, "CE Delft": delft}, "roasted-coffee"))
    spec(plot.compare({"True Price": prices, "CE Delft": delft}, ["roasted-coffee", "green-coffee"]))
    with pytest.raises(ValueError, match="has a range"):
        plot.tornado(prices, "roasted-coffee")
