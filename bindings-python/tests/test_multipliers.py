"""Multipliers of economies are those of pymrio and of numpy, from folders, frames and arrays, and through the command."""

import csv
import io
import json
import subprocess
import sys
import warnings
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pandas
import polars
import pyarrow as pa
import pyarrow.parquet
import pytest

import truecost as tc

with warnings.catch_warnings():
    # Of the peer: it asks for another version of its own needs.
    warnings.simplefilter("ignore")
    pymrio = pytest.importorskip("pymrio")

#: What the peer warns of is its own.
pytestmark = pytest.mark.filterwarnings("default")

Command = Callable[..., subprocess.CompletedProcess[str]]
NEAR = 1e-9
#: Of Miller and Blair, section 2.3; L is 1/0.7575 [[0.95, 0.25], [0.20, 0.85]].
LEONTIEF = numpy.array([[0.15, 0.25], [0.20, 0.05]])
INVERSE = numpy.array([[0.95, 0.25], [0.20, 0.85]]) / 0.7575


@pytest.fixture(scope="module")
def system() -> Any:
    """The test system of pymrio, with all that pymrio calculates."""
    found = pymrio.load_test()
    found.calc_all()
    return found


def economy(sectors: int, stressors: int) -> tuple[Any, Any]:
    random = numpy.random.default_rng(17)
    matrix = random.lognormal(0.0, 2.0, (sectors, sectors))
    matrix *= random.uniform(0.3, 0.8, sectors) / matrix.sum(axis=0)
    return matrix, random.lognormal(0.0, 3.0, (stressors, sectors))


def inverse(matrix: Any, causes: Any) -> Any:
    return numpy.linalg.solve((numpy.eye(len(matrix)) - matrix).T, causes.T).T


@pytest.mark.parametrize("kind", ["as-it-is", "txt", "parquet"])
def test_a_folder_gives_what_pymrio_does(kind: str, system: Any, tmp_path: Path, command: Command) -> None:
    saved = pymrio.load_test() if kind == "as-it-is" else system
    saved.save_all(tmp_path / "io", table_format="parquet" if kind == "parquet" else "txt")
    found = tc.multipliers(tmp_path / "io")
    assert found.proved
    theirs = {
        (name, ", ".join([key] if isinstance(key, str) else key), *sector): value
        for name, extension in (("emissions", system.emissions), ("factor_inputs", system.factor_inputs))
        for key, row in extension.M.iterrows()
        for sector, value in row.items()
    }
    ours = {(row["extension"], row["stressor"], row["region"], row["sector"]): row for row in found.table.to_pylist()}
    assert ours.keys() == theirs.keys() and len(ours) == 3 * 48
    for key, value in theirs.items():
        assert ours[key]["multiplier"] == pytest.approx(value, rel=NEAR)
        assert ours[key]["error_bound"] <= 1e-9 * abs(value)
    units = {stressor: row.iloc[0] for stressor, row in system.emissions.unit.iterrows()}
    assert ours["emissions", "emission_type1, air", "reg1", "food"]["multiplier_unit"] == units["emission_type1", "air"]
    assert ours["emissions", "emission_type1, air", "reg1", "food"]["unit"] == system.unit.iloc[0, 0]
    done = command("multipliers", tmp_path / "io", "--format", "csv")
    assert done.returncode == 0, done.stderr
    assert done.stdout == found.to_csv()
    assert command("multipliers", tmp_path / "io").stdout == str(found)


def test_frames_bring_their_labels(system: Any) -> None:
    causes = system.emissions.S
    found = tc.multipliers(system.A, causes)
    assert found.sectors == list(system.A.columns)
    assert found.stressors == [", ".join(key) for key in causes.index]
    numpy.testing.assert_allclose(numpy.asarray(found.values), system.emissions.M.to_numpy(), rtol=NEAR)
    one = tc.multipliers(system.A, causes, stressors="emission_type1", sectors=["food"], regions=["reg2", "reg1"])
    assert one.sectors == [("reg1", "food"), ("reg2", "food")]
    assert one.values.shape == (1, 2)
    assert one.values[0, 1] == pytest.approx(system.emissions.M.loc["emission_type1"][("reg2", "food")].iloc[0], rel=NEAR)
    with pytest.raises(ValueError, match="intensities: its columns are not its sectors"):
        tc.multipliers(system.A, causes.iloc[:, ::-1])
    with pytest.raises(ValueError, match="system: its rows are not its sectors"):
        tc.multipliers(system.A.iloc[::-1], causes)


