"""The work of bw2calc in `supply.py`: run by it, in a process of its own.

    PYTHON tests/bench/supply_peer.py FOLDER TASK [SCORES]

FOLDER holds a system of `chain_data.py` and, once `write` has run, `packages/` with the same matrices as datapackages of
bw_processing. TASK: `write`; `one`, one product from these files to all indicators; `thousand`, 1,000 products;
`all`, every product by the adjoint direction, which has to be asked for; `all-default`, without asking;
`store`, all exchanges into bw2data's own store, and opened again. Prints seconds and the peak of memory in MiB, and
writes the scores into the file SCORES (products x indicators), so that both can be compared.
Needs bw2calc 3.1, and pypardiso, its best solver.
"""

import pathlib
import resource
import sys
import time
import warnings

import numpy

warnings.simplefilter("ignore")
# Ids of processes and products are 1 and up, flows come after them.
PRODUCTS_OF_THOUSAND = 1000


def read(folder, name, kind):
    """One array of `chain_data.py`."""
    return numpy.fromfile(folder / name, kind)


def write(folder):
    """The same matrices as datapackages."""
    import bw_processing
    from fsspec.implementations.dirfs import DirFileSystem
    from fsspec.implementations.local import LocalFileSystem

    def package(name):
        path = folder / "packages" / name
        path.mkdir(parents=True, exist_ok=True)
        files = DirFileSystem(str(path), fs=LocalFileSystem())
        return bw_processing.create_datapackage(files, name=name, sum_intra_duplicates=False)

    def indices(rows, columns):
        pairs = numpy.empty(rows.size, dtype=bw_processing.INDICES_DTYPE)
        pairs["row"], pairs["col"] = rows, columns
        return pairs

    count, flows, indicators = (int(v) for v in read(folder, "size.u64", "<u8"))
    outputs, starts = read(folder, "outputs.f64", "<f8"), read(folder, "starts.u64", "<u8").astype(int)
    takers = numpy.repeat(numpy.arange(count), numpy.diff(starts))
    suppliers, amounts = read(folder, "suppliers.u32", "<u4").astype(int), read(folder, "amounts.f64", "<f8")
    # What a process takes of its own product belongs to the diagonal.
    own = takers == suppliers
    net = outputs.copy()
    net[takers[own]] -= amounts[own]
    places = numpy.arange(count)
    rows = numpy.concatenate((places, suppliers[~own]))
    columns = numpy.concatenate((places, takers[~own]))
    values = numpy.concatenate((net, -amounts[~own]))
    inventory = package("inventory")
    inventory.add_persistent_vector(
        matrix="technosphere_matrix", name="technosphere", indices_array=indices(rows + 1, columns + 1), data_array=values
    )
    flow_starts = read(folder, "flow_starts.u64", "<u8").astype(int)
    of = numpy.repeat(numpy.arange(count), numpy.diff(flow_starts))
    inventory.add_persistent_vector(
        matrix="biosphere_matrix",
        name="biosphere",
        indices_array=indices(read(folder, "flows.u32", "<u4").astype(int) + count + 1, of + 1),
        data_array=read(folder, "flow_amounts.f64", "<f8"),
    )
    inventory.finalize_serialization()
    factors = read(folder, "factors.f64", "<f8").reshape(indicators, flows)
    for k in range(indicators):
        known = numpy.flatnonzero(factors[k])
        method = package(f"method-{k:02}")
        method.add_persistent_vector(
            matrix="characterization_matrix",
            name=f"method-{k:02}",
            indices_array=indices(known + count + 1, known + count + 1),
            data_array=factors[k][known],
            global_index=None,
            identifier=["m", str(k)],
        )
        method.finalize_serialization()


def load(folder, name):
    """A datapackage from its files."""
    import bw_processing
    from fsspec.implementations.dirfs import DirFileSystem
    from fsspec.implementations.local import LocalFileSystem

    return bw_processing.load_datapackage(DirFileSystem(str(folder / "packages" / name), fs=LocalFileSystem()))


