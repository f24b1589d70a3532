from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.document.thinning import fitting, kept

ZONES = [UTC, ZoneInfo("Pacific/Kiritimati"), ZoneInfo("America/Los_Angeles"), ZoneInfo("Asia/Kathmandu")]
NOW = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)

nows = st.builds(lambda zone, hours: (NOW + timedelta(hours=hours)).astimezone(zone),
                 st.sampled_from(ZONES), st.integers(0, 2000))  # fmt: skip
ages = st.one_of(st.integers(0, 100_000), st.integers(0, 5_000_000), st.integers(0, 100_000_000))


def before(now: datetime, seconds: list[int]) -> list[datetime]:
    return [now.astimezone(UTC) - timedelta(seconds=age) for age in seconds]


def days_ago(time: datetime, now: datetime) -> int:
    return (now.date() - time.astimezone(now.tzinfo).date()).days


@given(nows, st.lists(ages, max_size=60))
def test_each_version_stays_or_a_later_one_speaks_for_it(now: datetime, seconds: list[int]) -> None:
    times = before(now, seconds)
    stay = kept(times, now)
    assert stay <= set(times)
    for time in set(times):
        age = days_ago(time, now)
        if age == 0:
            assert time in stay
        elif time not in stay:
            day, month = time.astimezone(now.tzinfo).date(), time.astimezone(now.tzinfo).strftime("%Y-%m")
            later = [other.astimezone(now.tzinfo) for other in stay if other > time]
            if age <= 30:
                assert any(other.date() == day for other in later)
            else:
                assert any(f"{other:%Y-%m}" == month and days_ago(other, now) > 30 for other in later)


@given(nows, st.lists(ages, max_size=60))
def test_no_more_stay_than_days_and_months(now: datetime, seconds: list[int]) -> None:
    stay = kept(before(now, seconds), now)
    old = [time.astimezone(now.tzinfo) for time in stay if days_ago(time, now) > 0]
    days = Counter(time.date() for time in old if days_ago(time, now) <= 30)
    months = Counter(f"{time:%Y-%m}" for time in old if days_ago(time, now) > 30)
    assert all(count == 1 for count in (days + months).values())


@given(nows, st.lists(ages, max_size=60), st.integers(0, 100 * 24))
def test_thinning_every_day_leaves_what_thinning_once_does(now: datetime, seconds, hours: int) -> None:
    times = before(now, seconds)
    later = now + timedelta(hours=hours)
    assert kept(kept(times, now), later) == kept(times, later)


@given(nows, st.lists(st.integers(-100_000_000, 100_000_000), min_size=1, max_size=60))
def test_the_newest_stays_whatever_the_clock_says(now: datetime, seconds: list[int]) -> None:
    times = before(now, seconds)
    stay = kept(times, now)
    assert max(times) in stay
    assert {time for time in times if time > now} <= stay


def test_days_begin_at_the_writers_midnight() -> None:
    here = ZoneInfo("America/Los_Angeles")
    now = datetime(2026, 11, 22, 10, tzinfo=here)
    evening = [datetime(2026, 11, 21, hour, tzinfo=here) for hour in (9, 15, 23)]  # the last is today in UTC
    assert kept(evening, now) == {evening[2]}
    assert kept(evening, now.astimezone(UTC)) == {evening[1], evening[2]}


def test_the_thirtieth_day_is_the_last_of_single_days() -> None:
    times = [NOW - timedelta(days=days, hours=hours) for days in (29, 30, 31, 32) for hours in (0, 1)]
    assert kept(times, NOW) == {times[0], times[2], times[4]}


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=20), st.integers(0, 5000))
def test_the_oldest_go_until_the_others_fit(sizes: list[int], most: int) -> None:
    count = fitting(sizes, most)
    assert 1 <= count <= len(sizes)
    assert count == 1 or sum(sizes[:count]) <= most
    assert count == len(sizes) or sum(sizes[: count + 1]) > most
