"""Which words may come next behind a prompt, and how likely exactly each of them is.

A model weighs tokens. A word's probability is that of its tokens times that of the word ending there: “the”
has to be followed by something that does not make it “there”. The likeliest first tokens are gone on from as
one batch; each row adds its word and takes the likeliest token that makes it a longer one.
"""

import math
import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass

from torch import Tensor

from app.engines.prefix_cache import PrefixCache
from app.engines.protocols import Checked, NextWord, Prefilled
from app.engines.token_bytes import WORD_OR_QUOTE_GOES_ON, TokenBytes
from app.engines.token_healing import UNSPACED, Healing, weigh

ROWS_A_WORD = 2  # first tokens that are gone on from, for each word that is wanted: some write no whole word
MOST_TOKENS = 5  # of a word
MAY_GO_ON = re.compile(r"[\w'’-]$")


@dataclass(frozen=True, slots=True)
class Beginning:
    """The beginning of a word, or a whole one.

    written: as it follows the caret. logprob: of the tokens so far. token: the last of them.
    """

    written: bytes
    logprob: float
    token: int

    @property
    def text(self) -> str:
        """What is written; nothing where that is white space, or ends in the middle of a character."""
        try:
            text = self.written.decode()
        except UnicodeDecodeError:
            return ""
        return text if text.strip() else ""

    @property
    def may_go_on(self) -> bool:
        """Whether the next token may belong to the same word; none does to punctuation or to a kanji."""
        text = self.text
        return not text or (bool(MAY_GO_ON.search(text)) and not UNSPACED.match(text[-1]))

    def longer(self, token: int, logprob: float, token_bytes: TokenBytes) -> "Beginning":
        """Return this and another token, whose logarithm is given."""
        return Beginning(self.written + token_bytes.of(token), self.logprob + logprob, token)


class FoundWords:
    """The words found so far. What several sequences of tokens write is one word.

    Args:
        before: the text before the caret; behind white space a word begins without any.
    """

    def __init__(self, before: str) -> None:
        self._behind_space = not before or before[-1].isspace()
        self._logprobs: dict[str, float] = {}

    def add(self, text: str, logprob: float) -> None:
        """Add a way to write a word, unless it is impossible."""
        if logprob == -math.inf:
            return
        text = text.lstrip() if self._behind_space else text
        others = self._logprobs.get(text, -math.inf)
        high, low = max(others, logprob), min(others, logprob)
        self._logprobs[text] = high + math.log1p(math.exp(low - high))

    def best(self, count: int) -> list[NextWord]:
        """Return the likeliest words, best first."""
        ranked = sorted(self._logprobs.items(), key=lambda word: -word[1])[:count]
        return [NextWord(text, min(logprob, 0.0)) for text, logprob in ranked]

    def floor(self, count: int) -> float:
        """Return the least logarithm that is among the likeliest; minus infinity while there are too few."""
        best = self.best(count)
        return best[-1].logprob if len(best) == count else -math.inf


def find_next_words(
    ids: list[int],
    healing: Healing,
    positions: Tensor,
    before: str,
    cache: PrefixCache,
    token_bytes: TokenBytes,
    count: int,
) -> Generator[Prefilled | Checked, None, list[NextWord]]:
    """Find the likeliest next words, yielding after every pass through the model.

    Args:
        ids: the prompt.
        healing: the ways to begin behind it.
        positions: [splits, vocabulary], what the model says behind the last tokens; see `weigh`.
        before: the prompt's text.
        cache: holds the prompt. It is cut back to where the words begin.
        token_bytes: what the tokens write.
        count: how many words are wanted, at most.
    """
    found = FoundWords(before)
    weights, splits = weigh(healing, positions, ids)
    begun = _first_tokens(weights, splits, healing, ROWS_A_WORD * count)
    done, passes = 0, MOST_TOKENS * len(begun)
    for split, beginnings in sorted(begun.items(), reverse=True):  # so that the cache is only cut
        for whole in (beginning for beginning in beginnings if not beginning.may_go_on):
            found.add(whole.text, whole.logprob)
        rows = [beginning for beginning in beginnings if beginning.may_go_on]
        if not _may_be_found(rows, found, count):
            continue
        yield from cache.read(ids[: len(ids) - healing.word_tokens + split])
        decode = cache.branch(len(rows))
        for _ in range(MOST_TOKENS):
            rows = _go_on(rows, decode([row.token for row in rows]), token_bytes, found)
            done += 1
            yield Checked(done, passes)
            if not _may_be_found(rows, found, count):
                break
    yield Checked(max(passes, 1), max(passes, 1))
    return found.best(count)


def _first_tokens(
    weights: Tensor, splits: Tensor, healing: Healing, count: int
) -> dict[int, list[Beginning]]:
    """Return the likeliest beginnings, by the split that they follow.

    Line breaks and what ends the text are left out: they are no words.
    """
    best = weights.topk(min(count, len(weights)))
    beginnings: dict[int, list[Beginning]] = {}
    for logprob, token in zip(best.values.tolist(), best.indices.tolist(), strict=True):
        split = int(splits[token])
        written = healing.token_bytes.of(token)[len(healing.remainders[split]) :]
        if written and logprob > -math.inf and b"\n" not in written:
            beginnings.setdefault(split, []).append(Beginning(written, logprob, token))
    return beginnings


def _may_be_found(rows: Sequence[Beginning], found: FoundWords, count: int) -> bool:
    """Tell whether any row may still become one of the likeliest words."""
    return any(row.logprob > found.floor(count) for row in rows)


def _go_on(
    rows: Sequence[Beginning], logits: Tensor, token_bytes: TokenBytes, found: FoundWords
) -> list[Beginning]:
    """Add the words that end here; return the rows, each with the likeliest token that goes on with it.

    Args:
        rows: the beginnings.
        logits: [rows, vocabulary], what the model says behind them.
        token_bytes: what the tokens write.
        found: takes the words.
    """
    logprobs = logits.log_softmax(-1)
    going_on = token_bytes.matching(WORD_OR_QUOTE_GOES_ON)
    going_on = going_on[going_on < logprobs.shape[-1]]  # a tokenizer may name ids that the model has not
    in_word = logprobs[:, going_on]  # [rows, tokens that go on]
    masses = in_word.exp().sum(-1).tolist()
    best_in_word, best = in_word.max(-1), logprobs.max(-1)
    longer = []
    for number, row in enumerate(rows):
        if not row.text:
            token, logprob = int(best.indices[number]), float(best.values[number])
        else:
            mass = min(masses[number], 1.0) if row.may_go_on else 0.0
            found.add(row.text, row.logprob + (math.log1p(-mass) if mass < 1 else -math.inf))
            token = int(going_on[best_in_word.indices[number]])
            logprob = float(best_in_word.values[number]) if row.may_go_on else -math.inf
        longer.append(row.longer(token, logprob, token_bytes))
    return longer
