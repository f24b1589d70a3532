"""Text to token ids and back, with `tokenizers` alone: it loads in a fifth of AutoTokenizer's time."""

from pathlib import Path

from tokenizers import Tokenizer

from app.errors import InklingError

DECODE_CONTEXT = 8  # prompt tokens that the decoder sees first, so that it knows where a word begins
INCOMPLETE = "\ufffd"  # what decoding shows for bytes that make no character


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


class TextStream:
    """Turns token ids into text as they come, holding bytes back until they make whole characters.

    The tokens before are decoded again with the new ones only to learn whether a space stands between them.
    """

    def __init__(self, tokenizer: Tokenizer, prompt_ids: list[int]) -> None:
        self._tokenizer = tokenizer
        self._before = prompt_ids[-DECODE_CONTEXT:]
        self._held: list[int] = []
        self._given = 0  # characters of the held tokens that are out already

    def step(self, token_id: int) -> str:
        """Return the characters that `token_id` completes, or the empty string."""
        self._held.append(token_id)
        text = self._decode_held()
        whole = text.rstrip(INCOMPLETE) if text.endswith(INCOMPLETE) else text
        new, self._given = whole[self._given :], len(whole)
        if text and whole == text:
            self._before, self._held, self._given = self._held, [], 0
        return new

    def _decode_held(self) -> str:
        alone: str = self._tokenizer.decode(self._held)
        before: str = self._tokenizer.decode(self._before)
        both: str = self._tokenizer.decode(self._before + self._held)
        joined = both.removeprefix(before) if both.startswith(before) else ""
        # Bytes of half a character, ours or at the cut of the prompt, may have spoilt the two together.
        return joined if joined.endswith(alone) else alone


def _convert_tokenizer(folder: Path) -> Tokenizer:
    """Build the fast tokenizer from the older files: vocab.json and merges.txt, vocab.txt, SentencePiece."""
    from transformers import AutoTokenizer

    tokenizer: Tokenizer = AutoTokenizer.from_pretrained(
        folder, local_files_only=True, trust_remote_code=False
    ).backend_tokenizer
    return tokenizer
