"""What flows are, in Python as on the command line; and sums that add up."""

import csv
import io
import json
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import nanoarrow as na
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from conftest import FLOWS, ROOT, Tables
from test_progress import Counter, counter, interrupt_after
from test_same_as_cli import files

import truecost as tc

__all__ = ["counter"]  # a fixture: pytest finds it by its name here

Command = Callable[..., subprocess.CompletedProcess[str]]
STREET = "datasets/flows/street"


@pytest.fixture
def street() -> tc.Regimes:
    return tc.classify(STREET)


@pytest.fixture(scope="module")
def many(river: Tables) -> tc.Regimes:
    return tc.classify(tc.Flows.from_tables(**river))


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """The rules that are built in, but that sees no gifts."""
    folder = tmp_path / "regimes" / "no-gifts"
    folder.mkdir(parents=True)
    for file in (ROOT / "datasets/regimes/default").iterdir():
        text = file.read_text(encoding="utf-8").split("[checksums]")[0]
        if file.name == "rules.csv":
            text = "".join(line for line in text.splitlines(True) if ",gift," not in line)
        if file.name == "penalties.csv":
            text = text.replace(",help gift,", ",help,").replace(",gift help ", ",help ")
        (folder / file.name).write_text(text, encoding="utf-8")
    return folder


# The same as on the command line


@pytest.mark.parametrize("name", ["street", "labelled-cases"])
def test_files_are_the_same(name: str, command: Command, tmp_path: Path) -> None:
    done = command("classify", FLOWS / name, "--out", tmp_path / "cli")
    assert done.returncode == 0, done.stderr
    for given in (FLOWS / name, str(FLOWS / name), tc.read_flows(FLOWS / name)):
        result = tc.classify(given)
        written = result.write(tmp_path / "python")
        assert files(tmp_path / "python") == files(tmp_path / "cli")
        assert sorted(path.name for path in written) == list(files(tmp_path / "cli"))
    cli = files(tmp_path / "cli")
    assert str(result) == done.stdout
    assert result.to_csv().encode() == cli["flows.csv"]
    assert result.to_csv() == command("classify", FLOWS / name, "--format", "csv").stdout
    without = {key: value for key, value in json.loads(result.to_json()).items() if key != "statement"}
    assert without == json.loads(cli["regimes.json"])
    assert result.to_json() == command("classify", FLOWS / name, "--format", "json").stdout
    lineage = dict(result.lineage)
    lineage.pop("prices", None)
    assert lineage == json.loads(cli["regimes.json"])["lineage"]
    for file, table in (("flows", result.table), ("summary", result.summary)):
        parquet = pq.ParquetFile(tmp_path / "cli" / f"{file}.parquet")
        assert parquet.read().to_pylist() == table.to_pylist()
        assert parquet.metadata.metadata[b"truecost"] == pa.table(table).schema.metadata[b"truecost"]
    assert len(result.totals) == len(cli["totals.csv"].splitlines()) - 1


def test_months_and_the_report_are_the_same(street: tc.Regimes, command: Command, tmp_path: Path) -> None:
    command("classify", STREET, "--by", "month", "--out", tmp_path / "cli")
    result = tc.classify(STREET, by="month")
    result.write(tmp_path / "python")
    cli = files(tmp_path / "cli")
    assert files(tmp_path / "python") == cli
    assert result.to_html(tmp_path / "one.html").read_bytes() == cli["index.html"]
    assert result.to_html(tmp_path / "pages") == tmp_path / "pages" / "index.html"
    assert "month" in result.totals.schema
    assert "month" not in street.totals.schema
    with pytest.raises(ValueError, match='by: "week" is not one of "year", "month"'):
        tc.classify(STREET, by="week")  # type: ignore[arg-type]


def test_explanations_are_the_same(street: tc.Regimes, command: Command) -> None:
    for row in street.table.to_pylist():
        done = command("explain", STREET, "--flow", row["flow"])
        assert street.explain(row["flow"]) == done.stdout


def test_a_profile_by_name_path_or_object(profile: Path, command: Command) -> None:
    done = command("classify", STREET, "--profile", profile)
    assert done.returncode == 0, done.stderr
    named = tc.classify(STREET, profile="no-gifts", datasets=profile.parents[1])
    read = tc.rules(profile)
    for result in (tc.classify(STREET, profile=profile), named, tc.classify(STREET, profile=read)):
        assert str(result) == done.stdout
        assert result.rules.hash == read.hash
        assert result.rules.name == "no-gifts"
    assert "gift" not in {row["subregime"] for row in named.totals.to_pylist()}
    flows = tc.read_flows(STREET, datasets=profile.parents[1])
    assert str(tc.classify(flows, profile="no-gifts")) == done.stdout
    assert tc.classify(flows).to_json() == tc.classify(flows, profile="default").to_json()


# Rules


