"""What each token of a vocabulary writes, byte for byte, and which tokens begin alike."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from functools import cached_property, lru_cache

import torch
from tokenizers import Tokenizer
from tokenizers.decoders import Decoder

from app.engines.tokenizer_loading import special_token_ids

WORD_GOES_ON = re.compile(r"['’]?\w")
WORD_OR_QUOTE_GOES_ON = re.compile(r"['’-]*\w|['’-]+$")  # that “well” goes on with “-” is seen only behind it
PATTERNS_KEPT = 8
SENTENCE_ENDS = tuple(end.encode() for end in (".", "!", "?", "…", "”", "»", "。", "\n"))
PAIRS_KEPT = 64  # results of `pairs`; the one that takes time is that of a space
_PRINTABLE = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
_OTHERS = [byte for byte in range(0x100) if byte not in _PRINTABLE]
# GPT-2's alphabet, characters for bytes. Those that stand for none become one that Latin-1 has not.
_ALPHABET = {
    **{byte: byte for byte in _PRINTABLE},
    **{0x100 + place: byte for place, byte in enumerate(_OTHERS)},
    **dict.fromkeys(_OTHERS, 0x100),
}


class TokenBytes:
    """The bytes that each token adds to a text; the tokens that mark structure add none.

    The bytes are those of mid-text: the space that SentencePiece begins a text with, `dummy_prefix`, is among
    its first token's.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._special = special_token_ids(tokenizer)
        self._read = _reading(tokenizer.decoder)
        self.dummy_prefix = b" " if _drops_first_space(tokenizer.decoder, self._read) else b""
        self.pairs = lru_cache(PAIRS_KEPT)(self._pairs)
        self.matching = lru_cache(PATTERNS_KEPT)(self._matching)

    def prepare(self) -> None:
        """Build the tables now rather than when they are first asked for: 0.1 s for 50,000 tokens."""
        self.pairs(b" ", 1)
        for pattern in (WORD_GOES_ON, WORD_OR_QUOTE_GOES_ON):
            self.matching(pattern)

    def of(self, token_id: int) -> bytes:
        """Return what a token writes; nothing for an id that is no token."""
        token = None if token_id in self._special else self._tokenizer.id_to_token(token_id)
        return b"" if token is None else self._read(token)

    def find(self, written: bytes) -> int | None:
        """Return the token that writes these bytes, if there is one."""
        return self._ids.get(written)

    def ends_sentence(self, token_id: int) -> bool:
        """Tell whether a sentence or a line ends with a token."""
        return self.of(token_id).rstrip(b" ").endswith(SENTENCE_ENDS)

    def starting_with(self, prefix: bytes) -> torch.Tensor:
        """Return the tokens that start with `prefix` and are longer, in the order of their bytes."""
        texts, ids = self._sorted
        return ids[bisect_right(texts, prefix) : _end_of(texts, prefix)]

    def _pairs(self, prefix: bytes, cut: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the tokens that start with `prefix`, and those that write the same less `cut` bytes.

        Tokens without such a partner are left out.
        """
        texts, ids = self._sorted
        places = range(bisect_right(texts, prefix), _end_of(texts, prefix))
        others = [self._ids.get(texts[place][cut:], -1) for place in places]
        shorter = torch.tensor(others, dtype=torch.long)
        return ids[places.start : places.stop][shorter >= 0], shorter[shorter >= 0]

    def _matching(self, pattern: re.Pattern[str]) -> torch.Tensor:
        """Return the tokens whose texts begin like `pattern`, in the order of their ids."""
        texts = (written.decode(errors="ignore") for written in self._written)
        matching = [index for index, text in enumerate(texts) if pattern.match(text)]
        return torch.tensor(matching, dtype=torch.long)

    @cached_property
    def _written(self) -> list[bytes]:
        """What each token writes, by its id."""
        return [self.of(index) for index in range(self._tokenizer.get_vocab_size())]

    @cached_property
    def _sorted(self) -> tuple[list[bytes], torch.Tensor]:
        """What the tokens write, sorted, and their ids, [tokens]."""
        written = self._written
        order = sorted(range(len(written)), key=written.__getitem__)
        return [written[index] for index in order], torch.tensor(order)

    @cached_property
    def _ids(self) -> dict[bytes, int]:
        """The token that writes some bytes, the last of several.

        SentencePiece has its single bytes first, and they only stand in for what its vocabulary has not.
        """
        return {text: index for index, text in enumerate(self._written)}


def _end_of(texts: list[bytes], prefix: bytes) -> int:
    """Return the place behind the last of the sorted texts that starts with `prefix`."""
    stem = prefix.rstrip(b"\xff")
    return bisect_left(texts, stem[:-1] + bytes([stem[-1] + 1])) if stem else len(texts)


def _reading(decoder: Decoder | None) -> Callable[[str], bytes]:
    """Return what turns the vocabulary's name of a token into the bytes that it adds to a text.

    A decoder is known by what it does, for it may be a sequence of others.
    """
    if decoder is None:
        return lambda token: f" {token}".encode()
    if decoder.decode(["a", "Ġa"]) == "a a":
        return _byte_level
    if decoder.decode(["a", "▁a"]) == "a a":
        falls_back = decoder.decode(["a", "<0x41>"]) == "aA"
        return _piece_or_byte if falls_back else _piece
    return lambda token: decoder.decode(["a", token]).removeprefix("a").encode()


def _byte_level(token: str) -> bytes:
    try:
        return token.translate(_ALPHABET).encode("latin-1")
    except UnicodeEncodeError:  # a token that was added by its text
        return token.encode()


def _piece_or_byte(token: str) -> bytes:
    is_byte = len(token) == 6 and token.startswith("<0x") and token.endswith(">")
    return bytes.fromhex(token[3:5]) if is_byte else _piece(token)


def _piece(token: str) -> bytes:
    return token.replace("▁", " ").encode()


def _drops_first_space(decoder: Decoder | None, read: Callable[[str], bytes]) -> bool:
    """Tell whether a space that the first token of a text begins with is none of the text."""
    words = [word for word in ("▁a", "a") if read(word) == b" a"]
    return any(decoder is None or decoder.decode([word]) == "a" for word in words)
