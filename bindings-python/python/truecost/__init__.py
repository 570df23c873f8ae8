"""True-cost pricing: external costs along whole supply chains, added to prices, exactly.

A shop price leaves things out: the warming of the climate, the exhausted soil, the wage that nobody can live on.
truecost adds them up along the whole supply chain, in money, and puts them beside the price:

    true price = market price + what the price leaves out

>>> import truecost as tc
>>> prices = tc.price("datasets/supply/grocery", products=["banana", "whole-milk"])
>>> for row in prices.table.to_pylist():
...     print(row["name"], round(row["true_price"], 2), row["currency"])
Banana 1.60 EUR
Whole milk 1.41 EUR

`read_dataset` and `Dataset.from_tables` make datasets, `price` prices them, and the answer holds tables for polars,
pandas, DuckDB and others. `truecost.plot` draws them.

Not everything has a price. `read_flows` and `Flows.from_tables` make datasets of who gave what to whom, and `classify`
says of every flow whether it is commons, reciprocity, market or redistribution, and why:

>>> street = tc.classify("datasets/flows/street")
>>> [(row["subregime"], row["confidence"]) for row in street.table.to_pylist() if row["flow"] == "loan"]
[('balanced', 0.7)]

A year of sales has millions of lines. `compile_price_book` works out once what products cost others per unit, and
`price_lines` prices any number of lines with it, as a stream; `truecost.spark` and `truecost.dask` do so on many
machines, to the same last digit.

The guide is docs/guide/python.md.
"""

from truecost import dask, fairtrade, plot, spark
from truecost._native import (
    Accounts,
    Contributions,
    Comparison,
    CoopReport,
    Dataset,
    FactorSet,
    Flows,
    Footprints,
    Multipliers,
    PriceBook,
    PricedLines,
    Regimes,
    Rules,
    Sensitivity,
    Samples,
    Table,
    TruePrices,
    __version__,
    accounts,
    check,
    classify,
    compare,
    compare_factors,
    compile_price_book,
    contributions,
    export_brightway,
    export_flows,
    export_pact,
    factor_set,
    factor_sets,
    footprints,
    import_agribalyse,
    import_brightway,
    import_ecospold,
    import_flows,
    import_openlca,
    import_pact,
    import_pymrio,
    import_useeio,
    indicators,
    init,
    living_wage,
    multipliers,
    price,
    price_lines,
    read_dataset,
    read_flows,
    read_price_book,
    rules,
    sensitivity,
    sample,
    statements,
    surplus,
    template,
)
from truecost._lines import price_batches
from truecost.errors import (
    ChoiceError,
    DataError,
    Diagnostic,
    NotFoundError,
    TrueCostError,
    TrueCostWarning,
    UnreadableError,
    UnwritableError,
)

__all__ = [
    "Accounts",
    "ChoiceError",
    "Contributions",
    "Comparison",
    "CoopReport",
    "DataError",
    "Dataset",
    "Diagnostic",
    "FactorSet",
    "Flows",
    "Footprints",
    "Multipliers",
    "NotFoundError",
    "PriceBook",
    "PricedLines",
    "Regimes",
    "Rules",
    "Sensitivity",
    "Samples",
    "Table",
    "TrueCostError",
    "TrueCostWarning",
    "TruePrices",
    "UnreadableError",
    "UnwritableError",
    "__version__",
    "accounts",
    "check",
    "classify",
    "compare",
    "compare_factors",
    "compile_price_book",
    "contributions",
    "export_brightway",
    "export_flows",
    "export_pact",
    "factor_set",
    "factor_sets",
    "fairtrade",
    "footprints",
    "import_agribalyse",
    "import_brightway",
    "import_ecospold",
    "import_flows",
    "import_openlca",
    "import_pact",
    "import_pymrio",
    "import_useeio",
    "indicators",
    "init",
    "living_wage",
    "multipliers",
    "plot",
    "price",
    "price_batches",
    "price_lines",
    "read_dataset",
    "read_flows",
    "read_price_book",
    "rules",
    "sensitivity",
    "sample",
    "statements",
    "surplus",
    "template",
]
