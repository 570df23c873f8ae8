"""Types of arguments that come from other packages."""

from decimal import Decimal
from typing import Any, Protocol, TypeAlias, runtime_checkable

__all__ = ["ArrowArray", "ArrowStream", "ArrowTable", "Figure", "Matrix"]


@runtime_checkable
class ArrowStream(Protocol):
    """A table that gives its rows as an Arrow C stream."""

    def __arrow_c_stream__(self, requested_schema: object | None = None, /) -> object: ...


@runtime_checkable
class ArrowArray(Protocol):
    """A record batch that gives itself as an Arrow C array."""

    def __arrow_c_array__(self, requested_schema: object | None = None, /) -> tuple[object, object]: ...


ArrowTable: TypeAlias = ArrowStream | ArrowArray
Figure: TypeAlias = int | float | Decimal | str
#: A matrix of doubles: an array of numpy or another object with the buffer protocol, a frame of pandas, a table of Arrow.
Matrix: TypeAlias = Any
