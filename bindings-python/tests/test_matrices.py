"""Input-output tables and datapackages of Brightway: footprints are those of pymrio and of bw2calc."""

import subprocess
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pandas
import pytest

import truecost as tc

with warnings.catch_warnings():
    # Of the peers: one asks for a faster solver.
    warnings.simplefilter("ignore")
    pymrio = pytest.importorskip("pymrio")
    bwp = pytest.importorskip("bw_processing")
    bc = pytest.importorskip("bw2calc")

#: What the peers warn of is theirs.
pytestmark = pytest.mark.filterwarnings("default")

Command = Callable[..., subprocess.CompletedProcess[str]]
#: Relative to the largest of its kind.
NEAR = 1e-9


def amounts(dataset: Any) -> dict[tuple[str, str], float]:
    """Footprints by product and indicator, per reference unit."""
    return {(row["product"], row["indicator"]): row["amount"] for row in tc.footprints(dataset).table.to_pylist()}


@pytest.fixture(scope="module")
def system() -> Any:
    """The test system of pymrio, with all that pymrio calculates."""
    found = pymrio.load_test()
    found.calc_all()
    return found


@pytest.mark.parametrize("kind", ["as-it-is", "txt", "parquet", "coefficients"])
def test_multipliers_are_those_of_pymrio(kind: str, system: Any, tmp_path: Path, command: Command) -> None:
    saved = pymrio.load_test() if kind == "as-it-is" else system
    saved.save_all(tmp_path / "io", table_format="parquet" if kind == "parquet" else "txt")
    if kind == "coefficients":
        for name in ("Z", "x", "Y"):
            (tmp_path / "io" / f"{name}.txt").unlink()
        parameters = tmp_path / "io" / "file_parameters.json"
        parameters.write_text('{"files": {"A": {"name": "A.txt", "nr_index_col": "2", "nr_header": "2"}, '
                              '"unit": {"name": "unit.txt", "nr_index_col": "2", "nr_header": "1"}}, "systemtype": "IOSystem"}')
        (tmp_path / "io" / "emissions" / "F.txt").unlink()
        for folder in ("emissions", "factor_inputs"):
            file = tmp_path / "io" / folder / "file_parameters.json"
            file.write_text('{"name": "' + folder + '", "files": {"S": {"name": "S.txt", "nr_index_col": "'
                            + ("2" if folder == "emissions" else "1") + '", "nr_header": "2"}, "unit": {"name": "unit.txt", '
                            '"nr_index_col": "' + ("2" if folder == "emissions" else "1") + '", "nr_header": "1"}}}')
    dataset = tc.import_pymrio(tmp_path / "io", tmp_path / "out", price_year=2010)
    done = command("import", "pymrio", tmp_path / "io", "--price-year", "2010", "-o", tmp_path / "cli")
    assert done.returncode == 0, done.stderr
    assert tc.read_dataset(tmp_path / "cli").hash == dataset.hash
    found = amounts(dataset)
    multipliers = system.emissions.M
    compared = 0
    for stressor, row in multipliers.iterrows():
        indicator = "pymrio-" + "-".join(stressor)
        for (region, sector), value in row.items():
            # The tables count in millions, products in one unit of money.
            assert found[f"{sector}-{region}", indicator] * 1e6 == pytest.approx(value, rel=NEAR)
            compared += 1
    assert compared == 2 * 48


def test_what_final_demand_causes_is_that_of_pymrio(system: Any, tmp_path: Path) -> None:
    pymrio.load_test().save_all(tmp_path / "io")
    found = amounts(tc.import_pymrio(tmp_path / "io", tmp_path / "out", price_year=2010))
    demand = system.Y.T.groupby(level="region", sort=False).sum().T
    accounts = system.emissions.D_cba
    for stressor in accounts.index:
        indicator = "pymrio-" + "-".join(stressor)
        ours = numpy.array([found[f"{sector}-{region}", indicator] * 1e6 for region, sector in demand.index])
        # By product of what a region buys from anywhere: pymrio sums over the regions that make it.
        bought = demand.mul(ours, axis=0).groupby(level="sector", sort=False).sum()
        theirs = accounts.loc[stressor]
        for (region, sector), value in theirs.items():
            assert bought.loc[sector, region] == pytest.approx(value, rel=NEAR)


