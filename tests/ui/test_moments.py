from datetime import UTC, datetime, timedelta

import pytest

from ui.dialogs.moments import day, day_and_time, time

NOON = datetime(2026, 11, 22, 12).astimezone()


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(0), "Today"),
        (timedelta(hours=11), "Today"),
        (timedelta(hours=13), "Yesterday"),
        (timedelta(days=2), "20 November"),
        (timedelta(days=400), "18 October 2025"),
    ],
)
def test_days(ago: timedelta, words: str) -> None:
    assert day(NOON - ago, NOON) == words
    assert day((NOON - ago).astimezone(UTC), NOON.astimezone(UTC)) == words


def test_the_time_is_that_of_this_place() -> None:
    assert time(datetime(2026, 11, 22, 14, 5).astimezone(UTC)) in ("14:05", "2:05 PM")
    assert day_and_time(NOON, NOON).startswith("Today 12:00")