def one(folder, count, indicators):
    """The fastest way that we found: one solve, then each method's factors times what is emitted, without its class for methods."""
    import bw2calc

    start = time.perf_counter()
    lca = bw2calc.LCA({count: 1}, data_objs=[load(folder, "inventory")])
    lca.lci()
    caused = numpy.asarray(lca.inventory.sum(axis=1)).ravel()
    row_of = numpy.full(max(lca.dicts.biosphere) + 1, -1)
    row_of[list(lca.dicts.biosphere)] = list(lca.dicts.biosphere.values())
    scores = numpy.zeros(indicators)
    for k in range(indicators):
        method = load(folder, f"method-{k:02}")
        factors, flows = (method.get_resource(f"method-{k:02}.{part}")[0] for part in ("data", "indices"))
        rows = row_of[flows["row"]]
        scores[k] = factors @ caused[rows]
    return time.perf_counter() - start, scores[None, :]


def many(folder, products, indicators, direction, name="FastScoresOnlyMultiLCA"):
    """Scores of several products."""
    import bw2calc

    start = time.perf_counter()
    methods = {("m", str(k)): load(folder, f"method-{k:02}") for k in range(indicators)}
    packages = [load(folder, "inventory"), *methods.values()]
    demands = {str(product): {product: 1} for product in products}
    config = {"impact_categories": list(methods)}
    kind = getattr(bw2calc, name)
    more = {} if direction is None else {"direction": direction}
    lca = kind(demands=demands, method_config=config, data_objs=packages, **more)
    if name == "MultiLCA":
        lca.lci()
        lca.lcia()
        found = lca.scores
        scores = numpy.array([[found[(("m", str(k)), d)] for k in range(indicators)] for d in demands])
    else:
        next(lca)
        # Methods by demands.
        scores = numpy.asarray(lca.scores).T
    return time.perf_counter() - start, scores


def store(folder, count):
    """All processes and exchanges into its own store, and opened again; its dictionaries are made before the clock starts."""
    import os
    import tempfile

    os.environ["BRIGHTWAY2_DIR"] = tempfile.mkdtemp()
    import bw2data

    bw2data.projects.set_current("bench")
    flows = int(read(folder, "size.u64", "<u8")[1])
    starts, flow_starts = (read(folder, name, "<u8").astype(int) for name in ("starts.u64", "flow_starts.u64"))
    outputs, suppliers, amounts = (
        read(folder, name, kind) for name, kind in (("outputs.f64", "<f8"), ("suppliers.u32", "<u4"), ("amounts.f64", "<f8"))
    )
    of, caused = read(folder, "flows.u32", "<u4"), read(folder, "flow_amounts.f64", "<f8")
    nature = bw2data.Database("nature")
    nature.write({("nature", str(f)): {"name": str(f), "type": "emission", "exchanges": []} for f in range(flows)})
    data = {}
    for at in range(count):
        rows = [{"input": ("made", str(at)), "amount": float(outputs[at]), "type": "production"}]
        for entry in range(starts[at], starts[at + 1]):
            rows.append({"input": ("made", str(suppliers[entry])), "amount": float(amounts[entry]), "type": "technosphere"})
        for entry in range(flow_starts[at], flow_starts[at + 1]):
            rows.append({"input": ("nature", str(of[entry])), "amount": float(caused[entry]), "type": "biosphere"})
        data[("made", str(at))] = {"name": f"p{at:06}", "unit": "kg", "location": "NL", "exchanges": rows}
    start = time.perf_counter()
    made = bw2data.Database("made")
    made.write(data)
    package = made.datapackage()
    held = sum(package.get_resource(resource["name"])[0].size for resource in package.resources if resource["kind"] == "data")
    return time.perf_counter() - start, numpy.array([[float(held)]])


def main():
    """Does the task."""
    folder, task = pathlib.Path(sys.argv[1]), sys.argv[2]
    if task == "write":
        write(folder)
        return
    count, _, indicators = (int(v) for v in read(folder, "size.u64", "<u8"))
    if task == "one":
        seconds, scores = one(folder, count, indicators)
    elif task == "thousand":
        seconds, scores = many(folder, range(1, PRODUCTS_OF_THOUSAND + 1), indicators, "forward")
    elif task == "store":
        seconds, scores = store(folder, count)
    elif task == "all":
        seconds, scores = many(folder, range(1, count + 1), indicators, "adjoint")
    else:
        seconds, scores = many(folder, range(1, count + 1), indicators, "forward")
    if len(sys.argv) > 3:
        numpy.save(sys.argv[3], scores)
    print(f"{seconds:.4f} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}")


if __name__ == "__main__":
    main()