def indices(pairs: list[tuple[int, int]]) -> Any:
    return numpy.array(pairs, dtype=bwp.INDICES_DTYPE)


#: How Brightway writes a package.
KINDS = ["zip", "folder", "parquet"]


def files_of(folder: Path, kind: str) -> Any:
    if kind == "zip":
        return bwp.generic_zipfile_filesystem(dirpath=folder, filename="package.zip", write=True)
    return bwp.generic_directory_filesystem(dirpath=folder / "package")


def write(folder: Path, kind: str) -> Path:
    """Forty processes from a seed: loops, credits, a waste treatment, numbers added up and replaced, two methods."""
    random = numpy.random.default_rng(5)
    count, flows = 40, 12
    chosen = {"matrix_serialize_format_type": bwp.MatrixSerializeFormat.PARQUET} if kind == "parquet" else {}
    package = bwp.create_datapackage(fs=files_of(folder, kind), name="made-up", **chosen)
    own = [(at, 100 + at) for at in range(count)]
    taken = list({(int(random.integers(count)), 100 + int(random.integers(count))) for _ in range(160)})
    # A number twice: both are added up.
    taken += taken[:9]
    output = random.uniform(0.5, 3.0, count)
    output[7] = -1.0
    amounts = random.lognormal(-3.5, 1.0, len(taken))
    amounts[::17] *= -1
    data = numpy.concatenate([output, amounts])
    flip = numpy.concatenate([numpy.zeros(count, bool), numpy.ones(len(taken), bool)])
    spread = numpy.full(len(data), numpy.nan, dtype=bwp.UNCERTAINTY_DTYPE)
    spread["uncertainty_type"], spread["negative"], spread["loc"] = 0, False, data
    spread["uncertainty_type"][count::2] = 2
    spread["loc"][count::2], spread["scale"][count::2] = numpy.log(numpy.abs(data[count::2])), 0.2
    package.add_persistent_vector(
        matrix="technosphere_matrix", name="technosphere", indices_array=indices(own + taken), data_array=data,
        flip_array=flip, distributions_array=spread, rescale_array=numpy.full(len(data), 0.5),
    )
    emitted = [(1000 + flow, 100 + at) for at in range(count) for flow in range(flows) if random.random() < 0.3]
    package.add_persistent_vector(
        matrix="biosphere_matrix", name="biosphere", indices_array=indices(emitted), data_array=random.lognormal(0, 1, len(emitted))
    )
    # Takes the place of what the first group says.
    package.add_persistent_vector(
        matrix="biosphere_matrix", name="measured", indices_array=indices(emitted[:5]), data_array=numpy.arange(5) * 1.5
    )
    package.add_persistent_array(
        matrix="technosphere_matrix", name="scenarios", indices_array=indices(taken[:2]), data_array=numpy.ones((2, 3))
    )
    for method in (1, 2):
        package.add_persistent_vector(
            matrix="characterization_matrix", name=f"method-{method}", identifier=["made up", f"method {method}"], global_index=0,
            # A place of its own is left out by both.
            indices_array=indices([(1000 + flow, 0) for flow in range(flows)] + [(1000, 99)]),
            data_array=random.lognormal(0, 2, flows + 1),
        )
    names = pandas.DataFrame({"id": range(count), "name": [f"thing {at}" for at in range(count)], "unit": "kilogram", "location": "DE"})
    package.add_csv_metadata(dataframe=names, valid_for=[("technosphere", "rows")], name="names")
    package.finalize_serialization()
    return folder / ("package.zip" if kind == "zip" else "package")


