"""Which words of an English text a sentence might do without, judged by their neighbours alone."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.engines.english import FUNCTION_WORDS, words
from app.engines.protocols import NeedlessKind

# Adverbs that lend weight and add no sense, as guides to style list them (Strunk and White, "Omit needless
# words"; Zinsser, "Clutter"). Those that often carry sense, such as "only" and "almost", are left out.
FILLERS = words(
    "absolutely actually awfully basically certainly completely definitely entirely essentially extremely "
    "honestly incredibly just literally perfectly quite rather really simply somewhat terribly totally truly "
    "utterly very virtually"
)

# Behind these a filler means something: "not very", "so very", "would rather", "the very same".
_NEGATIONS = words("not no never nor neither hardly scarcely barely without cannot")
_NEGATIONS_REACH = 3  # words
_WEIGHS = words("so as too how that more most less least if whether only even why")
_BEFORE_OTHERS = {
    "just": words("have has had having am is are was were only"),  # a moment ago, this moment
    "rather": words("would had should or but"),
    "very": words("the this that these those my your his her its our their"),
}
_TWINS = words("had that")  # which grammar allows to stand twice: "he had had", "I know that that"
_CLITICS = ("'d", "'ve", "'s", "’d", "’ve", "’s")  # would, had, have, has
_WORD = re.compile(r"\w+(?:['’]\w+)*")
_SENTENCE_END = re.compile(r"[.!?…\n]")
_REACH = 400  # characters of a sentence that are read on either side


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word, `text[start:end]`, and the part of its sentence, `text[first:last]`, that decides."""

    start: int
    end: int
    kind: NeedlessKind
    first: int
    last: int


def candidates(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Yield the words of `text[start:end]` that a sentence might do without, in their order."""
    found = list(_WORD.finditer(text, max(0, start - _REACH), min(len(text), end + _REACH)))
    for index, word in enumerate(found):
        if start <= word.start() and word.end() <= end and (kind := _kind(text, found, index)):
            yield Candidate(word.start(), word.end(), kind, *_sentence(text, word.start(), word.end()))


def _kind(text: str, found: Sequence[re.Match[str]], index: int) -> NeedlessKind | None:
    word = found[index][0]
    if not word.isalpha() or (word[0].isupper() and word != "I"):  # a name, or a sentence's first word
        return None
    previous = _beside(text, found, index, -1)
    following = _beside(text, found, index, 1)
    if word.casefold() == previous:
        return "repeated" if previous not in _TWINS else None
    if word not in FILLERS or not previous or not following:
        return None
    if following in FUNCTION_WORDS:  # it leans on a whole phrase: "just before", "really the best"
        return None
    if previous in _WEIGHS or previous in _BEFORE_OTHERS.get(word, ()):
        return None
    if word in ("just", "rather") and previous.endswith(_CLITICS):
        return None
    return None if _is_denied(text, found, index) else "filler"


def _beside(text: str, found: Sequence[re.Match[str]], index: int, step: int) -> str:
    """Return the next word in a direction, in small letters, where only spaces lie between; "" otherwise."""
    if not 0 <= index + step < len(found):
        return ""
    first, second = sorted((index, index + step))
    between = text[found[first].end() : found[second].start()]
    return found[index + step][0].casefold() if not between.strip(" \t\u00a0") else ""


def _is_denied(text: str, found: Sequence[re.Match[str]], index: int) -> bool:
    """Tell whether a negation stands shortly in front of a word, in its sentence."""
    for other in found[max(0, index - _NEGATIONS_REACH) : index]:
        name = other[0].casefold()
        is_near = not _SENTENCE_END.search(text, other.end(), found[index].start())
        if is_near and (name in _NEGATIONS or name.endswith(("n't", "n’t"))):
            return True
    return False


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """Return where the sentence around a word begins and ends, or as much of it as is read."""
    first = max(0, start - _REACH)
    for mark in _SENTENCE_END.finditer(text, first, start):
        first = mark.end()
    last = min(len(text), end + _REACH)
    closing = _SENTENCE_END.search(text, end, last)
    return first, closing.end() if closing else last
