"""Words for a gap between two others."""

from collections.abc import Iterator

from app.engines.english import ARTICLES, article_for
from app.engines.masked_model import MaskedModel
from app.engines.protocols import Suggestion

REACH = 800  # characters on either side; more than the model's window holds


def fill_gap(masked: MaskedModel, text: str, position: int) -> Iterator[Suggestion]:
    """Yield words that may stand at `text[position]`, best first: the output of a mask put in there.

    The likelihood of a mask's neighbours, given the word, was weighed as well and changed nothing for the
    better: of words taken out of novels, 62 % are among the first eight either way.
    """
    before = text[max(0, position - REACH) : position].rstrip()
    after = text[position : position + REACH].lstrip()
    space = " " if after[:1].isalnum() else ""
    encoding = masked.encode(before + space + after)
    behind = sum(end <= len(before) + 1 for _, end in encoding.offsets)  # tokens in front of the gap
    ids = [*encoding.ids[:behind], masked.mask_id, *encoding.ids[behind:]]
    row, at = masked.window_around(ids, range(behind, behind + 1))
    logprobs = masked.read_each([row], [at.start])[0]  # [vocabulary]
    words = masked.vocabulary.starting
    previous, following = _last_word(before), _first_word(after)
    for index in words[logprobs[words].argsort(descending=True)].tolist():
        word = masked.vocabulary.texts[index]
        if _stands_between(word.casefold(), previous, following):
            yield Suggestion(word, float(logprobs[index]))


def _stands_between(word: str, previous: str, following: str) -> bool:
    """Tell whether a word neither repeats a neighbour nor breaks the rule of “a” and “an”."""
    if word in (previous, following):
        return False
    if previous in ARTICLES and article_for(word) != previous:
        return False
    return word not in ARTICLES or not following or article_for(following) == word


def _last_word(text: str) -> str:
    words = text.split()
    return words[-1].casefold() if words and words[-1].isalpha() else ""


def _first_word(text: str) -> str:
    words = text.split()
    return words[0].strip(".,;:!?…\"'”’)").casefold() if words else ""
