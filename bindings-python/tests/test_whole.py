"""Everything the engine can do is there for Python, and nothing there can be changed."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import truecost as tc
from truecost import _native

Command = Callable[..., subprocess.CompletedProcess[str]]

#: What Python has for each command.
COMMANDS = {
    "price": tc.price,
    "compare": tc.compare,
    "check": tc.check,
    "products": tc.Dataset.products,
    "footprints": tc.footprints,
    "multipliers": tc.multipliers,
    "sensitivity": tc.sensitivity,
    "explain": tc.TruePrices.explain,
    "contributions": tc.contributions,
    "init": tc.init,
    "template": tc.template,
    "factors list": tc.factor_sets,
    "factors indicators": tc.indicators,
    "factors show": tc.factor_set,
    "factors compare": tc.compare_factors,
    # Completions are of a shell.
    "completions": None,
    "classify": tc.classify,
    "regime rules": tc.rules,
    "accounts": tc.accounts,
    "import valueflows": tc.import_flows,
    "import komunitin": tc.import_flows,
    "import timeoverflow": tc.import_flows,
    "import csv": tc.import_flows,
    "import useeio": tc.import_useeio,
    "import agribalyse": tc.import_agribalyse,
    "import openlca": tc.import_openlca,
    "import ecospold": tc.import_ecospold,
    "import pact": tc.import_pact,
    "import pymrio": tc.import_pymrio,
    "import brightway": tc.import_brightway,
    "export brightway": tc.export_brightway,
    "export pact": tc.export_pact,
    "export valueflows": tc.export_flows,
    "export komunitin": tc.export_flows,
    "pricebook": tc.compile_price_book,
    "lines": tc.price_lines,
    "statements": tc.statements,
    "fairtrade pay": tc.fairtrade.pay,
    "fairtrade prices": tc.fairtrade.prices,
    "fairtrade wages": tc.living_wage,
    "fairtrade income": tc.fairtrade.living_income,
    "fairtrade reference-price": tc.fairtrade.reference_price,
    "fairtrade benchmarks": tc.fairtrade.benchmarks,
    "fairtrade mass-balance": tc.fairtrade.mass_balance,
    "fairtrade surplus": tc.surplus,
    "fairtrade rules": tc.fairtrade.surplus_rules,
    "fairtrade value-equation": tc.fairtrade.value_equation,
    "fairtrade drift": tc.fairtrade.drift,
}

#: What Python has for options: a keyword of another name, or methods of the answer.
OPTIONS = {
    # Of `truecost price --samples`: `truecost.sample`, whose `draws` has them all.
    "samples": None,
    "seed": None,
    "percentiles": None,
    "vary": None,
    "versus": None,
    "draws": None,
    "index": "indices",
    "rate": "rates",
    "ppp_rate": "ppp_rates",
    "product": "products",
    "indicator": "indicators",
    "scenario": "scenarios",
    "pricebook": "book",
    "column": "columns",
    "set": "constants",
    "as": "interventions",
    "extension": "extensions",
    "stressor": "stressors",
    "sector": "sectors",
    "region": "regions",
    # Of `Multipliers.write`.
    "wide": None,
    "producer": "producers",
    # A pair of days is a period too.
    "from": "period",
    "until": "period",
    # Of `Contributions.to_svg` and `to_vega`.
    "sankey": None,
    # Of `PricedLines.write`.
    "summary": None,
    "rejects": None,
    "threads": None,
    "out": None,
    "format": None,
    "csv": None,
    "help": None,
    "version": None,
}


def commands(command: Command, *above: str) -> list[str]:
    text = command(*above, "--help").stdout
    names = re.findall(r"^  ([a-z-]+) ", text.partition("Commands:")[2].partition("Options:")[0], re.MULTILINE)
    return [name for name in names if name != "help"]


def test_every_command(command: Command) -> None:
    groups = ("factors", "regime", "import", "export", "fairtrade")
    names = [name for name in commands(command) if name not in groups]
    names += [f"{group} {name}" for group in groups for name in commands(command, group)]
    assert sorted(names) == sorted(COMMANDS)


@pytest.mark.parametrize("name", [name for name, has in COMMANDS.items() if has and name != "explain"])
def test_every_option(name: str, command: Command) -> None:
    function = COMMANDS[name]
    text = command(*name.split(), "--help").stdout
    options = {option.replace("-", "_") for option in re.findall(r"^ +(?:-\w, )?--([a-z-]+)", text, re.MULTILINE)}
    if name in ("init", "lines", "multipliers", "template", "fairtrade value-equation"):
        options -= {"datasets"}  # it reads none
    if name == "products":
        options -= {"datasets"}  # of `truecost.read_dataset`, whose answer it is a method of
    assert function is not None
    signature = function.__text_signature__
    assert signature is not None
    keywords = set(re.findall(r"\w+", signature))
    wanted = {option for option in options if OPTIONS.get(option, option) is not None}
    assert not [option for option in sorted(wanted) if not {option, OPTIONS.get(option, option)} & keywords]


def test_every_option_of_samples(command: Command) -> None:
    text = command("price", "--help").stdout
    for option in ("samples", "seed", "percentiles", "vary", "versus", "threads"):
        assert f"--{option}" in text
        assert option in (tc.sample.__text_signature__ or "")


def test_what_out_and_format_do() -> None:
    for method in ("write", "to_html", "to_csv", "to_json", "__str__"):
        assert hasattr(tc.TruePrices, method)
        assert hasattr(tc.Regimes, method)
        assert method == "to_html" or hasattr(tc.Accounts, method)
    for method in ("table", "check", "diff"):
        assert hasattr(tc.Rules, method)


def test_all_public_names_are_documented() -> None:
    for name in tc.__all__:
        if name != "__version__":
            assert getattr(tc, name).__doc__, name
    kinds = [thing for thing in vars(_native).values() if isinstance(thing, type)]
    assert {tc.Accounts, tc.PriceBook, tc.PricedLines, tc.Table, tc.TruePrices} <= set(kinds)
    for kind in kinds:
        for name, member in vars(kind).items():
            if not name.startswith("_"):
                assert member.__doc__, f"{kind.__name__}.{name}"
    of_fairtrade = {getattr(tc.fairtrade, name) for name in tc.fairtrade.__all__}
    elsewhere = {name for name in _native.__all__ if getattr(_native, name) in of_fairtrade}
    assert len(elsewhere) == len(tc.fairtrade.__all__)
    assert set(tc.__all__) >= set(_native.__all__) - {"main", "LinePricer"} - elsewhere


def test_nothing_can_be_changed() -> None:
    prices = tc.price("datasets/supply/coffee")
    things: list[Any] = [prices, prices.table, tc.read_dataset("datasets/supply/coffee"), tc.factor_set("uba-2025")]
    things += [tc.read_flows("datasets/flows/street"), tc.classify("datasets/flows/street"), tc.rules()]
    things += [tc.accounts("datasets/flows/circle"), tc.compile_price_book("datasets/supply/coffee")]
    for thing in things:
        for name in ("year", "name", "anything"):
            with pytest.raises((AttributeError, TypeError)):
                setattr(thing, name, 1)
        with pytest.raises(TypeError):
            type(thing)()
    diagnostic = tc.Diagnostic("code", "error", "message")
    with pytest.raises(AttributeError):
        diagnostic.code = "other"  # type: ignore[misc]


def test_versions_agree(command: Command) -> None:
    from importlib.metadata import version

    assert version("truecost") == tc.__version__ == command("--version").stdout.split()[-1]


def test_shown_in_a_notebook(tmp_path: Path) -> None:
    prices = tc.price("datasets/supply/grocery")
    html = prices._repr_html_()
    assert html.count("<tr>") == 21
    assert "… and 79 more" in html
    assert "caution: footprints are per kg eaten" in html
    assert 'truecost.TruePrices("grocery": 99 products, EUR 2024' in repr(prices)
    tc.init(tmp_path / "shop")
    assert "compare them by shared cost, over climate-change" in tc.price(tmp_path / "shop")._repr_html_()


def test_paths_may_be_of_any_kind(tmp_path: Path) -> None:
    folder = tmp_path / "ein Läden"
    assert all(isinstance(file, Path) for file in tc.init(folder))
    assert tc.read_dataset(str(folder)).name == "ein Läden"
    assert tc.price(folder).write(str(tmp_path / "report"))[0].is_file()
