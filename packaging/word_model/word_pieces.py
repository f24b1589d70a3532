"""The word pieces of a BERT vocabulary: which begin a word, which go on with one, which mark structure."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from app.engines.tokenizer_loading import load_tokenizer
from app.errors import InklingError

CONTINUATION_MARK = "##"
UNUSED_MARK = "[unused"  # places that BERT's vocabulary keeps free
STRUCTURE = ("[CLS]", "[SEP]", "[PAD]", "[MASK]")


@dataclass(frozen=True)
class WordPieces:
    """A tokenizer and what has to be known of its pieces.

    cls, sep, pad, mask: ids of the tokens that mark structure.
    special: whether a piece stands for no text, [vocabulary].
    continues: whether a piece goes on with the word before it, [vocabulary].
    ordinary: the ids that may stand in for a word, [n].
    """

    tokenizer: Tokenizer
    cls: int
    sep: int
    pad: int
    mask: int
    special: NDArray[np.bool_]
    continues: NDArray[np.bool_]
    ordinary: NDArray[np.int64]

    @classmethod
    def of(cls, folder: Path) -> "WordPieces":
        """Read the vocabulary of a model's folder.

        Raises:
            InklingError: there is no tokenizer, or not one of BERT's kind.
        """
        tokenizer = load_tokenizer(folder)
        structure = [tokenizer.token_to_id(name) for name in STRUCTURE]
        if None in structure:
            raise InklingError(f"The tokenizer in {folder} is not one of BERT's kind.")
        if tokenizer.get_vocab_size() > np.iinfo(np.uint16).max:
            raise InklingError(f"The tokenizer in {folder} has more than {np.iinfo(np.uint16).max} tokens.")
        tokens = [tokenizer.id_to_token(index) or "" for index in range(tokenizer.get_vocab_size())]
        added = [index for index, token in tokenizer.get_added_tokens_decoder().items() if token.special]
        special = np.isin(np.arange(len(tokens)), added)
        unused = np.array([token.startswith(UNUSED_MARK) for token in tokens])
        continues = np.array([token.startswith(CONTINUATION_MARK) for token in tokens])
        return cls(tokenizer, *structure, special, continues, np.flatnonzero(~special & ~unused))
