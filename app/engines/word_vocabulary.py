"""Which tokens of a masked model are whole words that could stand on a page."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer

WORD_START_MARKS = ("Ġ", "▁")  # byte-level BPE (RoBERTa, ModernBERT), SentencePiece (ALBERT, XLM-R)
CONTINUATION_MARK = "##"  # WordPiece (BERT, DistilBERT)
ONE_LETTER_WORDS = frozenset("aAiI")
MASK_NAMES = ("[MASK]", "<mask>")


@dataclass(frozen=True)
class WordVocabulary:
    """The whole words among a model's tokens.

    texts: the word of each token id, "" where the token is not one.
    starting: ids, [n], of words as they stand behind a space.
    joined: ids, [m], of words as they stand behind anything else, such as a quotation mark. Where the
        tokenizer does not tell the two apart (WordPiece), both hold the same.
    """

    texts: list[str]
    starting: torch.Tensor
    joined: torch.Tensor
    tells_apart: bool

    @classmethod
    def of(cls, tokenizer: Tokenizer) -> "WordVocabulary":
        """Read the vocabulary of a tokenizer."""
        tokens = [tokenizer.id_to_token(index) or "" for index in range(tokenizer.get_vocab_size())]
        special = tokenizer.get_added_tokens_decoder().keys()
        mark = next(
            (m for m in WORD_START_MARKS if sum(t.startswith(m) for t in tokens) > len(tokens) / 10), None
        )
        if mark is None:
            texts = [
                token if index not in special and is_word(token) else "" for index, token in enumerate(tokens)
            ]
            words = _ids(index for index, text in enumerate(texts) if text)
            return cls(texts, words, words, tells_apart=False)
        decoded = tokenizer.decode_batch([[index] for index in range(len(tokens))])
        texts = [text.strip() if index not in special else "" for index, text in enumerate(decoded)]
        texts = [text if is_word(text) else "" for text in texts]
        starting = [index for index, token in enumerate(tokens) if texts[index] and token.startswith(mark)]
        whole = {texts[index] for index in starting}  # a piece without the mark is a word if its twin is one
        joined = [i for i, token in enumerate(tokens) if texts[i] in whole and not token.startswith(mark)]
        return cls(texts, _ids(starting), _ids(joined), tells_apart=True)

    def candidates(self, first_piece: str) -> torch.Tensor:
        """Return the ids that may stand where a word beginning with the token `first_piece` stands."""
        if self.tells_apart and not first_piece.startswith(WORD_START_MARKS):
            return self.joined
        return self.starting


def _ids(ids: Iterable[int]) -> torch.Tensor:
    return torch.tensor(list(ids), dtype=torch.long)  # the type of an empty list is not an index


def is_word(text: str) -> bool:
    """Tell whether a token's text is a word: letters only, and one alone only where that is a word."""
    if not text.isalpha():
        return False
    return len(text) > 1 or text in ONE_LETTER_WORDS or not text.isascii()


def mask_token_id(folder: Path, tokenizer: Tokenizer) -> int | None:
    """Return the id of the mask token, or None where the model has none."""
    names = []
    for file in (folder / "tokenizer_config.json", folder / "special_tokens_map.json"):
        entry = json.loads(file.read_text(encoding="utf-8")).get("mask_token") if file.exists() else None
        names.append(entry["content"] if isinstance(entry, dict) else entry)
    ids = (tokenizer.token_to_id(name) for name in (*names, *MASK_NAMES) if name)
    return next((index for index in ids if index is not None), None)
