"""How well a command fits what was typed."""

IN_ONE_PIECE = 100.0
AT_A_WORD = 40.0  # on top, where a word begins with it
SCATTERED = 40.0
BEHIND = 0.2  # taken off for each character that stands in front
APART = 2.0  # taken off for each character between two letters that fit


def match(query: str, text: str) -> float | None:
    """Return how well `text` fits, higher is better; None where it does not.

    Each word of the query must be in the text, in one piece or letter by letter in its order.
    """
    text = text.casefold()
    scores = [_match_word(word, text) for word in query.casefold().split()]
    found = [score for score in scores if score is not None]
    return sum(found) if len(found) == len(scores) else None


def _match_word(word: str, text: str) -> float | None:
    starts = [at for at in range(len(text)) if text.startswith(word, at)]
    if starts:
        return max(IN_ONE_PIECE + _bonus(text, at) - BEHIND * at for at in starts)
    runs = [score for at in range(len(text)) if (score := _scattered(word, text, at)) is not None]
    return max(runs, default=None)


def _scattered(word: str, text: str, start: int) -> float | None:
    """Return how well the letters of `word` fit one by one, the first of them at `start`."""
    if text[start] != word[0]:
        return None
    place, between = start, 0
    for letter in word[1:]:
        found = text.find(letter, place + 1)
        if found < 0:
            return None
        between += 0 if _bonus(text, found) else found - place - 1  # initials are as good as neighbours
        place = found
    return SCATTERED + _bonus(text, start) / 2 - APART * between - BEHIND * start


def _bonus(text: str, at: int) -> float:
    return AT_A_WORD if at == 0 or not text[at - 1].isalnum() else 0.0
