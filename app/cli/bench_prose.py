"""A book of any length, for measuring: the same one every time."""

from collections.abc import Iterator
from random import Random

PARAGRAPH = (
    "The road came down from the hills in the last of the light, and the old man who walked on it had been "
    "walking since morning. He carried a lamp that he had not lit, a coat over his arm, and a letter that he "
    "knew by heart. Below him lay the harbour, the boats drawn up on the stones, and one window in which "
    "somebody had remembered to put a candle. "
)
USUAL_WORDS = 45  # of a paragraph
LONG_WORDS = 400  # of one in a hundred
SENTENCE_WORDS = 14


def prose(words: int) -> str:
    """Return a text of so many words, in paragraphs like a novel’s, with dialogue, dashes and headings."""
    return "\n".join(_paragraphs(words, Random(words)))


def _paragraphs(words: int, dice: Random) -> Iterator[str]:
    vocabulary = PARAGRAPH.lower().replace(",", "").replace(".", "").split()
    chapter = 0
    while words > 0:
        if words > 2 and dice.random() < 0.005:
            chapter += 1
            words -= 2  # the sign in front is no word
            yield f"## Chapter {chapter}"
            continue
        usual = LONG_WORDS if dice.random() < 0.01 else USUAL_WORDS
        length = min(words, dice.randint(usual // 3, usual * 5 // 3))
        words -= length
        yield _paragraph(dice.choices(vocabulary, k=length), dice)


def _paragraph(words: list[str], dice: Random) -> str:
    sentences = []
    for begin in range(0, len(words), SENTENCE_WORDS):
        sentence = words[begin : begin + SENTENCE_WORDS]
        if len(sentence) > 3:
            sentence[1] += dice.choice(("", ",", " —", "’s"))
            sentence[2] = f"*{sentence[2]}*" if dice.random() < 0.05 else sentence[2]
        sentences.append(" ".join(sentence).capitalize() + ".")
    text = " ".join(sentences)
    return f"“{text}”" if dice.random() < 0.3 else text
