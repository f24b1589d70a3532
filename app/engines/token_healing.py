"""The first token behind a prompt, so that it need not begin where the caret happens to stand.

A prompt that ends in mid-word or with a space ends in tokens that the model never saw before what the writer
means: “lighth” is followed by “ouse” in no text, for the model read “lighthouse” in other pieces. Token
healing (Lundberg, “Prompt boundaries and token healing”, 2023) takes the last tokens back and has the model
begin with one that starts with their text. The weights follow the cover encodings of Phan et al. (“Exact
byte-level probabilities from tokenized language models”, 2024), along the prompt's own encoding, which takes
one pass.
"""

import re
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer

from app.engines.token_bytes import WORD_GOES_ON, TokenBytes

MAX_WORD_TOKENS = 8  # tokens that may be taken back
LINE_BREAKS = "\n\r\u2028\u2029"
WORD_ENDS = 0.4  # probability from which the word before the caret is taken to be whole
# Scripts that set no spaces between words, where each token stands alone: Thai to Burmese, Khmer, kana, Han.
UNSPACED = re.compile(
    "[\u0e00-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9d"
    "\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]"
)


@dataclass(frozen=True, slots=True)
class Healing:
    """The ways to begin behind a prompt: split j keeps all but its last `word_tokens - j` tokens.

    remainders: for each split the bytes of the tokens taken back. They stand on the page, and the first token
        has to start with them; the last split's are none, or the space that SentencePiece begins a text with.
    """

    remainders: tuple[bytes, ...]
    token_bytes: TokenBytes

    @property
    def word_tokens(self) -> int:
        """How many tokens at the prompt's end belong to its last word."""
        return len(self.remainders) - 1


def encode_page(page: str, tokenizer: Tokenizer, token_bytes: TokenBytes) -> list[int]:
    """Encode a text that goes on: of several spaces at its end, the last is that of the next word.

    Nothing is put in front of it; see `beginning_ids`.
    """
    ids: list[int] = tokenizer.encode(page, add_special_tokens=False).ids
    space = token_bytes.find(b" ")
    if space is None or not page.endswith(" ") or not page[:-1].endswith(tuple(" \n")):
        return ids
    return [*tokenizer.encode(page[:-1], add_special_tokens=False).ids, space]


def plan_healing(ids: list[int], page: str, token_bytes: TokenBytes) -> Healing:
    """Find the tokens of the prompt's last word, or of the spaces at its end.

    Args:
        ids: the prompt as the model reads it; the first is never taken back, for the model has to read one.
        page: the prompt's text. Tokens that do not write its end, because the tokenizer changes the text that
            it reads, are not taken back.
        token_bytes: what the tokens write.
    """
    if not page:
        return Healing((token_bytes.dummy_prefix,), token_bytes)
    if page[-1] in LINE_BREAKS:
        return Healing((b"",), token_bytes)
    text = page.encode()
    remainders = [b""]
    for token_id in reversed(ids[1:][-MAX_WORD_TOKENS:]):
        written = token_bytes.of(token_id)
        longer = written + remainders[0]
        stands = text.endswith(longer) or longer == token_bytes.dummy_prefix + text
        if not written or not stands or (remainders[0] and not _goes_on(text, remainders[0])):
            break
        remainders.insert(0, longer)
    return Healing(tuple(remainders), token_bytes)


def weigh(healing: Healing, logits: torch.Tensor, ids: list[int]) -> tuple[torch.Tensor, torch.Tensor]:
    """Weigh every token as the first one, each at the split where it is likeliest.

    A token's weight is the probability of the word's tokens up to the split times its own. Where two splits
    write the same text, only the likelier one counts: the other is not how the tokenizer would encode it.

    Args:
        healing: the plan for this prompt.
        logits: [splits, vocabulary], float32, what the model says behind the last `splits` tokens.
        ids: the prompt.

    Returns:
        The logarithms of the tokens' probabilities, given what stands on the page, [vocabulary], float32, and
        the split of each, [vocabulary]. A token at minus infinity writes what another one writes too.
    """
    best, splits = _weigh_beginnings(healing, logits, ids)
    return best.log_softmax(-1), splits