@pytest.mark.parametrize("threads", [1, 2, None])
def test_a_random_economy_is_that_of_numpy(threads: int | None) -> None:
    # More stressors than are solved together.
    matrix, causes = economy(300, 70)
    found = tc.multipliers(matrix, causes, threads=threads)
    truth = inverse(matrix, causes)
    values, bounds = numpy.asarray(found.values), numpy.asarray(found.bounds)
    numpy.testing.assert_allclose(values, truth, rtol=NEAR)
    # numpy errs too, by about so much.
    assert (numpy.abs(values - truth) <= bounds + 1e-13 * numpy.abs(truth).max(axis=1, keepdims=True)).all()
    assert (bounds <= 1e-9 * numpy.abs(values)).all() and found.proved
    assert found.to_csv() == tc.multipliers(matrix, causes, threads=1).to_csv()


def test_larger_than_a_block_with_credits() -> None:
    random = numpy.random.default_rng(3)
    matrix, causes = economy(1100, 3)
    matrix[random.integers(0, 1100, 40), random.integers(0, 1100, 40)] *= -1.0
    found = tc.multipliers(matrix, causes)
    assert found.proved
    numpy.testing.assert_allclose(numpy.asarray(found.values), inverse(matrix, causes), rtol=NEAR)


def test_however_the_numbers_lie() -> None:
    matrix, causes = economy(40, 3)
    truth = inverse(matrix, causes)
    wide = numpy.zeros((80, 80))
    wide[::2, ::2] = matrix
    names = [f"s{at}" for at in range(40)]
    columns = {name: matrix[:, at] for at, name in enumerate(names)}
    rates = {name: causes[:, at] for at, name in enumerate(names)}
    read_only = matrix.copy()
    read_only.flags.writeable = False
    for given, caused in [
        (matrix, causes),
        (numpy.asfortranarray(matrix), numpy.asfortranarray(causes)),
        (wide[::2, ::2], causes[:, :]),
        (read_only, causes),
        (memoryview(matrix), memoryview(causes)),
        (pandas.DataFrame(matrix), pandas.DataFrame(causes)),
        (pa.table(columns), pa.table(rates)),
        (polars.DataFrame(columns), polars.DataFrame(rates)),
    ]:
        found = tc.multipliers(given, caused)
        numpy.testing.assert_allclose(numpy.asarray(found.values), truth, rtol=NEAR)
    assert tc.multipliers(pa.table(columns), pa.table(rates)).sectors[1] == ("", "s1")
    numpy.testing.assert_allclose(tc.multipliers(matrix, causes[1]).values.tolist()[0], truth[1], rtol=NEAR)