def scores(path: Path, products: list[int]) -> dict[tuple[Any, int], float]:
    """What bw2calc says."""
    if path.is_dir():
        files = bwp.generic_directory_filesystem(dirpath=path)
    else:
        files = bwp.generic_zipfile_filesystem(dirpath=path.parent, filename=path.name, write=False)
    package = bwp.load_datapackage(files)
    methods = [tuple(one["identifier"]) for one in package.resources if one.get("identifier") and one["kind"] == "data"]
    calculation = bc.MultiLCA(
        {str(product): {product: 1} for product in products}, {"impact_categories": methods}, data_objs=[package]
    )
    calculation.lci()
    calculation.lcia()
    return {(method, int(product)): float(score) for (method, product), score in calculation.scores.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_scores_are_those_of_bw2calc(kind: str, tmp_path: Path, command: Command) -> None:
    path = write(tmp_path, kind)
    dataset = tc.import_brightway(path, tmp_path / "out")
    done = command("import", "brightway", path, "-o", tmp_path / "cli")
    assert done.returncode == 0, done.stderr
    assert tc.read_dataset(tmp_path / "cli").hash == dataset.hash
    assert "scenarios" in str(dataset.imported) and "hold in one place only" in str(dataset.imported)
    found, theirs = amounts(dataset), scores(path, list(range(40)))
    assert len(theirs) == 80
    for (method, product), score in theirs.items():
        indicator = f"brightway-made-up-method-{method[1][-1]}"
        ours = found[f"thing-{product}-DE", indicator]
        # What takes waste away has the sign of what it causes.
        assert ours * (-1 if product == 7 else 1) == pytest.approx(score, rel=NEAR)


def test_an_export_gives_our_footprints_in_bw2calc(tmp_path: Path, command: Command) -> None:
    coffee = "datasets/supply/coffee"
    notes = tc.export_brightway(coffee, tmp_path / "coffee.zip")
    assert command("export", "brightway", coffee, "-o", tmp_path / "cli.zip").returncode == 0
    assert (tmp_path / "cli.zip").read_bytes() == (tmp_path / "coffee.zip").read_bytes()
    assert any("prices" in note for note in notes), notes
    assert any("`paper-filter` of `brewing-nl`" in note for note in notes), notes
    # A dataset that was read gives the same, and comes back with the ids it had.
    assert tc.export_brightway(tc.read_dataset(coffee), tmp_path / "read.zip") == notes
    assert (tmp_path / "read.zip").read_bytes() == (tmp_path / "coffee.zip").read_bytes()
    back = tc.import_brightway(tmp_path / "coffee.zip", tmp_path / "back")
    assert {row["product"] for row in tc.read_dataset(coffee).products().to_pylist()} < {
        row["product"] for row in back.products().to_pylist()
    }
    files = bwp.generic_zipfile_filesystem(dirpath=tmp_path, filename="coffee.zip", write=False)
    table, _ = bwp.load_datapackage(files).get_resource("processes")
    package = bwp.load_datapackage(files)
    units = {one["identifier"][1]: one["unit"] for one in package.resources if one.get("identifier")}
    rows = tc.footprints(coffee).table.to_pylist()
    # Money is left in its own currency in a package.
    rows = [row for row in rows if row["amount"] is not None and row["amount_unit"] == units.get(row["indicator"])]
    ours = {(row["product"], row["origin"], row["indicator"]): row["amount"] for row in rows}
    places = table.groupby(["product id", "location"])["id"]
    # Of several suppliers the mix comes last.
    ids = {key: max(group) for key, group in places}
    theirs = scores(tmp_path / "coffee.zip", sorted(ids.values()))
    compared = 0
    for (product, origin, indicator), amount in ours.items():
        score = theirs.get((("truecost", indicator), ids[product, origin]))
        if score is not None:
            assert score == pytest.approx(amount, rel=NEAR, abs=1e-15)
            compared += 1
    assert compared > 20
