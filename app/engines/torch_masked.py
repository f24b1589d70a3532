"""A BERT-family masked language model that offers other words for one in its sentence."""

import heapq
import itertools
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Encoding, Tokenizer
from transformers import AutoModelForMaskedLM, PreTrainedModel

from app.engines import devices
from app.engines.protocols import LoadStep, ModelDescription, Suggestion
from app.engines.text_codec import load_tokenizer
from app.engines.weights import describe_model, load_weights
from app.engines.word_vocabulary import WordVocabulary, mask_token_id
from app.errors import InklingError

WINDOW = 128  # tokens around the word that the model reads
MASKED_WEIGHT = 0.3  # of the log-probability with the word hidden, beside 1 for the word left visible
SIMILARITY_WEIGHT = 20.0  # of the cosine of the input embeddings, which speaks for the same meaning
LONGEST_CJK_WORD = 4  # characters that are filled in together
CJK_BEAM = 12  # characters weighed at each place of such a word


@dataclass
class LoadedModel:
    """Everything that lives and dies with one set of weights."""

    model: PreTrainedModel
    tokenizer: Tokenizer
    vocabulary: WordVocabulary
    mask_id: int
    window: int  # tokens, without the two that frame the text
    embeddings: torch.Tensor  # [vocabulary, hidden], centred on the mean word and of length 1


class TorchMaskedEngine:
    """Runs any masked language model that transformers can load from safetensors."""

    def __init__(self) -> None:
        self._loaded: LoadedModel | None = None

    def load(self, folder: Path, device: str) -> Generator[LoadStep, None, ModelDescription]:
        """See `Engine.load`."""
        self.unload()
        yield LoadStep(0.1, "Reading the vocabulary")
        tokenizer = load_tokenizer(folder)
        mask_id = mask_token_id(folder, tokenizer)
        if mask_id is None:
            raise InklingError(
                f"The model in {folder} has no mask token, so it cannot offer other words.",
                "Choose a masked model, such as BERT or RoBERTa.",
            )
        vocabulary = WordVocabulary.of(tokenizer)
        yield LoadStep(0.4, "Reading the weights")
        model = load_weights(AutoModelForMaskedLM, folder, device)
        yield LoadStep(0.9, "Warming up")
        positions = model.config.max_position_embeddings - len(tokenizer.encode("").ids) - 2
        self._loaded = LoadedModel(
            model,
            tokenizer,
            vocabulary,
            mask_id,
            min(WINDOW, positions),
            _centred_embeddings(model, vocabulary),
        )
        try:
            self.suggest("A word to warm up with.", 2, 6, 1)
        except BaseException:
            self.unload()
            raise
        return describe_model(model, folder.name, model.config.max_position_embeddings)

    def unload(self) -> None:
        """See `Engine.unload`."""
        if self._loaded is not None:
            device = self._loaded.model.device
            self._loaded = None
            devices.release_memory(device)

    def suggest(self, text: str, start: int, end: int, count: int) -> list[Suggestion]:
        """See `MaskFiller.suggest`."""
        if self._loaded is None:
            raise InklingError("No model that finds words is loaded.", "Choose one in Preferences.")
        if not 0 <= start < end <= len(text):
            raise ValueError(f"the place {start}:{end} does not lie within a text of {len(text)} code points")
        loaded = self._loaded
        # A leading space lets byte-level tokenizers treat the first word like any other.
        encoding = loaded.tokenizer.encode(" " + text, add_special_tokens=False)
        pieces = _pieces_within(encoding, start + 1, end + 1)
        word = text[start:end]
        if not pieces or word.isspace():
            return []
        with torch.inference_mode(), devices.memory_errors_in_words():
            if _is_cjk(word):
                ranked = _fill_characters(loaded, encoding, pieces, len(word))
            else:
                ranked = _rank_words(loaded, encoding, pieces)
        return list(itertools.islice(_without(ranked, word), count))


def _rank_words(loaded: LoadedModel, encoding: Encoding, pieces: range) -> Iterator[Suggestion]:
    """Yield all whole words, best first, by what the model says with the word visible and hidden.

    A mask alone finds words that are likely, not words that mean the same; the output at a word that is left
    visible, and nearness of the input embeddings, keep its meaning.
    """
    visible, at = _window(loaded, encoding.ids, pieces)
    hidden = [*visible[: at.start], loaded.mask_id, *visible[at.stop :]]
    # The output at a piece of a word predicts pieces, not words: there only the mask speaks.
    rows = [visible, hidden] if len(at) == 1 else [hidden]
    *kept, masked = _logprobs(loaded, rows, [at.start])[:, 0]  # each [vocabulary]
    own = loaded.embeddings[[visible[place] for place in at]].float().mean(0)
    cosine = (loaded.embeddings @ own.to(loaded.embeddings.dtype)).float().cpu() / own.norm().clamp_min(
        1e-6
    ).cpu()
    likelihood = kept[0] + MASKED_WEIGHT * masked if kept else masked
    scores = likelihood + SIMILARITY_WEIGHT * cosine
    candidates = loaded.vocabulary.candidates(encoding.tokens[pieces.start])
    order = scores[candidates].argsort(descending=True)
    own_pieces = {visible[place] for place in at}
    for index in candidates[order].tolist():
        if index not in own_pieces:
            yield Suggestion(loaded.vocabulary.texts[index], float(scores[index]))


