"""What the tests share: where things are, and small tables."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pytest

ROOT = Path(__file__).resolve().parents[2]
SUPPLY = ROOT / "datasets" / "supply"
FLOWS = ROOT / "datasets" / "flows"
#: Tables of a supply dataset, by name.
Tables = dict[str, pa.Table]


@pytest.fixture(autouse=True)
def in_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths are of the repository, and nothing is laid over what is built in."""
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("TRUECOST_DATASETS", raising=False)


@pytest.fixture
def command() -> Callable[..., subprocess.CompletedProcess[str]]:
    """The `truecost` command of the Rust build, to compare with."""
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    program = target / "debug" / "truecost"
    if not program.exists():
        pytest.fail(f"{program} is missing: cargo build")

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run([program, *arguments], cwd=ROOT, capture_output=True, text=True, encoding="utf-8")

    return run


def missing(program: str, hint: str) -> None:
    """Skips a test by name, unless everything is required."""
    if os.environ.get("TRUECOST_REQUIRE_ALL"):
        pytest.fail(f"{program} is missing: {hint}")
    pytest.skip(f"{program} is missing: {hint}")


def folder_tables(folder: Path) -> Tables:
    """The CSV files of a dataset as tables of text: every digit as it is written."""
    tables = {}
    for path in sorted(folder.glob("*.csv")):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        header = lines[0].split(",")
        text = {name: pa.string() for name in header}
        convert = pyarrow.csv.ConvertOptions(column_types=text, strings_can_be_null=True, null_values=[""])
        tables[path.stem] = pyarrow.csv.read_csv(pa.py_buffer("\n".join(lines).encode()), convert_options=convert)
    return tables


@pytest.fixture
def bakery() -> Tables:
    """One loaf: 0.55 kg CO2-eq, at a price."""
    return {
        "products": pa.table({"id": ["bread"], "name": ["Bread"], "unit": ["kg"]}),
        "processes": pa.table(
            {"id": ["baking"], "product": ["bread"], "amount": [100], "unit": ["kg"], "region": ["NL"]}
        ),
        "interventions": pa.table(
            {
                "process": ["baking"],
                "indicator": ["climate-change"],
                "amount": [55.0],
                "unit": ["kg CO2-eq"],
                "method": ["ReCiPe 2016 H"],
            }
        ),
        "prices": pa.table(
            {
                "product": ["bread"],
                "amount": ["3.20"],
                "currency": ["EUR"],
                "unit": ["kg"],
                "date": ["2024"],
                "vat": ["included"],
                "source": ["the shelf"],
            }
        ),
    }


@pytest.fixture
def lending() -> Tables:
    """A ladder that is lent to a neighbour, and a tin of paint that is sold."""
    return {
        "agents": pa.table({"id": ["ana", "bo", "shop"], "kind": ["person", "person", "firm"]}),
        "flows": pa.table(
            {
                "id": ["ladder", "paint", "pay"],
                "from": ["ana", "shop", "ana"],
                "to": ["bo", "ana", "shop"],
                "date": ["2024-03-01", "2024-03-02", "2024-03-02"],
                "resource": ["use of a ladder", "paint", "money"],
                "value": [None, "9.60", "9.60"],
                "unit_of_account": ["none", "EUR", "EUR"],
                "price_basis": ["none", "posted", "posted"],
                "counterflow_kind": ["none", "money", "goods_services"],
                "contracted": ["no", "yes", "yes"],
                "compelled": ["none"] * 3,
                "relation": ["none"] * 3,
                "access_scope": ["named", "anyone", "anyone"],
                "agreement": [None, "sale", "sale"],
            }
        ),
    }


@pytest.fixture(scope="session")
def river() -> Tables:
    """So many flows that it takes a while to say what they are."""
    count = 150_000
    agents = [f"a{n}" for n in range(1_000)]
    bases, kinds = ["posted", "none", "voluntary", "negotiated"], ["money", "none", "none", "goods_services"]
    return {
        "agents": pa.table({"id": agents, "kind": ["person"] * len(agents)}),
        "flows": pa.table(
            {
                "id": [f"f{n:06}" for n in range(count)],
                "from": [agents[n % 997] for n in range(count)],
                "to": [agents[n * 7 % 991] for n in range(count)],
                "date": [f"{2020 + n % 5}-{1 + n % 12:02}-{1 + n % 28:02}" for n in range(count)],
                "value": [n % 1000 / 4 for n in range(count)],
                "unit_of_account": ["EUR"] * count,
                "price_basis": [bases[n % 4] for n in range(count)],
                "counterflow_kind": [kinds[n % 4] for n in range(count)],
                "compelled": ["none"] * count,
                "relation": ["none"] * count,
            }
        ),
    }


@pytest.fixture(scope="session")
def orchard() -> Iterator[Tables]:
    """So many products that pricing them takes a while."""
    count, indicators = 40_000, ["climate-change", "acidification", "land-use", "water-use"]
    units = ["kg CO2-eq", "kg SO2-eq", "m2.a crop-eq", "m3"]
    ids = [f"p{n}" for n in range(count)]
    rows = [(f"p{n}", name, unit, 1.0 + n / 1000) for n in range(count) for name, unit in zip(indicators, units)]
    process, indicator, unit, amount = (list(column) for column in zip(*rows))
    yield {
        "products": pa.table({"id": ids, "name": ids, "unit": ["kg"] * count}),
        "processes": pa.table(
            {"id": ids, "product": ids, "amount": [1] * count, "unit": ["kg"] * count, "region": ["NL"] * count}
        ),
        "interventions": pa.table({"process": process, "indicator": indicator, "amount": amount, "unit": unit}),
    }


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Where everything is required, a test that was skipped is one that failed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("TRUECOST_REQUIRE_ALL") and reporter is not None and reporter.stats.get("skipped"):
        for report in reporter.stats["skipped"]:
            reporter.write_line(f"\nskipped, and everything is required: {report.nodeid}: {report.longrepr[2]}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
