"""A made-up system of processes as large and as knotted as a database of life cycles, from one seed.

    python3 tests/bench/chain_data.py FOLDER [--processes 20000] [--flows 2000] [--indicators 20] [--seed 1] [--far 0.4] [--back 200]
        [--tables] [--spread]

Each process makes one product and takes about eleven others: mostly of its own branch, made before it; often of a few
hubs (power, transport, steel); sometimes of any other, so that most of all processes are one large loop. Hubs take from one
another, one in fifty processes uses some of its own product, and one in two hundred sits in a tight recycling loop. One
in a hundred inputs is a credit. Interventions: about thirty flows a process, characterised into indicators.

Written as raw little-endian arrays, which every peer can read as quickly as we do: `outputs.f64`, `starts.u64` (rows of
A transposed), `suppliers.u32`, `amounts.f64` (positive: taken), `flow_starts.u64`, `flows.u32`, `flow_amounts.f64`
(by process), `factors.f64` (indicators x flows), `size.u64` (processes, flows, indicators).
With `--tables` also as a dataset of truecost, `FOLDER/dataset`: interventions are then indicators, priced by the factor set
`FOLDER/shelf/factors/bench`. With `--spread` every input and intervention of it is lognormal. Needs numpy.
"""

import argparse
import pathlib

import numpy

INPUTS = 11
FLOWS_OF_PROCESS = 30
HUBS = 60