def _fill_characters(
    loaded: LoadedModel, encoding: Encoding, pieces: range, length: int
) -> Iterator[Suggestion]:
    """Yield words of `length` Chinese or Japanese characters, best first."""
    if length > LONGEST_CJK_WORD:
        return
    visible, at = _window(loaded, encoding.ids, pieces)
    hidden = [*visible[: at.start], *[loaded.mask_id] * length, *visible[at.stop :]]
    places = range(at.start, at.start + length)
    texts = loaded.vocabulary.texts
    characters = [
        index
        for index in loaded.vocabulary.joined.tolist()
        if len(texts[index]) == 1 and _is_cjk(texts[index])
    ]
    if not characters:
        return
    logprobs = _logprobs(loaded, [hidden], list(places))[0][:, characters]  # [places, characters]
    best = logprobs.topk(min(CJK_BEAM, len(characters)))
    columns = [
        [(value, texts[characters[index]]) for value, index in zip(values, indices, strict=True)]
        for values, indices in zip(best.values.tolist(), best.indices.tolist(), strict=True)
    ]
    words = (
        (sum(v for v, _ in combination), "".join(c for _, c in combination))
        for combination in itertools.product(*columns)
    )
    for score, word in heapq.nlargest(CJK_BEAM**2, words):
        yield Suggestion(word, score)


def _logprobs(loaded: LoadedModel, rows: list[list[int]], places: list[int]) -> torch.Tensor:
    """Return the log-probabilities at `places` of every row: [rows, places, vocabulary], float32, on the CPU.

    The rows hold the same number of ids and go through the model together.
    """
    inputs = torch.tensor(rows, device=loaded.model.device)  # [rows, tokens]
    with _head_reads_only(loaded.model, places):
        logits = loaded.model(input_ids=inputs).logits  # [rows, places, vocabulary]
    logprobs: torch.Tensor = logits.float().log_softmax(-1).cpu()
    return logprobs


@contextmanager
def _head_reads_only(model: PreTrainedModel, places: list[int]) -> Iterator[None]:
    """Let the vocabulary projection, the dearest product of a small model, see only `places`."""

    def pick(_module: torch.nn.Module, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        return (inputs[0][:, places], *inputs[1:])

    handle = model.get_output_embeddings().register_forward_pre_hook(pick)
    try:
        yield
    finally:
        handle.remove()


def _window(loaded: LoadedModel, ids: list[int], pieces: range) -> tuple[list[int], range]:
    """Cut the tokens around a word to the model's window and frame them.

    Returns:
        The framed ids, and where the word's pieces stand among them.
    """
    room = max(loaded.window - len(pieces), 0)
    begin = max(0, min(pieces.start - room // 2, len(ids) - loaded.window))
    cut = ids[begin : begin + loaded.window]
    frame: list[int] = loaded.tokenizer.encode("").ids  # [CLS] [SEP], <s> </s> or nothing
    before, after = frame[: len(frame) // 2], frame[len(frame) // 2 :]
    shift = len(before) - begin
    return [*before, *cut, *after], range(pieces.start + shift, min(pieces.stop, begin + len(cut)) + shift)


def _pieces_within(encoding: Encoding, start: int, end: int) -> range:
    """Return which tokens cover the code points `start` to `end`."""
    covering = [index for index, (a, b) in enumerate(encoding.offsets) if a < end and b > start and b > a]
    return range(covering[0], covering[-1] + 1) if covering else range(0)


def _centred_embeddings(model: PreTrainedModel, vocabulary: WordVocabulary) -> torch.Tensor:
    """Return the input embeddings without the direction that all words share, each of length 1."""
    weights = model.get_input_embeddings().weight.detach()
    words = vocabulary.starting.to(weights.device)
    centre = weights[words].float().mean(0) if len(words) else weights.float().mean(0)
    return torch.nn.functional.normalize(weights.float() - centre, dim=-1).to(model.dtype)


def _without(ranked: Iterator[Suggestion], word: str) -> Iterator[Suggestion]:
    """Leave out the word itself and words that differ from an earlier one in case alone."""
    seen = {word.casefold()}
    for suggestion in ranked:
        key = suggestion.text.casefold()
        if key not in seen:
            seen.add(key)
            yield suggestion


def _is_cjk(word: str) -> bool:
    """Tell whether a word is written in Chinese characters or kana alone."""
    return all("\u3040" <= c <= "\u30ff" or "\u3400" <= c <= "\u9fff" or c >= "\U00020000" for c in word)
