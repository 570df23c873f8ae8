"""What co-ops ask: what to pay, whether it is enough to live on, who gets what, and where the co-op drifts to.

>>> import truecost as tc
>>> report = tc.fairtrade.prices(product="coffee", date="2024-05-01")
>>> report.name, report.failed
('prices', False)

Each function gives a `truecost.CoopReport`: `report.table` is the answer, `report["name"]` another table of it,
`report.notes` what a reader must know, and `report.failed` says that figures are missing or a rule is broken.
"""

from truecost._native import benchmarks, drift, living_income, reference_price, surplus_rules, value_equation
from truecost._native import fairtrade_mass_balance as mass_balance
from truecost._native import fairtrade_pay as pay
from truecost._native import fairtrade_prices as prices

__all__ = [
    "benchmarks",
    "drift",
    "living_income",
    "mass_balance",
    "pay",
    "prices",
    "reference_price",
    "surplus_rules",
    "value_equation",
]
