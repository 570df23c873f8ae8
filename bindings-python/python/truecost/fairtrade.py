"""Fair trade and co-operatives: what is paid, whether it is enough, and who gets what."""

from truecost._native import benchmarks, living_income, reference_price

__all__ = [
    "benchmarks",
    "living_income",
    "reference_price",
]
