"""The window of what was said, while it slides."""

import random

import pytest

from app.engines.token_history import HISTORY, TokenHistory


def repeating(ids: list[int], size: int) -> list[int]:
    """Return what the window bans, by looking at all of it."""
    window = ids[-HISTORY:]
    if not size or len(window) < size:
        return []
    end = window[len(window) - size + 1 :]
    places = range(len(window) - size + 1)
    return [window[i + size - 1] for i in places if window[i : i + size - 1] == end]


@pytest.mark.parametrize("size", [0, 1, 2, 3, 5])
@pytest.mark.parametrize("length", [0, 1, 4, HISTORY - 1, HISTORY, HISTORY + 1, 3 * HISTORY])
def test_it_is_what_the_whole_window_says(size: int, length: int) -> None:
    chance = random.Random(size * 10_000 + length)
    ids = [chance.randrange(4) for _ in range(length)]
    history = TokenHistory(ids, size)
    for _ in range(HISTORY // 2):
        assert sorted(history.window.tolist()) == sorted(ids[-HISTORY:])
        assert sorted(history.repeating()) == sorted(repeating(ids, size))
        ids.append(chance.randrange(4))
        history.append(ids[-1])


def test_what_has_left_the_window_is_forgotten() -> None:
    history = TokenHistory([7, 8], 2)
    for token in range(100, 100 + HISTORY - 3):
        history.append(token)
    history.append(7)
    assert history.repeating() == [8]
    history.append(1)
    history.append(7)
    assert history.repeating() == [1]


def test_what_it_is_given_stays_as_it_was() -> None:
    ids = [1, 2, 3]
    TokenHistory(ids, 2).append(4)
    assert ids == [1, 2, 3]