def test_without_any_other_package() -> None:
    matrix = memoryview(array("d", LEONTIEF.ravel())).cast("B").cast("d", (2, 2))
    found = tc.multipliers(matrix, memoryview(array("d", [1.0, 0.0, 0.0, 1.0])).cast("B").cast("d", (2, 2)))
    numpy.testing.assert_allclose(found.values.tolist(), INVERSE, rtol=1e-15)
    assert found.sectors == [("", "0"), ("", "1")] and found.stressors == ["0", "1"]
    code = (
        "import sys, truecost; from array import array; "
        "m = memoryview(array('d', [0.5])).cast('B').cast('d', (1, 1)); "
        "print(truecost.multipliers(m, array('d', [2.0])).values.tolist(), 'numpy' in sys.modules, 'pyarrow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[[4.0]] False False\n"


def test_the_answer_is_taken_without_a_copy_and_does_not_change() -> None:
    found = tc.multipliers(LEONTIEF, numpy.eye(2))
    values = numpy.asarray(found.values)
    assert values.base is not None and values.shape == (2, 2) and values.dtype == numpy.float64
    assert found.values.obj is found.values.obj
    with pytest.raises(TypeError):
        found.values[0, 0] = 1.0  # type: ignore[index]
    with pytest.raises((AttributeError, TypeError)):
        found.proved = False  # type: ignore[misc]
    assert pa.table(found.table).num_rows == 4
    assert repr(found) == "truecost.Multipliers(2 stressors, 2 sectors)"
    assert "proved to" in str(found)
    assert json.loads(found.to_json())["stressors"][0]["multipliers"] == values[0].tolist()


def test_files(tmp_path: Path, system: Any) -> None:
    found = tc.multipliers(system.A, system.emissions.S)
    found.write(tmp_path / "long.parquet")
    assert pa.parquet.read_table(tmp_path / "long.parquet").to_pylist() == found.table.to_pylist()
    found.write(tmp_path / "long.csv")
    assert (tmp_path / "long.csv").read_text(encoding="utf-8") == found.to_csv()
    found.write(str(tmp_path / "wide.parquet"), wide=True)
    wide = pandas.read_parquet(tmp_path / "wide.parquet").set_index(["region", "sector"]).drop(columns="unit")
    numpy.testing.assert_array_equal(wide.to_numpy().T, numpy.asarray(found.values))
    found.write(tmp_path / "wide.csv", wide=True)
    rows = list(csv.reader(io.StringIO((tmp_path / "wide.csv").read_text(encoding="utf-8"))))
    assert [float(cell) for cell in rows[1][3:]] == numpy.asarray(found.values)[:, 0].tolist()
    with pytest.raises(tc.UnwritableError, match="out.csv"):
        found.write(tmp_path / "wide.txt")


def test_an_economy_that_eats_itself() -> None:
    with pytest.raises(tc.DataError, match="use up as much of each other") as refused:
        tc.multipliers(numpy.array([[0.0, 2.0], [1.0, 0.0]]), numpy.eye(2))
    assert refused.value.diagnostics[0].code == "not-productive"
    assert "`1` takes 2.00 of its output" in str(refused.value)
    with pytest.raises(tc.DataError, match="no single solution"):
        tc.multipliers(numpy.array([[0.0, 1.0], [1.0, 0.0]]), numpy.eye(2))
    large, causes = economy(700, 1)
    with pytest.raises(tc.DataError, match="not productive"):
        tc.multipliers(large * 2.5, causes)


def test_credits_without_a_proof_are_estimates() -> None:
    with pytest.warns(tc.TrueCostWarning, match="estimates"):
        found = tc.multipliers(numpy.array([[0.0, -1.0], [2.0, 0.0]]), numpy.ones((1, 2)))
    assert not found.proved and found.warnings[0].code == "not-certified"
    numpy.testing.assert_allclose(found.values.tolist(), [[1.0, 0.0]], atol=1e-14)


def test_what_does_not_fit_is_refused_by_name(tmp_path: Path) -> None:
    for arguments, error, words in [
        ((LEONTIEF,), TypeError, "with `intensities` beside it"),
        ((LEONTIEF[:1], numpy.eye(2)), ValueError, "1 rows and 2 columns, and is not square"),
        ((LEONTIEF, numpy.eye(3)), ValueError, "intensities: it has 3 columns"),
        ((LEONTIEF.astype("float32"), numpy.eye(2)), TypeError, "system: expected a matrix of float64"),
        ((LEONTIEF, [[1.0, 2.0]]), TypeError, "intensities: expected a matrix"),
        ((LEONTIEF.reshape(1, 2, 2), numpy.eye(2)), ValueError, "3 dimensions"),
        ((numpy.zeros((0, 0)), numpy.zeros((1, 0))), ValueError, "it has no numbers"),
        ((LEONTIEF, numpy.zeros((0, 2))), ValueError, "it has no numbers"),
        ((pandas.DataFrame({"a": ["x"]}), numpy.ones((1, 1))), TypeError, "a frame of numbers"),
        ((pa.table({"a": ["x"]}), numpy.ones((1, 1))), ValueError, "`a` is not a number in every row"),
        ((pa.table({"a": [None]}), numpy.ones((1, 1))), ValueError, "`a` is not a number in every row"),
        ((3, numpy.eye(2)), TypeError, "system: expected"),
        ((tmp_path, numpy.eye(2)), TypeError, "a folder has its own"),
        ((tmp_path / "none",), tc.UnreadableError, "does not exist"),
    ]:
        with pytest.raises(error, match=words):
            tc.multipliers(*arguments)
    with pytest.raises(tc.DataError, match="requirements: row 1, column 0 is not a finite number"):
        tc.multipliers(numpy.array([[0.1, 0.2], [numpy.nan, 0.1]], order="F"), numpy.eye(2))
    with pytest.raises(TypeError, match="extensions"):
        tc.multipliers(LEONTIEF, numpy.eye(2), extensions="satellite")
    with pytest.raises(ValueError, match="stressors: there is no"):
        tc.multipliers(LEONTIEF, numpy.eye(2), stressors="7")
    with pytest.raises(tc.NotFoundError, match="there is no sector `7`"):
        tc.multipliers(LEONTIEF, numpy.eye(2), sectors="7")


def test_it_tells_how_far_it_is_and_stops(tmp_path: Path) -> None:
    heard: list[tuple[str, int, int]] = []
    matrix, causes = economy(300, 70)
    tc.multipliers(matrix, causes, progress=lambda *at: heard.append(at))
    assert heard and heard[-1] == ("solving", 40, 40)
    pymrio.load_test().save_all(tmp_path / "io")
    heard.clear()
    tc.multipliers(tmp_path / "io", progress=lambda *at: heard.append(at))
    assert [stage for stage, _, _ in heard][0] == "reading"

    def enough(*_: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tc.multipliers(matrix, causes, progress=enough)
    with pytest.raises(KeyboardInterrupt):
        tc.multipliers(tmp_path / "io", progress=enough)
