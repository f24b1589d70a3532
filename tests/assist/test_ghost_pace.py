from app.assist.ghost_pace import LONGEST_MS, PATIENCE, GhostPace


def dismissed(pace: GhostPace, times: int) -> GhostPace:
    for _ in range(times):
        pace.dismissed()
    return pace


def test_it_doubles_after_some_dismissals_in_a_row() -> None:
    pace = GhostPace()
    assert dismissed(pace, PATIENCE - 1).pause(500) == 500
    assert dismissed(pace, 1).pause(500) == 1000
    assert dismissed(pace, PATIENCE).pause(500) == 2000


def test_it_grows_no_longer_than_the_longest() -> None:
    pace = dismissed(GhostPace(), 1000)
    assert pace.pause(500) == LONGEST_MS
    assert pace.pause(10_000) == 10_000


def test_it_recovers_as_soon_as_something_is_taken() -> None:
    pace = dismissed(GhostPace(), 3 * PATIENCE)
    pace.accepted()
    assert dismissed(pace, PATIENCE - 1).pause(500) == 500
