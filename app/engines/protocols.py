"""What an engine can do, without saying how: the vocabulary that engines, worker and callers share."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Protocol

from app.engines.prompts import FittedPassage, Prompt

Role = Literal["causal", "masked"]
FinishReason = Literal["length", "stop", "cancelled"]
NeedlessKind = Literal["repeated", "filler"]


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next token is chosen from the logits.

    temperature: 0 is greedy decoding (argmax); otherwise logits are divided by it.
    top_k: keep this many of the largest logits; 0 keeps all.
    top_p: keep the smallest set of tokens whose probabilities reach it (Holtzman et al., 2020); 1 keeps all.
    min_p: drop tokens below this share of the largest probability (Nguyen et al., 2024); 0 keeps all.
    repetition_penalty: divide positive and multiply negative logits of tokens seen before (Keskar et al.,
        2019); 1 changes nothing.
    no_repeat_ngram_size: never complete an n-gram of tokens that occurred before; 0 allows all.
    seed: the same seed, prompt and model give the same tokens; None draws a fresh one.
    """

    temperature: float = 0.8
    top_k: int = 50
    top_p: float = 0.95
    min_p: float = 0.05
    repetition_penalty: float = 1.1
    no_repeat_ngram_size: int = 4
    seed: int | None = None

    @classmethod
    def greedy(cls) -> "Sampling":
        """Return pure greedy decoding: nothing but the argmax of the model's own logits."""
        return cls(0.0, 0, 1.0, 0.0, 1.0, 0)

    def counted_up(self, ways: int) -> "Sampling":
        """Return the same for the ways behind so many of a fixed seed, which differ from those."""
        return self if self.seed is None else replace(self, seed=self.seed + ways)


@dataclass(frozen=True, slots=True)
class Alternative:
    """A token the model weighed at some step, and the natural logarithm of its probability."""

    text: str
    logprob: float


@dataclass(frozen=True, slots=True)
class Token:
    """One decode step.

    text: the characters that this token completed; empty while the bytes of a character are incomplete.
    logprob: natural logarithm of the token's probability by the model, before any sampling rule.
    alternatives: the likeliest tokens of this step, best first, as many as were asked for.
    """

    text: str
    logprob: float
    alternatives: tuple[Alternative, ...] = ()


Step = tuple[Token | None, ...]
"""One decode step of several continuations; None for each that has ended."""


@dataclass(frozen=True, slots=True)
class Prefilled:
    """A part of the prompt has gone through the model: `done` of `total` tokens."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Checked:
    """A part of a text has been looked at: `done` of `total` steps."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class NextWord:
    """A word that may come next, and the natural logarithm of its probability.

    text: as it belongs at the caret: the rest of a word that was begun, or a word with the space before it
        where none stands there. Punctuation is a word of its own.
    logprob: of exactly this word, not of all that begin with it.
    """

    text: str
    logprob: float


@dataclass(frozen=True, slots=True)
class WeighedPiece:
    """A piece of a text, mostly a token, and the natural logarithm of its probability after what precedes."""

    text: str
    logprob: float


@dataclass(frozen=True, slots=True)
class LoadStep:
    """How far loading has come, 0 to 1, and what comes next, in a writer's words."""

    fraction: float
    what: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A word that may stand in the place of another, and its score: larger is better."""

    text: str
    score: float


@dataclass(frozen=True, slots=True)
class NeedlessWord:
    """A word that its sentence may do without: `text[start:end]`, in code points.

    kind: "repeated" stands twice in a row; "filler" only leans on its neighbours.
    gain: mean change of the neighbours' log-probabilities (natural) when it goes; larger speaks for going.
    """

    start: int
    end: int
    kind: NeedlessKind
    gain: float


@dataclass(frozen=True, slots=True)
class ModelDescription:
    """A loaded model: what the status bar and the bench say of it.

    parameters: count. context_length: tokens. device and precision as torch names them ("cpu", "bfloat16").
    """

    name: str
    architecture: str
    parameters: int
    context_length: int
    device: str
    precision: str


class Engine(Protocol):
    """What every engine can do. An engine is made without arguments and runs on one thread."""

    def load(
        self, folder: Path, device: str, precision: str = "auto"
    ) -> Generator[LoadStep, None, ModelDescription]:
        """Load the model in `folder`, yielding before each step of the work.

        Args:
            folder: a local folder with config.json, tokenizer and safetensors weights.
            device: "auto", "cuda", "mps" or "cpu".
            precision: how the weights are kept: "auto", "int4", "int8", "bfloat16", "float16" or "float32".
                The integers are for causal models on a CPU; elsewhere they count as "auto".

        Raises:
            InklingError: the model cannot be used; the words say why. The engine is then empty.
        """

    def unload(self) -> None:
        """Give back the model's memory. Harmless when nothing is loaded."""


