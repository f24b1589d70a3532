from hypothesis import given
from hypothesis import strategies as st

from app.engines.context_window import window_start

STOP = 0  # the token that ends a sentence


def ends(token: int) -> bool:
    return token == STOP


def start(ids: list[int], room: int) -> int:
    return window_start(ids, room, ends)


def test_what_has_room_is_read_whole() -> None:
    assert start([1] * 100, 100) == 0


def test_it_moves_by_quarters_of_the_room() -> None:
    places = [start([1] * length, 100) for length in range(90, 260)]
    assert set(places) == {0, 25, 50, 75, 100, 125, 150, 175}
    assert places == sorted(places)


def test_it_begins_with_a_sentence_where_one_is_near() -> None:
    ids = [1] * 110
    ids[30] = STOP
    assert start(ids, 100) == 31
    ids[24] = STOP
    assert start(ids, 100) == 25
    far = [1] * 110
    far[50] = STOP
    assert start(far, 100) == 25


def test_while_a_text_grows_the_window_mostly_stands() -> None:
    text = [STOP if place % 17 == 0 else 1 for place in range(1, 2000)]
    places = [start(text[:length], 400) for length in range(1, 2000)]
    assert len(set(places)) == 17  # the whole 1,599 tokens further, a quarter of the room at a time


@given(ids=st.lists(st.integers(0, 3), max_size=80), room=st.integers(1, 30))
def test_it_leaves_a_token_and_never_more_than_there_is_room_for(ids: list[int], room: int) -> None:
    left = ids[start(ids, room) :]
    assert len(left) <= room
    assert bool(left) is bool(ids)
    if len(ids) > room >= 4:
        assert len(left) >= min(len(ids), room // 2 - 2)
