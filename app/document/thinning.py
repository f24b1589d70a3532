"""Which versions of a document are worth their room: the nearer the time, the more of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

EVERY_DAY_FOR = timedelta(days=30)


def kept(times: Iterable[datetime], now: datetime) -> set[datetime]:
    """Return those of the times whose versions are kept.

    All of today, the last of each day of the 30 before, and the last of each month before those. Days begin
    at midnight in the time zone of `now`. A time that has not come yet, because a clock went wrong, counts as
    today.
    """
    today = now.date()
    first_day = today - EVERY_DAY_FOR
    last: dict[object, datetime] = {}  # of each day, of each month; the newest of all is the last of its own
    for time in sorted(times):
        day = time.astimezone(now.tzinfo).date()
        if day >= today:
            last[time] = time
        elif day >= first_day:
            last[day] = time
        else:
            last[day.year, day.month] = time
    return set(last.values())


def fitting(sizes: Sequence[int], most_bytes: int) -> int:
    """Return how many versions may stay, of sizes from the newest to the oldest; the newest always may."""
    room = most_bytes
    for number, size in enumerate(sizes):
        room -= size
        if room < 0:
            return max(number, 1)
    return len(sizes)