def test_rules_are_those_of_the_command_line(profile: Path, command: Command) -> None:
    def lines(action: str) -> list[dict[str, str]]:
        done = command("regime", "rules", "--profile", profile, "--csv", action)
        return list(csv.DictReader(io.StringIO(done.stdout)))

    def said(table: tc.Table) -> list[dict[str, str]]:
        return [{name: str(value) for name, value in row.items()} for row in table.to_pylist()]

    rules = tc.rules(profile)
    assert said(rules.table) == lines("show")
    assert said(rules.check()) == lines("check")
    assert said(rules.diff()) == said(rules.diff("default")) == said(rules.diff(tc.rules())) == lines("diff")
    for table, what in ((rules.diff(), "removed"), (tc.rules().diff(rules), "added")):
        changed = [(row["id"], row["what"]) for row in table.to_pylist() if row["table"] == "rule"]
        assert changed == [("gift", what)]
    assert len(rules.diff(profile)) == 0
    assert repr(rules) == f'truecost.Rules("no-gifts": {len(rules.table)} rules)'


def test_rules_that_are_wrong(profile: Path) -> None:
    file = profile / "rules.csv"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("price_basis = posted", "price_bases = posted"), encoding="utf-8")
    with pytest.raises(tc.DataError, match="price_bases"):
        tc.rules(profile)
    with pytest.raises(tc.DataError, match="price_bases"):
        tc.classify(STREET, profile=profile)
    with pytest.raises(tc.NotFoundError, match="did you mean `default`"):
        tc.rules("defualt")
    with pytest.raises(tc.NotFoundError, match="there is no set of rules"):
        tc.classify(STREET, profile="no-such-rules")
    with pytest.raises(tc.NotFoundError):
        tc.rules().diff("no-such-rules")


def test_problems_of_data_and_rules_together(lending: Tables, tmp_path: Path, profile: Path) -> None:
    (profile / "rules.csv").write_text("rank,id\n", encoding="utf-8")
    folder = tmp_path / "flows"
    folder.mkdir()
    for file in (ROOT / STREET).iterdir():
        text = file.read_text(encoding="utf-8").split("[checksums]")[0]
        (folder / file.name).write_text(text.replace("EUR,posted", "EUR,postd"), encoding="utf-8")
    with pytest.raises(tc.DataError) as caught:
        tc.classify(folder, profile=profile)
    assert {Path(str(d.file)).name for d in caught.value.diagnostics} == {"rules.csv", "flows.csv"}


def test_rules_that_no_flow_reaches_are_warned_of(profile: Path) -> None:
    file = profile / "rules.csv"
    [header, first, *rest] = file.read_text(encoding="utf-8").splitlines(True)
    copy = first.replace("10,ecosystem,", "11,twice,")
    assert copy != first
    file.write_text("".join([header, first, copy, *rest]), encoding="utf-8")
    with pytest.warns(tc.TrueCostWarning, match="twice"):
        findings = tc.rules(profile).check().to_pylist()
    assert [row["rules"] for row in findings if row["finding"] == "unreachable"] == ["twice"]