def logprob_of_word(healing: Healing, logits: torch.Tensor, ids: list[int]) -> float:
    """Return how likely it is that the text goes on as the prompt's last word begins, whole or not.

    The natural logarithm, behind the tokens before that word; the arguments are those of `weigh`.
    """
    return float(_weigh_beginnings(healing, logits, ids)[0].logsumexp(-1))


def _weigh_beginnings(
    healing: Healing, logits: torch.Tensor, ids: list[int]
) -> tuple[torch.Tensor, torch.Tensor]:
    """Do what `weigh` does; the logarithms are those behind the tokens before the last word."""
    count, size = healing.word_tokens, logits.shape[-1]
    logprobs = logits.log_softmax(-1)
    word = torch.tensor(ids[len(ids) - count :], dtype=torch.long)
    steps = logprobs[:-1].gather(1, word.unsqueeze(1)).squeeze(1)  # [word tokens]
    weights = torch.full_like(logprobs, -torch.inf)
    weights[count] = logprobs[count] + steps.sum()
    for split, remainder in enumerate(healing.remainders[:-1]):
        covers = healing.token_bytes.starting_with(remainder)
        covers = covers[covers < size]  # a tokenizer may name ids that the model has not
        weights[split, covers] = logprobs[split, covers] + steps[:split].sum()
    for split, remainder in enumerate(healing.remainders):
        for later in range(split + 1, count + 1):
            cut = len(remainder) - len(healing.remainders[later])
            longer, shorter = healing.token_bytes.pairs(remainder, cut)
            known = (longer < size) & (shorter < size)
            longer, shorter = longer[known], shorter[known]
            first, second = weights[split, longer], weights[later, shorter]
            weights[split, longer] = first.masked_fill(first < second, -torch.inf)
            weights[later, shorter] = second.masked_fill(first >= second, -torch.inf)
    best, splits = weights.max(0)
    return best, splits


def keep_likeliest_split(logits: torch.Tensor, splits: torch.Tensor) -> torch.Tensor:
    """Return the weights of `weigh` with only the tokens of that split left which is likeliest as a whole."""
    masses = torch.zeros(int(splits.max()) + 1).index_add_(0, splits, logits.exp())
    return logits.masked_fill(splits != masses.argmax(), -torch.inf).log_softmax(-1)


def settle_word(healing: Healing, weights: torch.Tensor, splits: torch.Tensor) -> torch.Tensor:
    """Decide whether the word before the caret is whole, and keep only the tokens that agree.

    A word goes on in a few ways and is followed in many, so that the likeliest token, and the few that most
    rules of sampling keep, go on with words that are more likely whole: “was a” with “lso”.

    Args:
        healing: the plan for this prompt.
        weights: [vocabulary], as `weigh` returns them.
        splits: [vocabulary], likewise.

    Returns:
        The weights, [vocabulary], some of them minus infinity.
    """
    end = healing.remainders[0].decode(errors="ignore")[-1:]
    if not healing.word_tokens or not end.isalnum() or UNSPACED.match(end):
        return weights
    goes_on = splits < healing.word_tokens
    in_word = healing.token_bytes.matching(WORD_GOES_ON)
    goes_on[in_word[in_word < len(goes_on)]] = True
    is_whole = bool(weights[~goes_on].exp().sum() >= WORD_ENDS)
    return weights.masked_fill(goes_on if is_whole else ~goes_on, -torch.inf)


def _goes_on(text: bytes, end: bytes) -> bool:
    """Tell whether the word, or the spaces, that `end` is the last part of began before it."""
    place = len(text) - len(end)
    if place < 0 or end[0] & 0b1100_0000 == 0b1000_0000:  # nothing before it; in mid-character
        return place >= 0
    before = text[:place].decode()[-1:]
    word = end.decode()
    if word[0].isspace():
        return word.isspace() and before.isspace() and before not in LINE_BREAKS
    return not before.isspace() and not UNSPACED.match(before) and not UNSPACED.match(word)
