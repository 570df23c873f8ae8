"""What goes wrong is raised as what it is, and says all that is wrong."""

import pickle
import warnings
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from conftest import SUPPLY, Tables

import truecost as tc
from truecost import _wording


def test_all_problems_at_once(bakery: Tables) -> None:
    processes = pa.table(
        {"id": ["baking"], "product": ["bread"], "amount": ["1,5"], "unit": ["loafz"], "region": ["Holland"]}
    )
    with pytest.raises(tc.DataError) as caught:
        tc.Dataset.from_tables(**{**bakery, "processes": processes}, name="bakery")
    found = caught.value.diagnostics
    assert [(d.code, d.column) for d in found] == [
        ("not-a-number", "amount"),
        ("unknown-region", "region"),
        ("unknown-unit", "unit"),
    ]
    assert all((d.severity, d.file, d.row) == ("error", "bakery/processes", 1) for d in found)
    assert isinstance(caught.value, ValueError)
    text = str(caught.value)
    assert "error[unknown-unit] bakery/processes:1:unit: `loafz` is not a unit\n  hint: did you mean `loaf`?" in text
    assert text.endswith("3 errors")


def test_classes(tmp_path: Path, bakery: Tables) -> None:
    dataset = tc.Dataset.from_tables(**bakery)
    choices: dict[str, Any] = {"factors": "ce-delft-2024", "currency": "EUR"}
    cases: list[tuple[type[tc.TrueCostError], type[Exception], Any]] = [
        (tc.UnreadableError, OSError, lambda: tc.read_dataset("no/such/folder")),
        (tc.UnreadableError, OSError, lambda: tc.check(tmp_path)),
        (tc.UnreadableError, OSError, lambda: tc.factor_sets(datasets="no/such/folder")),
        (tc.ChoiceError, ValueError, lambda: tc.price(dataset)),
        (tc.ChoiceError, ValueError, lambda: tc.price(dataset, **choices, year=1901)),
        (tc.ChoiceError, ValueError, lambda: tc.price(dataset, factors="ce-delft-2024", currency="EURO")),
        (tc.ChoiceError, ValueError, lambda: tc.price(dataset, **choices, origin="Holland")),
        (tc.NotFoundError, LookupError, lambda: tc.factor_set("ce-delft-2025")),
        (tc.NotFoundError, LookupError, lambda: tc.price(dataset, **choices, products="bred")),
        (tc.NotFoundError, LookupError, lambda: tc.price(dataset, **choices).explain("bred")),
        (tc.NotFoundError, LookupError, lambda: tc.price(dataset, **choices).explain("bread", "climate")),
        (tc.NotFoundError, LookupError, lambda: tc.compare_factors("climate")),
        (tc.UnwritableError, OSError, lambda: tc.init(SUPPLY / "coffee")),
        (tc.UnwritableError, OSError, lambda: tc.template("coop.ods")),
        (tc.UnwritableError, OSError, lambda: tc.price(dataset, **choices).write("/dev/null/report")),
        (tc.DataError, ValueError, lambda: tc.read_dataset("datasets/factors/uba-2025")),
    ]
    for expected, builtin, call in cases:
        with pytest.raises(tc.TrueCostError) as caught:
            call()
        assert type(caught.value) is expected, caught.value
        assert isinstance(caught.value, builtin)
        assert caught.value.diagnostics


def test_hints_speak_python(bakery: Tables) -> None:
    dataset = tc.Dataset.from_tables(**bakery)
    with pytest.raises(tc.ChoiceError) as caught:
        tc.price(dataset)
    assert "hint: factors=SET, or `factors` under [defaults]" in str(caught.value)
    assert 'hint: currency="EUR", or' in str(caught.value)
    with pytest.raises(tc.ChoiceError, match=r'indices=\{\("hicp-euro-area", 2031\): VALUE\}'):
        tc.price(dataset, factors="ce-delft-2024", currency="EUR", year=2031)


def test_no_option_of_the_command_line_is_left() -> None:
    """Every hint of the engine that names an option or a command, in words of Python."""
    sources = Path("engine/src").rglob("*.rs")
    texts = [
        line.strip()
        for path in sources
        if "cli" not in path.parts and "tests" not in path.stem
        for line in path.read_text(encoding="utf-8").splitlines()
        if '"' in line and ("--" in line or "`truecost " in line) and not line.strip().startswith("//")
    ]
    said = [text for text in texts if any(f"--{option}" in text for option in ("index", "rate", "year", "factors"))]
    assert len(said) > 5
    for text in texts:
        assert "`truecost " not in _wording.of_python(text), text
    for text in said:
        assert "--" not in _wording.of_python(text), text


def test_warnings_are_warned_of_and_kept(bakery: Tables) -> None:
    dataset = tc.Dataset.from_tables(**bakery)
    with pytest.warns(tc.TrueCostWarning, match="price-not-used") as seen:
        result = tc.price(dataset, factors="ce-delft-2024", currency="EUR", year=2023)
    assert Path(seen[0].filename) == Path(__file__)
    assert [(d.code, d.severity) for d in result.warnings] == [("price-not-used", "warning")]
    assert result.warnings[0].hint == "year=2024, or `year` under [defaults] in the manifest"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(tc.TrueCostWarning):
            tc.price(dataset, factors="ce-delft-2024", currency="EUR", year=2023)


def test_errors_can_be_sent_elsewhere() -> None:
    with pytest.raises(tc.NotFoundError) as caught:
        tc.factor_set("no-such-set")
    again = pickle.loads(pickle.dumps(caught.value))
    assert type(again) is tc.NotFoundError
    assert again.diagnostics == caught.value.diagnostics
    assert str(again) == str(caught.value)


def test_a_damaged_file_is_an_error_and_no_noise(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], bakery: Tables
) -> None:
    folder = tmp_path / "shop"
    tc.init(folder)
    (folder / "prices.csv").unlink()
    (folder / "prices.parquet").write_bytes(b"PAR1" + b"\x15\x00" * 40 + b"\x20\x00\x00\x00PAR1")
    with pytest.raises(tc.DataError, match="parquet-unreadable"):
        tc.read_dataset(folder)
    assert capfd.readouterr().err == ""


def test_control_characters_are_escaped() -> None:
    assert "\x1b" not in str(tc.Diagnostic("bad-value", "error", "a\x1b[31m"))
