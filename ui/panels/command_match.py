"""How well a command fits what was typed."""

IN_ONE_PIECE = 100.0
AT_A_WORD = 40.0  # on top, where a word begins with it
BY_BEGINNINGS = 60.0
BEHIND = 0.2  # taken off for each character that stands in front


def match(query: str, text: str) -> float | None:
    """Return how well `text` fits, higher is better; None where it does not.

    Each word of the query must be in the text in one piece, or be made up of the beginnings of some of its
    words: “fs” and “fusc” fit “Full Screen”. Letters that stand somewhere in it, one here, one there, would
    fit nearly everything.
    """
    text = text.casefold()
    scores = [_match_word(word, text) for word in query.casefold().split()]
    found = [score for score in scores if score is not None]
    return sum(found) if len(found) == len(scores) else None


def _match_word(word: str, text: str) -> float | None:
    places = [at for at in range(len(text)) if text.startswith(word, at)]
    if places:
        return max(IN_ONE_PIECE + AT_A_WORD * _begins_word(text, at) - BEHIND * at for at in places)
    beginnings = [at for at in range(len(text)) if _begins_word(text, at)]
    first = next((at for at in beginnings if _fits_from(at, word, text, beginnings)), None)
    return None if first is None else BY_BEGINNINGS - BEHIND * first


def _fits_from(start: int, word: str, text: str, beginnings: list[int]) -> bool:
    """Tell whether `word` is made up of beginnings of words, the first of them at `start`."""
    places = {start} if text[start] == word[0] else set()  # where its letters so far may end
    for letter in word[1:]:
        nearest = min(places, default=len(text))
        follow = {place + 1 for place in places} | {place for place in beginnings if place > nearest}
        places = {place for place in follow if text[place : place + 1] == letter}
    return bool(places)


def _begins_word(text: str, at: int) -> bool:
    return text[at].isalnum() and (at == 0 or not text[at - 1].isalnum())
