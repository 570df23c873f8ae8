"""The work of bw2calc in `monte_carlo.py`: run by it, in a process of its own.

    PYTHON tests/bench/monte_carlo_peer.py FOLDER CLASS PRODUCT ITERATIONS

FOLDER holds a system of `chain_data.py`. The matrices and distributions are those of its `dataset`, as a datapackage of bw_processing
in memory: inputs lognormal with sd 0.05 of the logarithm, what a process causes by indicator with 0.2. One score adds up all
indicators, each at the central factor: the external cost of the product. CLASS: `IterativeLCA` or `LCA`. Prints the
milliseconds of each iteration (drawing, matrices, solving, score), then mean and sd of the scores.
Needs bw2calc 3.1, pypardiso (its best solver) and stats_arrays.
"""

import pathlib
import sys
import time
import warnings

import numpy

warnings.simplefilter("ignore")
# Of `chain_data.py`: spreads of the dataset, and the factor that prices all indicators.
INPUT, CAUSED, FACTOR = 0.05, 0.2, 0.02


def packages(folder):
    """Inventory with distributions, and one method."""
    import bw_processing

    def read(name, kind):
        return numpy.fromfile(folder / name, kind)

    def indices(rows, columns):
        pairs = numpy.empty(len(rows), dtype=bw_processing.INDICES_DTYPE)
        pairs["row"], pairs["col"] = rows, columns
        return pairs

    def lognormal(amounts, scale):
        spread = numpy.zeros(amounts.size, dtype=bw_processing.UNCERTAINTY_DTYPE)
        spread["uncertainty_type"], spread["scale"] = 2, scale
        spread["loc"], spread["negative"] = numpy.log(numpy.abs(amounts)), amounts < 0
        spread["shape"] = spread["minimum"] = spread["maximum"] = numpy.nan
        return spread

    count, flows, indicators = (int(v) for v in read("size.u64", "<u8"))
    outputs = read("outputs.f64", "<f8")
    takers = numpy.repeat(numpy.arange(count), numpy.diff(read("starts.u64", "<u8").astype(int)))
    suppliers, amounts = read("suppliers.u32", "<u4").astype(int), read("amounts.f64", "<f8")
    places = numpy.arange(count)
    sure = numpy.zeros(count, dtype=bw_processing.UNCERTAINTY_DTYPE)
    sure["loc"] = outputs
    sure["scale"] = sure["shape"] = sure["minimum"] = sure["maximum"] = numpy.nan
    inventory = bw_processing.create_datapackage(name="inventory")
    inventory.add_persistent_vector(
        matrix="technosphere_matrix",
        name="technosphere",
        indices_array=indices(numpy.concatenate((places, suppliers)) + 1, numpy.concatenate((places, takers)) + 1),
        data_array=numpy.concatenate((outputs, amounts)),
        flip_array=numpy.concatenate((numpy.zeros(count, bool), numpy.ones(amounts.size, bool))),
        distributions_array=numpy.concatenate((sure, lognormal(amounts, INPUT))),
    )
    of = numpy.repeat(places, numpy.diff(read("flow_starts.u64", "<u8").astype(int)))
    flow, flow_amounts = read("flows.u32", "<u4").astype(int), read("flow_amounts.f64", "<f8")
    factors = read("factors.f64", "<f8").reshape(indicators, flows)
    caused = numpy.array([numpy.bincount(of, flow_amounts * factors[k, flow], count) for k in range(indicators)])
    k, process = numpy.nonzero(caused)
    inventory.add_persistent_vector(
        matrix="biosphere_matrix",
        name="biosphere",
        indices_array=indices(k + count + 1, process + 1),
        data_array=caused[k, process],
        distributions_array=lognormal(caused[k, process], CAUSED),
    )
    method = bw_processing.create_datapackage(name="method")
    ids = numpy.arange(indicators) + count + 1
    method.add_persistent_vector(
        matrix="characterization_matrix",
        name="method",
        indices_array=indices(ids, ids),
        data_array=numpy.full(indicators, FACTOR),
        global_index=None,
    )
    return [inventory, method]


def main():
    """Does the iterations."""
    import bw2calc

    folder, kind, product, iterations = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    lca = getattr(bw2calc, kind)({product + 1: 1}, data_objs=packages(folder), use_distributions=True, seed_override=7)
    lca.lci()
    lca.lcia()
    times, scores = [], []
    for _ in range(iterations):
        start = time.perf_counter()
        next(lca)
        scores.append(float(lca.score))
        times.append(1000 * (time.perf_counter() - start))
    print(" ".join(f"{value:.3f}" for value in times))
    print(numpy.mean(scores), numpy.std(scores, ddof=1))


if __name__ == "__main__":
    main()