def technosphere(count, random, far, back_to):
    """Rows of A transposed: what each process takes, by supplier; outputs; at most one entry a pair. `far` is the share of
    processes that take from any other; suppliers of its own branch lie so many places before it on average."""
    hubs = min(HUBS, max(2, count // 20))
    places = numpy.arange(count)
    takers, suppliers, amounts = [], [], []

    def add(taker, supplier, amount):
        takers.append(taker)
        suppliers.append(supplier)
        amounts.append(amount)

    near = random.integers(3, 12, count)
    for rank in range(11):
        chosen = places[near > rank]
        back = 1 + (random.exponential(back_to, chosen.size)).astype(numpy.int64)
        add(chosen, (chosen - back) % count, random.lognormal(-3.2, 1.2, chosen.size).clip(0, 0.09))
    for _ in range(3):
        hub = (random.pareto(0.8, count) * 2).astype(numpy.int64) % hubs
        add(places, hub, random.lognormal(-4.0, 1.0, count).clip(0, 0.05))
    anywhere = places[random.random(count) < far]
    add(anywhere, random.integers(0, count, anywhere.size), random.lognormal(-4.5, 1.0, anywhere.size).clip(0, 0.05))
    own = places[random.random(count) < 0.02]
    add(own, own, random.uniform(0.01, 0.1, own.size))
    tight = places[hubs + 1::4]
    tight = tight[random.random(tight.size) < 0.02]
    keep = random.uniform(0.6, 0.97, tight.size)
    add(tight, tight - 1, keep)
    add(tight - 1, tight, keep * random.uniform(0.5, 0.9, tight.size))

    takers, suppliers, amounts = map(numpy.concatenate, (takers, suppliers, amounts))
    credit = (random.random(takers.size) < 0.01) & (takers != suppliers)
    amounts = numpy.where(credit, -0.2 * amounts, amounts)
    # What is recorded per a thousand kilograms, or per kilowatt-hour: outputs of all sizes, inputs in their suppliers' units.
    outputs = 10.0 ** random.integers(-2, 4, count)
    amounts = amounts * outputs[takers]
    key = takers * count + suppliers
    order = numpy.argsort(key, kind="stable")
    key, amounts = key[order], amounts[order]
    first = numpy.concatenate(([True], key[1:] != key[:-1]))
    amounts = numpy.add.reduceat(amounts, numpy.flatnonzero(first))
    key = key[first]
    starts = numpy.searchsorted(key, numpy.arange(count + 1) * count)
    return outputs, starts, key % count, amounts


def interventions(count, flows, outputs, random):
    """Flows of each process, once each."""
    sizes = numpy.minimum(random.integers(5, 2 * FLOWS_OF_PROCESS - 5, count), flows)
    process = numpy.repeat(numpy.arange(count), sizes)
    flow = (random.pareto(0.7, process.size) * 4).astype(numpy.int64) % flows
    key = numpy.unique(process * flows + flow)
    process, flow = key // flows, key % flows
    amounts = random.lognormal(-5.0, 2.5, key.size) * outputs[process]
    return numpy.searchsorted(process, numpy.arange(count + 1)), flow, amounts


def factors(indicators, flows, random):
    """Characterisation: each indicator knows one flow in ten."""
    known = random.random((indicators, flows)) < 0.1
    return numpy.where(known, random.lognormal(0.0, 2.0, (indicators, flows)), 0.0)


def tables(folder, outputs, starts, suppliers, amounts, causes, spread):
    """The same as a dataset; interventions of processes by indicator."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.toml").write_text(
        'kind = "supply"\ntitle = "A made-up system of processes"\nproducer = "tests/bench/chain_data.py"\n'
        'citation = "made up"\nversion = "1"\ngeography = "world"\n'
        'licence = { name = "CC0-1.0", redistribute = true }\n\n[supply]\nabsent_interventions = "zero"\n\n'
        '[defaults]\nfactors = "bench"\ncurrency = "EUR"\nyear = 2024\n'
    )
    names = [f"p{at:06}" for at in range(outputs.size)]
    kinds = [f"indicator-{k:02}" for k in range(causes.shape[1])]
    with open(folder / "products.csv", "w", encoding="utf-8") as out:
        out.write("id,name,unit\n")
        out.writelines(f"{name},{name},kg\n" for name in names)
    with open(folder / "processes.csv", "w", encoding="utf-8") as out:
        out.write("id,product,amount,unit,region\n")
        out.writelines(f"m{name[1:]},{name},{float(out_)!r},kg,NL\n" for name, out_ in zip(names, outputs))
    columns, cells = (",distribution,scale", ",lognormal,{}") if spread else ("", "")
    with open(folder / "inputs.csv", "w", encoding="utf-8") as out:
        out.write(f"process,product,amount,unit{columns}\n")
        for at, name in enumerate(names):
            for entry in range(starts[at], starts[at + 1]):
                out.write(f"m{name[1:]},{names[suppliers[entry]]},{float(amounts[entry])!r},kg{cells.format(0.05)}\n")
    with open(folder / "indicators.csv", "w", encoding="utf-8") as out:
        out.write("id,name,dimension,unit\n")
        out.writelines(f"{kind},{kind},environmental,kg\n" for kind in kinds)
    with open(folder / "interventions.csv", "w", encoding="utf-8") as out:
        out.write(f"process,indicator,amount,unit{columns}\n")
        for name, row in zip(names, causes):
            out.writelines(f"m{name[1:]},{kind},{float(v)!r},kg{cells.format(0.2)}\n" for kind, v in zip(kinds, row) if v)
    shelf(folder.parent / "shelf" / "factors" / "bench", kinds)


def shelf(folder, kinds):
    """A factor set that prices all indicators."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.toml").write_text(
        'kind = "factors"\ntitle = "Factors of a made-up system"\nproducer = "tests/bench/chain_data.py"\n'
        'citation = "made up"\nversion = "1"\ngeography = "world"\n'
        'licence = { name = "CC0-1.0", redistribute = true }\n\n[factors]\ncurrency = "EUR"\nprice_year = 2024\n'
        'index = "hicp-euro-area"\nvalid_in = ["001"]\nvat = "none"\nvariants = ["standard"]\n'
    )
    with open(folder / "factors.csv", "w", encoding="utf-8") as out:
        out.write("indicator,lower,central,upper,unit,transfer,source,verification\n")
        out.writelines(f"{kind},0.01,0.02,0.05,kg,global,made up,unverified\n" for kind in kinds)


def main():
    """Writes the system."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--processes", type=int, default=20_000)
    parser.add_argument("--flows", type=int, default=2_000)
    parser.add_argument("--indicators", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--far", type=float, default=0.4, help="share of processes that take from any other")
    parser.add_argument("--back", type=float, default=200.0, help="how far back its own suppliers lie, on average")
    parser.add_argument("--tables", action="store_true")
    parser.add_argument("--spread", action="store_true")
    given = parser.parse_args()
    random = numpy.random.Generator(numpy.random.PCG64(given.seed))
    outputs, starts, suppliers, amounts = technosphere(given.processes, random, given.far, given.back)
    flow_starts, flows, flow_amounts = interventions(given.processes, given.flows, outputs, random)
    known = factors(given.indicators, given.flows, random)
    given.folder.mkdir(parents=True, exist_ok=True)

    def write(name, values, kind):
        values.astype(kind).tofile(given.folder / name)

    write("size.u64", numpy.array([given.processes, given.flows, given.indicators]), "<u8")
    write("outputs.f64", outputs, "<f8")
    write("starts.u64", starts, "<u8")
    write("suppliers.u32", suppliers, "<u4")
    write("amounts.f64", amounts, "<f8")
    write("flow_starts.u64", flow_starts, "<u8")
    write("flows.u32", flows, "<u4")
    write("flow_amounts.f64", flow_amounts, "<f8")
    write("factors.f64", known, "<f8")
    if given.tables:
        process = numpy.repeat(numpy.arange(given.processes), numpy.diff(flow_starts))
        causes = numpy.zeros((given.processes, given.indicators))
        for k in range(given.indicators):
            causes[:, k] = numpy.bincount(process, flow_amounts * known[k, flows], given.processes)
        tables(given.folder / "dataset", outputs, starts, suppliers, amounts, causes, given.spread)
    print(f"{given.processes} processes, {amounts.size} inputs, {flow_amounts.size} interventions, seed {given.seed}")


if __name__ == "__main__":
    main()
