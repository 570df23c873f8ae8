"""What summaries of lines are by, and of."""

from collections.abc import Iterable, Sequence

__all__ = ["MONEY", "is_money", "named", "problem"]

#: Columns of priced lines that are added up, beside those of indicators.
MONEY = (
    "market_price",
    "external_cost",
    "internalised",
    "overpaid",
    "benefits",
    "gap",
    "true_price",
    "external_cost_lower",
    "external_cost_upper",
    "gap_lower",
    "gap_upper",
    "true_price_lower",
    "true_price_upper",
)
#: What a book knows of products.
OF_PRODUCT = ("name", "category")


def is_money(column: str) -> bool:
    """Is it a column of priced lines that is added up?"""
    return column in MONEY or column.startswith("external_cost.")


def named(by: str | Iterable[str]) -> list[str]:
    """Names of key columns."""
    return [by] if isinstance(by, str) else list(by)


def problem(keys: Sequence[str], columns: Sequence[str], product: str) -> str | None:
    """What is wrong with the keys of a summary of lines with these columns."""
    if "rejected" not in columns or "market_price" not in columns:
        return "these lines are not priced: price_lines comes before summarise"
    if len(set(keys)) < len(keys):
        return f"by: a column is named twice: {', '.join(keys)}"
    for key in keys:
        if key in columns:
            continue
        if key not in OF_PRODUCT:
            return f"by: there is no column {key!r}; there are {', '.join(columns)}"
        if product not in columns:
            return f"by: {key!r} is of the product, and there is no column {product!r}: say product=NAME"
    return None