# Arguments


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"flows": 3}, r"flows: expected a truecost.Flows, or the path of one \(str or os.PathLike\), not int"),
        ({"flows": pl.DataFrame()}, "flows: expected a truecost.Flows, .*, not polars"),
        ({"flows": tc.read_dataset("datasets/supply/coffee")}, "flows: expected .*, not truecost.Dataset"),
        ({"profile": 3}, "profile: expected a truecost.Rules, a name or a path, not int"),
        ({"datasets": 3}, r"datasets: expected a path \(str or os.PathLike\), not int"),
        ({"progress": 7}, "progress: expected True, a callable"),
    ],
    ids=str,
)
def test_arguments_of_a_wrong_type(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        tc.classify(**{"flows": STREET, **arguments})


def test_names_that_there_are_not(street: tc.Regimes) -> None:
    with pytest.raises(tc.NotFoundError, match="there is no flow `loans`\n  hint: did you mean `loan`"):
        street.explain("loans")
    with pytest.raises(TypeError, match="flow: expected a str, not int"):
        street.explain(3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="other: expected a truecost.Rules"):
        tc.rules().diff(3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="profile: expected a name or a path"):
        tc.rules(3)  # type: ignore[arg-type]
    with pytest.raises(tc.UnwritableError):
        street.write("/dev/null/report")


# Tables


def test_sums_add_up(street: tc.Regimes) -> None:
    """Three tables that were made apart say the same, to the last digit."""
    rows = street.table.to_pylist()
    by_row: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    counts: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in rows:
        key = (row["regime"], row["subregime"], row["unit"])
        by_row[key] += row["value"] or 0
        counts[key] += 1
    for row in street.totals.to_pylist():
        key = (row["regime"], row["subregime"], row["unit"])
        by_row[key] -= row["value"] or 0
        counts[key] -= row["flows"]
    assert not any(by_row.values())
    assert not any(counts.values())
    summary = street.summary.to_pylist()
    for side in ("given", "received"):
        assert sum(row[f"{side}_flows"] for row in summary) == len(rows) == len(street)
        assert sum(row[f"{side}_value"] or 0 for row in summary) == sum(row["value"] or 0 for row in rows)
    assert sum(row["flows"] for row in street.confidence.to_pylist()) == len(rows)


def test_some_of_the_rows(street: tc.Regimes) -> None:
    rows = street.table.to_pylist()
    assert street.disagreements.to_pylist() == [row for row in rows if row["agrees"] == "no"]
    assert [row["flow"] for row in street.disagreements.to_pylist()] == ["loan"]
    undecided = street.undecided.to_pylist()
    assert undecided == [row for row in rows if row["rule"] == ""]
    assert [row["flow"] for row in undecided] == ["egg-money", "lift"]
    assert all(row["missing"] for row in undecided)
    assert sum(row["flows"] for row in street.confidence.to_pylist() if not row["decided"]) == len(undecided)
    cases = tc.classify(FLOWS / "labelled-cases")
    assert len(cases.undecided) == 0
    assert cases.undecided.schema == cases.table.schema
    assert pa.table(cases.undecided).num_rows == 0


def test_many_flows_come_in_parts(many: tc.Regimes) -> None:
    rows, step = 150_000, 65_536
    stream = pa.RecordBatchReader.from_stream(many.table)
    sizes = [batch.num_rows for batch in stream]
    assert sizes == [step, step, rows - 2 * step]
    arrow = pa.table(many.table)
    assert arrow["flow"].to_pylist() == [f"f{n:06}" for n in range(rows)]
    assert len(many.table) == rows == len(many)
    assert "… and 149990 more rows" in repr(many.table)
    [last] = arrow.slice(rows - 1).to_pylist()
    assert many.explain(last["flow"]).splitlines()[2].startswith(f"{last['regime']}.{last['subregime']}, ")
    undecided = pa.table(many.undecided)
    assert undecided.num_rows > step
    assert undecided.equals(arrow.filter(pc.equal(arrow["rule"], "")))


def test_others_take_parts_too(street: tc.Regimes) -> None:
    rows = street.table.to_pylist()
    assert pl.DataFrame(street.table).shape == (len(rows), len(rows[0]))
    assert na.ArrayStream(street.table).read_all().to_pylist()[-1]["flow"] == rows[-1]["flow"]
    assert street.table.to_polars()["value"].to_list() == [row["value"] for row in rows]
    assert list(street.table.to_pandas()["confidence"]) == [row["confidence"] for row in rows]


def test_a_table_is_made_once(street: tc.Regimes) -> None:
    for name in ("table", "summary", "totals", "confidence", "disagreements", "undecided"):
        assert getattr(street, name) is getattr(street, name)


def test_a_table_outlives_its_result() -> None:
    table = tc.classify(STREET).table
    assert len(table.to_pylist()) == len(table) > 0


# Long work


def test_other_threads_go_on(river: Tables, counter: Counter) -> None:
    flows = tc.Flows.from_tables(**river)
    for work in (lambda: tc.classify(flows), lambda: tc.Flows.from_tables(**river)):
        before, begun = counter.count, time.monotonic()
        work()
        assert counter.count - before > 100 * (time.monotonic() - begun)


def test_stages_are_told_in_order_and_to_the_end(river: Tables) -> None:
    told: list[tuple[str, int, int]] = []
    flows = tc.Flows.from_tables(**river, progress=lambda *at: told.append(at))
    assert {stage for stage, _, _ in told} == {"reading"}
    told.clear()
    tc.classify(flows, progress=lambda *at: told.append(at))
    assert list(dict.fromkeys(stage for stage, _, _ in told)) == ["gathering", "classifying"]
    assert told[-1] == ("classifying", 150_000, 150_000)


@pytest.mark.parametrize("what", ["classify", "from_tables"])
def test_ctrl_c_stops_it(river: Tables, what: str) -> None:
    flows = tc.Flows.from_tables(**river)
    begun = time.monotonic()
    timer = interrupt_after(0.15)
    with pytest.raises(KeyboardInterrupt):
        while time.monotonic() - begun < 20:
            tc.classify(flows) if what == "classify" else tc.Flows.from_tables(**river)
    timer.join()
    assert time.monotonic() - begun < 5


def test_an_error_of_the_callback_is_raised(river: Tables) -> None:
    def tell(stage: str, done: int, total: int) -> None:
        raise LookupError(stage)

    with pytest.raises(LookupError, match="gathering"):
        tc.classify(tc.Flows.from_tables(**river), progress=tell)


# Notebooks


def test_shown_in_a_notebook(street: tc.Regimes, lending: Tables) -> None:
    html = street._repr_html_()
    assert html.count("<tr>") == 1 + len({(r["subregime"], r["unit"]) for r in street.table.to_pylist()})
    assert "unpaid work, on three bases" in html
    assert "caution: made up: it shows how flows are stated" in html
    assert "undecided: 2; " in html
    assert repr(street) == f'truecost.Regimes("street": {len(street)} flows among 15 agents, rules default)'
    evil = tc.Flows.from_tables(**lending, caveat="<b>")
    assert "caution: &lt;b&gt;" in tc.classify(evil)._repr_html_()


def test_warnings_are_kept() -> None:
    assert tc.classify(STREET).warnings == ()
    assert tc.read_flows(STREET).warnings == ()