class TextGenerator(Engine, Protocol):
    """A causal language model."""

    def generate(
        self, prompt: Prompt, sampling: Sampling, max_new_tokens: int, alternatives: int = 0
    ) -> Generator[Prefilled | Token, None, FinishReason]:
        """Continue `prompt`, yielding after every chunk of prefill and every decode step.

        The text that comes follows the prompt's last character: a word that it breaks off is written on.
        Closing the generator between two steps cancels; the engine stays usable. A prompt longer than the
        context keeps its end.

        Raises:
            InklingError: no model is loaded, or memory ran out.
        """

    def generate_several(
        self, prompt: Prompt, sampling: Sampling, max_new_tokens: int, count: int, alternatives: int = 0
    ) -> Generator[Prefilled | Step, None, list[FinishReason]]:
        """Continue `prompt` in `count` ways at once, which decode as one batch.

        With a seed, the ways count up from it.

        Raises:
            InklingError: no model is loaded, or memory ran out.
        """

    def next_words(self, prompt: Prompt, count: int) -> Generator[Prefilled | Checked, None, list[NextWord]]:
        """Return up to `count` words that may follow `prompt`, likeliest first.

        Closing the generator between two steps cancels; what was read of the prompt stays read.

        Raises:
            InklingError: no model is loaded, or memory ran out.
        """

    def weigh(
        self, prompt: Prompt, texts: Sequence[str]
    ) -> Generator[Prefilled | Checked, None, list[tuple[WeighedPiece, ...]]]:
        """Tell how likely each of some texts is behind `prompt`, piece by piece.

        What `generate` has read is not forgotten for it. Closing the generator between two steps cancels.

        Returns:
            For each text its pieces, which make up the text when they are put together.

        Raises:
            InklingError: no model is loaded, or memory ran out.
        """

    def fit(self, prompt: Prompt) -> list[FittedPassage]:
        """Tell what of `prompt` would be read, passage by passage, and how many tokens that is.

        Raises:
            InklingError: no model is loaded.
        """

    def prefill(self, prompt: Prompt) -> Generator[Prefilled, None, bool]:
        """Run `prompt` through the model and keep its keys and values for the next `generate`.

        Returns True at its end, so that a caller can tell a whole run from a closed one.
        """


class MaskFiller(Engine, Protocol):
    """A masked language model."""

    def suggest(self, text: str, start: int, end: int, count: int) -> list[Suggestion]:
        """Return up to `count` words that fit the place of `text[start:end]`, best first.

        Args:
            text: the passage around the word; only its part that fits the model's window is read.
            start: where the word begins, in code points.
            end: where it ends, half open.
            count: how many words are wanted at most.

        Raises:
            InklingError: no model is loaded, or memory ran out.
            ValueError: the place does not lie within the text.
        """

    def fill_gap(self, text: str, position: int, count: int) -> list[Suggestion]:
        """Return up to `count` words that may be put in at `text[position]`, best first.

        Args:
            text: the passage around the gap; only its part that fits the model's window is read.
            position: where the word would stand, in code points, not inside a word.
            count: how many words are wanted at most.

        Raises:
            InklingError: no model is loaded, or memory ran out.
            ValueError: the position does not lie within the text.
        """

    def find_needless(self, text: str, start: int, end: int) -> Generator[Checked, None, list[NeedlessWord]]:
        """Find words in `text[start:end]` whose sentences read better without them, yielding at each step.

        Closing the generator between two steps cancels; the engine stays usable.

        Args:
            text: the passage; what stands around the part that is looked at is read too.
            start: where the part begins, in code points.
            end: where it ends, half open.

        Raises:
            InklingError: no model is loaded, or memory ran out.
            ValueError: the part does not lie within the text.
        """

    def read_joins(self, sentences: Sequence[str]) -> Generator[Checked, None, list[float]]:
        """Weigh how well each sentence follows from the one before it, yielding after every step.

        Closing the generator between two steps cancels.

        Returns:
            For each pair of neighbours, the probability that the second follows the first, 0 to 1.

        Raises:
            InklingError: no model is loaded, it was not trained for this, or memory ran out.
        """


def check_part(text: str, start: int, end: int) -> None:
    """Refuse a part, perhaps an empty one, that does not lie within `text`; the words do not quote it.

    Raises:
        ValueError: not 0 <= start <= end <= len(text).
    """
    if not 0 <= start <= end <= len(text):
        raise ValueError(f"the part {start}:{end} does not lie within a text of {len(text)} code points")
