"""Where to begin reading a prompt that is longer than the model's context."""

from collections.abc import Callable, Sequence

PROMPT_SHARE = 3 / 4  # of the context, at most; the rest is left to what is written


def prompt_room(context_length: int) -> int:
    """Return how many tokens of a prompt are read, at most, by a model of that context length (tokens)."""
    return max(int(context_length * PROMPT_SHARE), 1)


def window_start(ids: Sequence[int], room: int, ends_sentence: Callable[[int], bool]) -> int:
    """Return the place in `ids` from which at most `room` tokens are read.

    It moves by quarters of the room and to the beginning of a sentence where one is near: a window that moved
    with every token would have to be read anew with every token.

    Args:
        ids: the prompt.
        room: tokens, at least 1.
        ends_sentence: tells whether a sentence or a paragraph ends with a token.
    """
    excess = len(ids) - room
    if excess <= 0:
        return 0
    step = max(room // 4, 1)
    start = min(-(-excess // step) * step, len(ids) - 1)
    nearby = range(start, min(start + step, len(ids) - 1))
    return next((place for place in nearby if ends_sentence(ids[place - 1])), start)
