"""A model folder's tokenizer, with `tokenizers` alone: it loads in a fifth of AutoTokenizer's time."""

from itertools import takewhile
from pathlib import Path

from tokenizers import Tokenizer

from app.errors import InklingError


def load_tokenizer(folder: Path) -> Tokenizer:
    """Return the tokenizer of a model folder.

    Raises:
        InklingError: the folder has none, or it cannot be read.
    """
    try:
        if (folder / "tokenizer.json").exists():
            tokenizer: Tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        else:
            tokenizer = _convert_tokenizer(folder)
    except Exception as error:  # the library raises bare Exception for a damaged file
        raise InklingError(
            f"The tokenizer of the model in {folder} could not be read.",
            "The folder may be incomplete: copy or download it again, or choose another model.",
        ) from error
    tokenizer.no_padding()  # a saved tokenizer may still pad and cut as it did in training
    tokenizer.no_truncation()
    return tokenizer


def special_token_ids(tokenizer: Tokenizer) -> set[int]:
    """Return the ids that mark structure (end of text, roles, padding) and never belong on the page."""
    return {index for index, token in tokenizer.get_added_tokens_decoder().items() if token.special}


def beginning_ids(tokenizer: Tokenizer) -> list[int]:
    """Return the tokens that this tokenizer puts in front of every text; most have one or none."""
    encoding = tokenizer.encode("a")
    marked = zip(encoding.ids, encoding.special_tokens_mask, strict=True)
    return [token for token, _ in takewhile(lambda one: one[1], marked)]


def _convert_tokenizer(folder: Path) -> Tokenizer:
    """Build the fast tokenizer from the older files: vocab.json and merges.txt, vocab.txt, SentencePiece."""
    from transformers import AutoTokenizer

    tokenizer: Tokenizer = AutoTokenizer.from_pretrained(
        folder, local_files_only=True, trust_remote_code=False
    ).backend_tokenizer
    return tokenizer
