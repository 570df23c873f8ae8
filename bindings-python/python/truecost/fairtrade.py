"""What co-ops ask: what to pay, whether it is enough, who gets what, and where the co-op drifts to."""

from truecost._native import (
    benchmarks,
    drift,
    living_income,
    reference_price,
    surplus_rules,
    value_equation,
)

__all__ = [
    "benchmarks",
    "drift",
    "living_income",
    "reference_price",
    "surplus_rules",
    "value_equation",
]
