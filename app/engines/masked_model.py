"""A masked language model in memory, and the one way in which everything else reads it."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Encoding, Tokenizer
from transformers import AutoModelForMaskedLM, AutoModelForPreTraining, PreTrainedModel

from app.engines import devices
from app.engines.core_share import CoreShare
from app.engines.protocols import LoadStep
from app.engines.tokenizer_loading import load_tokenizer
from app.engines.weights import declared_architectures, load_weights
from app.engines.word_vocabulary import WordVocabulary, mask_token_id
from app.errors import InklingError

WINDOW = 128  # tokens around a place that the model reads
CONTEXT_LAYERS = slice(2, None)  # of the hidden states, of which the first is the embeddings
WITH_BOTH_HEADS = "BertForPreTraining"  # masked LM and next sentence

Places = tuple[slice | list[int], list[int]]  # an index of [rows, tokens]


@dataclass(frozen=True)
class Readings:
    """What the model says of a batch of rows, on the CPU.

    logprobs: [rows, places, vocabulary], float32, natural logarithms.
    hidden: [rows, tokens, hidden], float32, contextual vectors.
    """

    logprobs: torch.Tensor
    hidden: torch.Tensor

    def row(self, number: int) -> "Readings":
        """Return what the model says of one row: the same without the first dimension."""
        return Readings(self.logprobs[number], self.hidden[number])


@dataclass(frozen=True)
class MaskedModel:
    """Everything that lives and dies with one set of weights.

    window: tokens that are read at once, without those that frame the text.
    frame: the ids before and behind a text: [CLS] and [SEP], <s> and </s>, or nothing.
    """

    model: PreTrainedModel
    tokenizer: Tokenizer
    vocabulary: WordVocabulary
    mask_id: int
    window: int
    frame: tuple[list[int], list[int]]
    cores: CoreShare

    @classmethod
    def load(cls, folder: Path, device: str) -> Generator[LoadStep, None, "MaskedModel"]:
        """Load the model in `folder`, yielding before each step of the work.

        Raises:
            InklingError: the folder holds no masked language model that can be used.
        """
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
        target = devices.choose_device(device)
        model = load_weights(_auto_class(folder), folder, target, devices.choose_precision(target))
        ids: list[int] = tokenizer.encode("").ids
        frame = ids[: len(ids) // 2], ids[len(ids) // 2 :]
        positions = model.config.max_position_embeddings - len(ids) - 2
        return cls(model, tokenizer, vocabulary, mask_id, min(WINDOW, positions), frame, CoreShare())

    @property
    def reads_pairs(self) -> bool:
        """Whether the model has a next-sentence head."""
        return type(self.model).__name__ == WITH_BOTH_HEADS

    def encode(self, text: str) -> Encoding:
        """Return the tokens of a text without the frame; their offsets are those in `text`, plus 1."""
        # A leading space lets byte-level tokenizers treat the first word like any other.
        return self.tokenizer.encode(" " + text, add_special_tokens=False)

    def pieces_within(self, encoding: Encoding, start: int, end: int) -> range:
        """Return which tokens of `encode(text)` cover the code points `start` to `end` of the text."""
        covering = [
            index for index, (a, b) in enumerate(encoding.offsets) if a < end + 1 and b > start + 1 and b > a
        ]
        return range(covering[0], covering[-1] + 1) if covering else range(0)

    def window_around(self, ids: list[int], pieces: range) -> tuple[list[int], range]:
        """Cut the tokens around a place to the model's window and frame them.

        Returns:
            The framed ids, and where the pieces stand among them.
        """
        room = max(self.window - len(pieces), 0)
        begin = max(0, min(pieces.start - room // 2, len(ids) - self.window))
        cut = ids[begin : begin + self.window]
        before, after = self.frame
        shift = len(before) - begin
        stop = max(min(pieces.stop, begin + len(cut)), pieces.start)
        return [*before, *cut, *after], range(pieces.start + shift, stop + shift)

    def read(self, rows: Sequence[list[int]], places: list[int], with_hidden: bool = False) -> Readings:
        """Read rows of the same number of ids together; the vocabulary is weighed at `places` alone."""
        inputs = torch.tensor(list(rows))  # [rows, tokens]
        output = self._run((slice(None), places), input_ids=inputs, output_hidden_states=with_hidden)
        hidden = contextual_vectors(output.hidden_states).cpu() if with_hidden else torch.empty(0)
        return Readings(self._logprobs(output), hidden)  # [rows, places, vocabulary]

    def read_each(self, rows: Sequence[list[int]], places: Sequence[int]) -> torch.Tensor:
        """Read rows of the same number of ids together, and each at one place of its own.

        Returns:
            [rows, vocabulary], float32, natural logarithms, on the CPU.
        """
        inputs = torch.tensor(list(rows))  # [rows, tokens]
        return self._logprobs(self._run((list(range(len(rows))), list(places)), input_ids=inputs))

    def read_pairs(self, pairs: Sequence[tuple[list[int], list[int]]]) -> torch.Tensor:
        """Return how likely the second text of each pair is to follow the first, [pairs], 0 to 1.

        The pairs are given as ids without the frame, and read together. Only for models that `reads_pairs`.
        """
        begin, end = self.frame
        firsts = [[*begin, *first, *end] for first, _ in pairs]
        seconds = [[*second, *end] for _, second in pairs]
        length = max(len(first) + len(second) for first, second in zip(firsts, seconds, strict=True))
        inputs = torch.full((len(pairs), length), self.model.config.pad_token_id or 0)
        types = torch.zeros_like(inputs)
        mask = torch.zeros_like(inputs)
        for row, (first, second) in enumerate(zip(firsts, seconds, strict=True)):
            stop = len(first) + len(second)
            inputs[row, :stop] = torch.tensor(first + second)
            types[row, len(first) : stop] = 1
            mask[row, :stop] = 1
        output = self._run((slice(None), [0]), input_ids=inputs, attention_mask=mask, token_type_ids=types)
        is_next: torch.Tensor = output.seq_relationship_logits.float().softmax(-1)[:, 0]  # [pairs]
        return is_next.cpu()

    def _run(self, places: Places, output_hidden_states: bool = False, **inputs: torch.Tensor) -> Any:
        """Run the model over inputs of [rows, tokens]; the vocabulary is weighed at `places` alone."""
        on_device = {name: tensor.to(self.model.device) for name, tensor in inputs.items()}
        with _head_reads_only(self.model, places), self.cores.taken():
            return self.model(**on_device, output_hidden_states=output_hidden_states)

    def _logprobs(self, output: Any) -> torch.Tensor:
        logits = output.prediction_logits if self.reads_pairs else output.logits
        logprobs: torch.Tensor = logits.float().log_softmax(-1)
        return logprobs.cpu()


def contextual_vectors(hidden_states: Sequence[torch.Tensor]) -> torch.Tensor:
    """Return the mean of the upper layers, [..., hidden], float32; the lower know little of the context."""
    return torch.stack(list(hidden_states[CONTEXT_LAYERS])).float().mean(0)


def _auto_class(folder: Path) -> Any:
    """Return the class that reads every head that the weights have; others would be filled at random."""
    both = WITH_BOTH_HEADS in declared_architectures(folder)
    return AutoModelForPreTraining if both else AutoModelForMaskedLM


@contextmanager
def _head_reads_only(model: PreTrainedModel, places: Places) -> Iterator[None]:
    """Let the vocabulary projection, the dearest product of a small model, see only `places`."""

    def pick(_module: torch.nn.Module, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        return (inputs[0][places], *inputs[1:])

    handle = model.get_output_embeddings().register_forward_pre_hook(pick)
    try:
        yield
    finally:
        handle.remove()
