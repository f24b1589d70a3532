import time
from collections.abc import Generator

import pytest

from app.engines.meter import Meter, Usage
from app.engines.protocols import FinishReason, Prefilled, Token


def steps(count: int, seconds: float) -> Generator[Prefilled | Token, None, FinishReason]:
    time.sleep(0.02)
    yield Prefilled(1, 1)
    for _ in range(count):
        time.sleep(seconds)
        yield Token("a", -1.0)
    return "stop"


def test_everything_passes_through() -> None:
    meter, end = Meter(), []

    def through() -> Generator[Prefilled | Token, None, None]:
        end.append((yield from meter.measure(steps(3, 0))))

    assert [type(step) for step in through()] == [Prefilled, Token, Token, Token]
    assert end == ["stop"]


def test_what_a_stream_cost() -> None:
    meter = Meter()
    list(meter.measure(steps(11, 0.005)))
    usage = meter.usage()
    assert usage.tokens == 11
    assert usage.first_token_seconds >= 0.025
    assert 0 < usage.tokens_per_second <= 200


@pytest.mark.parametrize("count", [0, 1])
def test_a_stream_too_short_for_a_speed_has_none(count: int) -> None:
    meter = Meter()
    list(meter.measure(steps(count, 0)))
    assert meter.usage().tokens == count
    assert meter.usage().tokens_per_second == 0


def test_nothing_measured_yet() -> None:
    assert Meter().usage() == Usage(0, 0.0, 0.0)


def test_closing_it_closes_what_it_measures() -> None:
    inner = steps(5, 0)
    outer = Meter().measure(inner)
    next(outer)
    outer.close()
    assert next(inner, None) is None
