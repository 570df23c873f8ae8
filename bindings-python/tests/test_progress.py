"""Long work: other threads go on, it says how far it is, and it can be stopped."""

import _thread
import io
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest
from conftest import Tables
from tqdm import tqdm

import truecost as tc
from truecost._progress import _Line

CHOICES: dict[str, Any] = {"factors": "ce-delft-2024", "currency": "EUR", "year": 2024}


@pytest.fixture(scope="module")
def dataset(orchard: Tables) -> tc.Dataset:
    return tc.Dataset.from_tables(**orchard)


class Counter(threading.Thread):
    """Counts as long as it may run."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.count = 0
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.is_set():
            self.count += 1
            time.sleep(0.001)


@pytest.fixture
def counter() -> Iterator[Counter]:
    thread = Counter()
    thread.start()
    yield thread
    thread.ended.set()
    thread.join()


def test_other_threads_go_on(dataset: tc.Dataset, orchard: Tables, counter: Counter) -> None:
    for work in (lambda: tc.price(dataset, **CHOICES), lambda: tc.Dataset.from_tables(**orchard)):
        before, begun = counter.count, time.monotonic()
        work()
        seconds = time.monotonic() - begun
        # One count takes a little more than 1 ms; with the lock held there would be none at all.
        assert counter.count - before > 100 * seconds


def test_stages_are_told_in_order_and_to_the_end(dataset: tc.Dataset, orchard: Tables) -> None:
    told: list[tuple[str, int, int]] = []
    tc.price(dataset, **CHOICES, progress=lambda *at: told.append(at))
    stages = list(dict.fromkeys(stage for stage, _, _ in told))
    assert stages == ["solving", "pricing"]
    assert told[-1] == ("pricing", 40_000, 40_000)
    for stage in stages:
        steps = [done for name, done, _ in told if name == stage]
        assert steps == sorted(steps)
    told.clear()
    tc.Dataset.from_tables(**orchard, progress=lambda *at: told.append(at))
    assert {stage for stage, _, _ in told} == {"reading"}
    tc.read_dataset("datasets/supply/coffee", progress=lambda *at: None)


def interrupt_after(seconds: float) -> threading.Timer:
    timer = threading.Timer(seconds, _thread.interrupt_main)
    timer.start()
    return timer


@pytest.mark.parametrize("what", ["price", "from_tables"])
def test_ctrl_c_stops_it(dataset: tc.Dataset, orchard: Tables, what: str) -> None:
    begun = time.monotonic()
    timer = interrupt_after(0.15)
    with pytest.raises(KeyboardInterrupt):
        while time.monotonic() - begun < 10:
            tc.price(dataset, **CHOICES) if what == "price" else tc.Dataset.from_tables(**orchard)
    timer.join()
    assert time.monotonic() - begun < 2


def test_ctrl_c_stops_a_stream(bakery: Tables) -> None:
    batch = bakery["products"].to_batches()[0]

    def endless() -> Iterator[pa.RecordBatch]:
        while True:
            time.sleep(0.01)
            yield batch

    timer = interrupt_after(0.15)
    products = pa.RecordBatchReader.from_batches(batch.schema, endless())
    with pytest.raises(KeyboardInterrupt):
        tc.Dataset.from_tables(**{**bakery, "products": products})
    timer.join()


def test_an_error_of_the_callback_is_raised(dataset: tc.Dataset) -> None:
    def tell(stage: str, done: int, total: int) -> None:
        raise LookupError(stage)

    with pytest.raises(LookupError, match="solving"):
        tc.price(dataset, **CHOICES, progress=tell)


def test_a_callback_may_price(dataset: tc.Dataset) -> None:
    names = []

    def tell(stage: str, done: int, total: int) -> None:
        names.append(tc.price("datasets/supply/coffee", products="filter-coffee").year)

    tc.price(dataset, **CHOICES, progress=tell)
    assert set(names) == {2024}


def test_a_bar_of_tqdm(dataset: tc.Dataset) -> None:
    with tqdm(file=io.StringIO()) as bar:
        tc.price(dataset, **CHOICES, progress=bar)
        assert bar.n == bar.total == 40_004


def test_true_shows_a_bar(
    dataset: tc.Dataset, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tc.price(dataset, **CHOICES, progress=True)
    assert "pricing" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "tqdm", None)
    monkeypatch.setattr(_Line, "_PATIENCE_S", 0)
    tc.price(dataset, **CHOICES, progress=True)
    shown = capsys.readouterr().err
    assert "pricing [##" in shown
    assert shown.endswith("\r")


@pytest.mark.parametrize("progress", [7, "bar", tqdm])
def test_what_is_no_bar(progress: Any) -> None:
    with pytest.raises(TypeError, match="progress: expected True, a callable"):
        tc.price("datasets/supply/coffee", progress=progress)
