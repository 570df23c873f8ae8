"""Reads an openLCA archive of version 1 into matrices, and lets bw2calc solve them. Shares no code with truecost.

Rules: an input is taken from the only maker of its flow, of several from one in the same place, else from the first file.
What no process makes as its reference product is cut off. Amounts are those that the files state, in the reference unit of
their flow. An elementary flow of a category of resources, or one that is only ever taken in, counts above 0 where it is
taken in; any other where it is put out.
"""

import csv
import json
import sys
import zipfile
from collections import defaultdict

import bw2calc
import bw_processing
import numpy

#: Where the ids of flows begin: those of processes are below.
FLOWS = 1_000_000


class Archive:
    """Processes, and their exchanges as numbers."""

    def __init__(self, path):
        read = defaultdict(dict)
        with zipfile.ZipFile(path) as archive:
            for name in sorted(archive.namelist()):
                kind = name.split("/")[-2] if "/" in name else ""
                thing = json.loads(archive.read(name)) if name.endswith(".json") else {}
                if "@id" in thing:
                    read[kind][thing["@id"]] = thing
        self.flows, self.processes = read["flows"], list(read["processes"].values())
        self.units = {unit["@id"]: unit["conversionFactor"] for group in read["unit_groups"].values() for unit in group["units"]}
        self.categories = read["categories"]
        self.makers = defaultdict(list)
        for at, process in enumerate(self.processes):
            reference = next(e for e in process["exchanges"] if e.get("quantitativeReference"))
            self.makers[reference["flow"]["@id"]].append(at)
        directions = defaultdict(set)
        for process in self.processes:
            for exchange in process["exchanges"]:
                directions[exchange["flow"]["@id"]].add(exchange["input"])
        self.resources = {
            key
            for key, flow in self.flows.items()
            if "resource" in self.path(flow.get("category")).lower() or directions[key] == {True}
        }

    def path(self, category):
        parts = []
        while category:
            category = self.categories.get(category["@id"], category)
            parts.append(category["name"])
            category = category.get("category")
        return "/".join(parts)

    def amount(self, exchange):
        properties = self.flows[exchange["flow"]["@id"]]["flowProperties"]
        factor = {p["flowProperty"]["@id"]: p["conversionFactor"] for p in properties}
        base = next(p["conversionFactor"] for p in properties if p.get("referenceFlowProperty"))
        size = self.units[exchange["unit"]["@id"]]
        return exchange["amount"] * size * base / factor[exchange["flowProperty"]["@id"]]

    def maker(self, process, flow):
        makers = self.makers.get(flow, [])
        place = self.processes[process]["location"]["@id"]
        same = [at for at in makers if self.processes[at]["location"]["@id"] == place]
        return (same or makers or [None])[0]

    def matrices(self):
        """Sums of the technosphere (row, column) and of interventions (flow, column)."""
        technosphere, biosphere = defaultdict(float), defaultdict(float)
        for column, process in enumerate(self.processes):
            own = next(e["flow"]["@id"] for e in process["exchanges"] if e.get("quantitativeReference"))
            for exchange in process["exchanges"]:
                flow, amount = exchange["flow"]["@id"], self.amount(exchange)
                kind = self.flows[flow]["flowType"]
                if kind == "ELEMENTARY_FLOW":
                    sign = 1 if exchange["input"] == (flow in self.resources) else -1
                    biosphere[flow, column] += sign * amount
                elif kind == "PRODUCT_FLOW" and not exchange["input"] and flow == own:
                    technosphere[column, column] += amount
                elif kind == "PRODUCT_FLOW" and exchange["input"]:
                    maker = self.maker(column, flow)
                    if maker is not None:
                        technosphere[maker, column] -= amount
        return technosphere, biosphere


def vector(matrix, indices, data):
    array = numpy.array(indices, dtype=bw_processing.INDICES_DTYPE)
    return {"matrix": matrix, "indices_array": array, "data_array": numpy.array(data, dtype=float)}


def scores(path, methods):
    """Scores by method of each process, by its id: `methods` are factors by flow id."""
    archive = Archive(path)
    technosphere, biosphere = archive.matrices()
    number = {flow: FLOWS + at for at, flow in enumerate(sorted({flow for flow, _ in biosphere}))}
    package = bw_processing.create_datapackage()
    package.add_persistent_vector(**vector("technosphere_matrix", list(technosphere), list(technosphere.values())))
    places = [(number[flow], column) for flow, column in biosphere]
    package.add_persistent_vector(**vector("biosphere_matrix", places, list(biosphere.values())))
    found = {}
    for method, factors in methods.items():
        known = {number[flow]: factor for flow, factor in factors.items() if flow in number}
        weights = bw_processing.create_datapackage()
        pairs = [(flow, 0) for flow in known]
        weights.add_persistent_vector(**vector("characterization_matrix", pairs, list(known.values())))
        lca = bw2calc.LCA(demand={0: 1.0}, data_objs=[package, weights])
        lca.lci()
        lca.lcia()
        for at, process in enumerate(archive.processes):
            lca.redo_lcia({at: 1.0})
            found[method, process["@id"]] = lca.score
    return found


def main(path, factors):
    """Prints scores: `factors` is a CSV with the columns `flow`, `indicator` and `factor`."""
    methods = defaultdict(dict)
    with open(factors, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            methods[row["indicator"]][row["flow"]] = float(row["factor"])
    writer = csv.writer(sys.stdout, lineterminator="\n")
    for (method, process), score in scores(path, methods).items():
        writer.writerow([process, method, repr(float(score))])


if __name__ == "__main__":
    main(*sys.argv[1:])
