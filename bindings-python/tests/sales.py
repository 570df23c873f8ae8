"""Lines of sales for the tests: good ones and bad ones, from a seed."""

import random
from decimal import Decimal
from typing import Any

import pyarrow as pa

import truecost as tc

#: What is wrong with every so-manieth line: its column, and what stands there.
BAD = {13: ("product", "unobtainium"), 17: ("unit", "L"), 19: ("quantity", None), 29: ("currency", "EURO")}
UNITS = ["kg", "g", "kg", "t"]
CURRENCIES = ["EUR", "USD", "CHF"]
#: Money columns that priced lines have of the book of groceries, at least.
MONEY = ["market_price", "external_cost", "gap", "true_price"]


def products(book: tc.PriceBook) -> list[str]:
    return [row["id"] for row in book.products.to_pylist() if row["unit"] == "kg"]


def sales(book: tc.PriceBook, count: int, seed: int = 1) -> pa.Table:
    """Lines with a number, of which about a sixth cannot be priced."""
    draw, ids = random.Random(seed), products(book)
    lines: dict[str, list[Any]] = {name: [] for name in SCHEMA.names}
    for row in range(count):
        line: dict[str, Any] = {
            "row": row,
            "product": draw.choice(ids),
            "quantity": draw.choice([0.1, 1.5, 3.0, -2.0, 0.333, 12345.678]),
            "unit": draw.choice(UNITS),
            "price": None if draw.random() < 0.1 else Decimal(draw.randrange(1, 99_999)).scaleb(-2),
            "currency": draw.choice(CURRENCIES),
            "year": draw.choice([2022, 2023, 2024]),
            "shop": draw.choice(["Utrecht", "Zürich", None, "a,b"]),
        }
        if row % 31 == 30:
            line["product"] = f" {line['product']}\t"  # spaces around it do not count
        for every, (column, value) in BAD.items():
            if row % every == every - 1:
                line[column] = value
        for name, cells in lines.items():
            cells.append(line[name])
    return pa.table(lines, schema=SCHEMA)


SCHEMA = pa.schema(
    [
        ("row", pa.int64()),
        ("product", pa.string()),
        ("quantity", pa.float64()),
        ("unit", pa.string()),
        ("price", pa.decimal128(10, 2)),
        ("currency", pa.string()),
        ("year", pa.int32()),
        ("shop", pa.string()),
    ]
)


def taken(lines: tc.PricedLines) -> pa.Table:
    """All lines of a stream."""
    return pa.RecordBatchReader.from_stream(lines).read_all()


def by_row(table: pa.Table) -> list[dict[str, Any]]:
    """Lines in order of their number; plain values."""
    return sorted(table.to_pylist(), key=lambda line: line["row"])


def plain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows with decimals as text, so that 1.50 and 1.500000 differ."""
    return [{key: str(value) if isinstance(value, Decimal) else value for key, value in row.items()} for row in rows]
