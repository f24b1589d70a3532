"""How likely texts are behind a prompt, token by token."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

import torch
from tokenizers import Tokenizer

from app.engines.context_window import prompt_room, window_start
from app.engines.prefix_cache import PrefixCache, common_prefix
from app.engines.protocols import Checked, Prefilled, WeighedPiece
from app.engines.token_bytes import TokenBytes
from app.engines.token_healing import Healing, encode_page, logprob_of_word

CHUNK = 64  # tokens in one forward pass, each of which takes a row of logits


@dataclass(frozen=True, slots=True)
class Whole:
    """A prompt's tokens and a text's behind them, as the tokenizer writes both in one.

    A prompt that ends in mid-word may end in other tokens than it has alone.

    ids: what is read. own: how many of them stand in the prompt alone too.
    replaced: the rest of the prompt's tokens as they are alone.
    ends: how far the tokens behind `own` have written the text, in code points; below 1 within the prompt.
    """

    ids: list[int]
    own: int
    replaced: list[int]
    ends: list[int]


@dataclass(frozen=True, slots=True)
class Weigher:
    """Weighs texts.

    begin_id: what stands before a text. context_length: tokens.
    """

    tokenizer: Tokenizer
    token_bytes: TokenBytes
    begin_id: int
    context_length: int

    def weigh(
        self, page: str, ids: list[int], healing: Healing, texts: Sequence[str], cache: PrefixCache
    ) -> Generator[Prefilled | Checked, None, list[tuple[WeighedPiece, ...]]]:
        """See `TextGenerator.weigh`.

        A text's first piece is weighed given what stands on the page, as the first token of a continuation is
        (`token_healing.weigh`), and so given that the word before it begins as it does, whole or not.

        Args:
            page: the prompt.
            ids: what is read of it.
            healing: the plan for it.
            texts: what may stand behind it.
            cache: what reads; it may hold another text.
        """
        before_word = len(ids) - healing.word_tokens
        if not cache.goes_back:
            yield from cache.read(ids[:before_word])
        word = 0.0
        if healing.word_tokens:
            logits = yield from _fresh(cache).read(ids, len(healing.remainders))
            word = logprob_of_word(healing, logits, ids)
        alone = encode_page(page, self.tokenizer, self.token_bytes)
        wholes = [self._put_behind(ids, alone, page, text) for text in texts]
        done, total = 0, max(sum(len(whole.ends) for whole in wholes), 1)
        weighed: list[tuple[WeighedPiece, ...]] = []
        for whole, text in zip(wholes, texts, strict=True):
            start, given = before_word, word
            if whole.own < start:  # the tokenizer writes more of the prompt in another way than its last word
                start = whole.own
                prompt = [*whole.ids[:start], *whole.replaced]
                given = sum((yield from self._logprobs(prompt, start, cache)))
            logprobs = yield from self._logprobs(whole.ids, start, cache)
            leading = sum(logprobs[: whole.own - start]) - given
            weighed.append(as_pieces(text, whole.ends, logprobs[whole.own - start :], leading))
            done += len(whole.ends)
            yield Checked(done, total)
        return weighed

    def _put_behind(self, ids: list[int], alone: list[int], page: str, text: str) -> Whole:
        """Put a text's tokens behind a prompt's, of which `ids`, the end of `alone`, is read."""
        together = self.tokenizer.encode(page + text, add_special_tokens=False)
        common = common_prefix(alone, together.ids)
        own = ids[: max(len(ids) - len(alone) + common, 0)] or [self.begin_id]
        ends = [end - len(page) for _, end in together.offsets[common:]]
        return Whole([*own, *together.ids[common:]], len(own), alone[common:], ends)

    def _logprobs(
        self, ids: list[int], start: int, cache: PrefixCache
    ) -> Generator[Prefilled, None, list[float]]:
        """Return the natural logarithms of the probabilities of `ids[start:]`.

        Where they are more than the context holds, the first are left out.
        """
        reader = _fresh(cache)
        room = prompt_room(self.context_length)
        chunk = max(min(CHUNK, self.context_length - room), 1)
        logprobs: list[float] = []
        first = 0
        while (begin := start + len(logprobs)) < len(ids):
            end = min(begin + chunk, len(ids))
            if end - first > self.context_length:
                first += window_start(ids[first:begin], room, self.token_bytes.ends_sentence)
            rows = yield from reader.read(ids[first : end - 1], end - begin)
            weighed = torch.tensor(ids[begin:end]).unsqueeze(1)
            logprobs += rows.log_softmax(-1).gather(1, weighed).squeeze(1).tolist()
        return logprobs


def as_pieces(
    text: str, ends: Sequence[int], logprobs: Sequence[float], leading: float = 0.0
) -> tuple[WeighedPiece, ...]:
    """Cut a text where its tokens end; those that end within a character are one with the one before.

    Args:
        text: what the pieces make up.
        ends: of the tokens, see `Whole`; those within the prompt count for the first piece.
        logprobs: of the tokens.
        leading: counts for the first piece too.
    """
    pieces: list[WeighedPiece] = []
    written, logprob = 0, leading
    for end, of_token in zip(ends, logprobs, strict=True):
        logprob += of_token
        if end > written:
            pieces.append(WeighedPiece(text[written:end], min(logprob, 0.0)))
            written, logprob = end, 0.0
        elif pieces:
            pieces[-1] = replace(pieces[-1], logprob=pieces[-1].logprob + logprob)
            logprob = 0.0
    if written < len(text):  # the tokenizer leaves something out
        last = pieces.pop() if pieces else WeighedPiece("", min(logprob, 0.0))
        pieces.append(replace(last, text=last.text + text[written:]))
    return tuple(pieces)


def _fresh(cache: PrefixCache) -> PrefixCache:
    """Return the cache, or a copy of one that would forget the prompt for the text behind it."""
    return cache if cache.goes_back else cache.copy()
