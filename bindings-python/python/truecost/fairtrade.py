"""Fair trade and co-operatives: what is to be paid, and whether what is sold as certified was bought so.

>>> import truecost as tc
>>> report = tc.fairtrade.prices(product="coffee", date="2024-05-01")
>>> report.name, report.failed
('prices', False)

Each function gives a `truecost.CoopReport`: `report.table` is the answer, `report["name"]` another table of it,
`report.notes` what a reader must know, and `report.failed` says that figures are missing or a rule is broken.
"""

from truecost._native import fairtrade_mass_balance as mass_balance
from truecost._native import fairtrade_pay as pay
from truecost._native import fairtrade_prices as prices

__all__ = ["mass_balance", "pay", "prices"]
