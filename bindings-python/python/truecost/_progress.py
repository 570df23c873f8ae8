"""Progress of long work, for people who wait for it."""

import sys
import time
from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

__all__ = ["Progress", "Reporter", "TqdmLike", "reporter"]


class TqdmLike(Protocol):
    """A bar with the protocol of tqdm."""

    total: Any

    def update(self, n: Any, /) -> object: ...


#: `True` for a bar, a callable of stage, done and total, or a bar with the protocol of tqdm.
Progress: TypeAlias = bool | Callable[[str, int, int], object] | TqdmLike | None


class Reporter:
    """Hears of stages such as `reading` or `pricing`, each with so many steps done of a total."""

    def __init__(self, tell: Callable[[str, int, int], object]) -> None:
        self._tell = tell

    def __call__(self, stage: str, done: int, total: int) -> None:
        self._tell(stage, done, total)

    def close(self) -> None:
        """The work has ended, well or not."""


class _Tqdm(Reporter):
    """Moves a bar of the caller: stage by stage, over the steps of all stages that have begun."""

    def __init__(self, bar: TqdmLike) -> None:
        super().__init__(self._move)
        self._bar = bar
        self._stage = ""
        # A bar that was used before goes on from where it is.
        self._base = int(getattr(bar, "n", 0) or 0)
        self._before = self._shown = self._total = 0

    def _move(self, stage: str, done: int, total: int) -> None:
        if stage != self._stage:
            self._before, self._stage = self._before + self._total, stage
            describe = getattr(self._bar, "set_description", None)
            if describe is not None:
                describe(stage)
        self._total = total
        self._bar.total = self._base + self._before + total
        at = max(self._before + done, self._shown)
        self._bar.update(at - self._shown)
        self._shown = at


class _OwnTqdm(_Tqdm):
    """A bar of tqdm that ends with the work."""

    def __init__(self) -> None:
        from tqdm import tqdm

        super().__init__(tqdm(total=0, leave=False))

    def close(self) -> None:
        self._bar.close()  # type: ignore[attr-defined]


class _Line(Reporter):
    """One line on standard error; shown only when the work takes a while."""

    _PATIENCE_S = 0.5
    _WIDTH = 30

    def __init__(self) -> None:
        super().__init__(self._draw)
        self._begun = time.monotonic()
        self._drawn = ""

    def _draw(self, stage: str, done: int, total: int) -> None:
        if time.monotonic() - self._begun < self._PATIENCE_S:
            return
        share = min(done / total, 1.0) if total else 0.0
        filled = round(share * self._WIDTH)
        line = f"{stage} [{'#' * filled}{'.' * (self._WIDTH - filled)}] {share:4.0%}"
        if line != self._drawn:
            print(f"\r{line}", end="", file=sys.stderr, flush=True)
            self._drawn = line

    def close(self) -> None:
        if self._drawn:
            print("\r" + " " * len(self._drawn) + "\r", end="", file=sys.stderr, flush=True)


def reporter(progress: Any) -> Reporter | None:
    """What is told of progress, if anybody wants to hear of it."""
    if progress is None or progress is False:
        return None
    if progress is True:
        try:
            return _OwnTqdm()
        except ImportError:
            return _Line()
    is_class = isinstance(progress, type)
    if not is_class and hasattr(progress, "update") and hasattr(progress, "total"):
        return _Tqdm(progress)
    if callable(progress) and not (is_class and hasattr(progress, "update")):
        return Reporter(progress)
    found = f"the class {progress.__name__}" if isinstance(progress, type) else type(progress).__qualname__
    accepted = "True, a callable of (stage, done, total), or a bar with `total` and `update`"
    raise TypeError(f"progress: expected {accepted}, not {found}")
