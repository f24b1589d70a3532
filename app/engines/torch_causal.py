"""A causal language model through torch: load, prefill, decode, sample."""

import contextlib
import gc
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from tokenizers import Tokenizer
from torch import Tensor

from app.engines import devices
from app.engines.causal_loading import LoadedCausalModel, load_causal_model
from app.engines.context_window import prompt_room
from app.engines.core_share import CoreShare
from app.engines.logprobs import Weighed, logprobs_of
from app.engines.next_words import find_next_words
from app.engines.prefix_cache import PrefixCache
from app.engines.prompt_fitting import PromptFitter
from app.engines.prompts import FittedPassage, Prompt, as_passages
from app.engines.protocols import (
    Alternative,
    Checked,
    FinishReason,
    LoadStep,
    ModelDescription,
    NextWord,
    Prefilled,
    Sampling,
    Step,
    Token,
    WeighedPiece,
)
from app.engines.sampler import Sampler
from app.engines.text_stream import TextStream
from app.engines.token_bytes import TokenBytes
from app.engines.token_healing import (
    Healing,
    keep_likeliest_split,
    plan_healing,
    settle_word,
    weigh,
)
from app.engines.tokenizer_loading import load_tokenizer, special_token_ids
from app.engines.weighing import Weigher
from app.errors import InklingError

BETWEEN_TEXTS = "<|endoftext|>"  # GPT-2, SmolLM, Qwen
KEPT_ASIDE = 64 * 2**20  # bytes of keys and values that are kept for the next text to be weighed


@dataclass
class Loaded:
    """Everything that lives and dies with one set of weights."""

    model: LoadedCausalModel
    tokenizer: Tokenizer
    token_bytes: TokenBytes
    cache: PrefixCache  # of the text before the caret
    fitter: PromptFitter
    begin_id: int
    end_ids: set[int]
    weigher: Weigher
    aside: PrefixCache | None = None  # of a text that was weighed


class TorchCausalEngine:
    """Runs causal language models: those that our decoder knows by itself, others by transformers."""

    def __init__(self) -> None:
        self._loaded: Loaded | None = None

    def load(
        self, folder: Path, device: str, precision: str = "auto"
    ) -> Generator[LoadStep, None, ModelDescription]:
        """See `Engine.load`."""
        self.unload()
        yield LoadStep(0.1, "Reading the vocabulary")
        tokenizer = load_tokenizer(folder)
        model = yield from load_causal_model(folder, device, precision)
        yield LoadStep(0.9, "Warming up")
        self._loaded = _assemble(model, tokenizer)
        try:
            with devices.memory_errors_in_words():
                self._loaded.token_bytes.prepare()
                self._loaded.cache.warm_up()
        except BaseException:
            self.unload()
            raise
        return model.description

    def unload(self) -> None:
        """See `Engine.unload`."""
        if self._loaded is not None:
            device = self._loaded.model.device
            self._loaded = None
            gc.collect()  # transformers' models hold themselves in circles
            devices.release_memory(device)

    def generate(
        self, prompt: Prompt, sampling: Sampling, max_new_tokens: int, alternatives: int = 0
    ) -> Generator[Prefilled | Token, None, FinishReason]:
        """See `TextGenerator.generate`."""
        run = self._continue(prompt, sampling, max_new_tokens, 1, alternatives)
        with contextlib.closing(run):
            while True:
                try:
                    step = next(run)
                except StopIteration as end:
                    reasons: list[FinishReason] = end.value
                    return reasons[0]
                yield step if isinstance(step, Prefilled) else cast(Token, step[0])

    def generate_several(
        self, prompt: Prompt, sampling: Sampling, max_new_tokens: int, count: int, alternatives: int = 0
    ) -> Generator[Prefilled | Step, None, list[FinishReason]]:
        """See `TextGenerator.generate_several`."""
        return (yield from self._continue(prompt, sampling, max_new_tokens, count, alternatives))

    def next_words(self, prompt: Prompt, count: int) -> Generator[Prefilled | Checked, None, list[NextWord]]:
        """See `TextGenerator.next_words`."""
        loaded = self._require_model()
        with devices.memory_errors_in_words():
            read = yield from self._read(prompt)
            return (
                yield from find_next_words(
                    *read, as_passages(prompt)[-1].text, loaded.cache, loaded.token_bytes, count
                )
            )

    def weigh(
        self, prompt: Prompt, texts: Sequence[str]
    ) -> Generator[Prefilled | Checked, None, list[tuple[WeighedPiece, ...]]]:
        """See `TextGenerator.weigh`."""
        loaded = self._require_model()
        with devices.memory_errors_in_words():
            try:
                ids, healing, text = self._place(prompt)
                cache = self._aside(ids)
                steps = loaded.weigher.weigh(text, ids, healing, texts, cache)
                while True:
                    try:
                        yield next(steps)
                    except StopIteration as end:
                        weighed: list[tuple[WeighedPiece, ...]] = end.value
                        return weighed
                    self._require_model()  # it may have been unloaded meanwhile
            finally:
                if loaded.aside is not None and loaded.aside.memory > KEPT_ASIDE:
                    loaded.aside = None

    def prefill(self, prompt: Prompt) -> Generator[Prefilled, None, bool]:
        """See `TextGenerator.prefill`."""
        with devices.memory_errors_in_words():
            yield from self._read(prompt)
        return True

    def fit(self, prompt: Prompt) -> list[FittedPassage]:
        """See `TextGenerator.fit`."""
        return list(self._require_model().fitter.fit(prompt).passages)

    def _require_model(self) -> Loaded:
        if self._loaded is None:
            raise InklingError("No model that continues text is loaded.", "Choose one in Preferences.")
        return self._loaded

    def _continue(
        self, prompt: Prompt, sampling: Sampling, max_new_tokens: int, count: int, alternatives: int
    ) -> Generator[Prefilled | Step, None, list[FinishReason]]:
        """Write `count` continuations of `prompt`, yielding a token of each, or None where one has ended."""
        loaded = self._require_model()
        with devices.memory_errors_in_words():
            ids, healing, positions = yield from self._read(prompt)
            weights, splits = weigh(healing, positions, ids)
            allowed = settle_word(healing, weights, splits)
            if count > 1:  # they share one text, so they have to begin behind the same token
                allowed = keep_likeliest_split(allowed, splits)
            word = ids[len(ids) - healing.word_tokens :]
            ids = ids[: len(ids) - len(word)]
            sampler = Sampler(sampling, loaded.end_ids, [ids] * count)
            chosen = sampler.choose(allowed.expand(count, -1))
            split = int(splits[chosen[0]])
            ids += word[:split]
            sampler.rewrite_histories([[*ids, first] for first in chosen])
            writers = [TextStream(loaded.token_bytes, healing.remainders[split]) for _ in chosen]
            reasons: list[FinishReason | None] = [None] * count
            yield from loaded.cache.read(ids)  # nothing, but for a model that cannot go back
            decode = loaded.cache.branch(count) if count > 1 else loaded.cache.decode
            yield self._step(writers, chosen, weights.expand(count, -1), reasons, alternatives)
            for _ in range(1, min(max_new_tokens, loaded.model.context_length - len(ids))):
                self._require_model()  # it may have been unloaded meanwhile
                logits = decode(chosen)
                chosen = sampler.choose(logits)
                reasons = [
                    reason or ("stop" if token in loaded.end_ids else None)
                    for reason, token in zip(reasons, chosen, strict=True)
                ]
                if all(reasons):
                    break
                yield self._step(writers, chosen, logits, reasons, alternatives)
        return [reason or "length" for reason in reasons]

    def _read(self, prompt: Prompt) -> Generator[Prefilled, None, tuple[list[int], Healing, Tensor]]:
        """Read the prompt, or its end where it is too long.

        Returns:
            Its ids, the ways to begin behind it, and the logits behind the tokens before those beginnings.
        """
        ids, healing, _ = self._place(prompt)
        logits = yield from self._require_model().cache.read(ids, len(healing.remainders))
        return ids, healing, logits

    def _place(self, prompt: Prompt) -> tuple[list[int], Healing, str]:
        """Return what is read of the prompt, the ways to begin behind it, and the text that it ends in."""
        loaded = self._require_model()
        fitted = loaded.fitter.fit(prompt)
        ids = fitted.ids or [loaded.begin_id]
        return ids, plan_healing(ids, fitted.end, loaded.token_bytes), fitted.end

    def _aside(self, ids: list[int]) -> PrefixCache:
        """Return a cache beside the one of the caret, with as much of `ids` as either has read."""
        loaded = self._require_model()
        if loaded.aside is None or loaded.aside.spares(ids) < loaded.cache.spares(ids):
            loaded.aside = None  # its memory goes before that of another is taken
            loaded.aside = loaded.cache.copy()
        return loaded.aside

    def _step(
        self,
        writers: list[TextStream],
        chosen: list[int],
        logits: Tensor,
        reasons: Sequence[FinishReason | None],
        alternatives: int,
    ) -> Step:
        weighed = logprobs_of(logits, chosen, alternatives)
        return tuple(
            None if reason else self._token(writer.step(token), thought)
            for writer, token, thought, reason in zip(writers, chosen, weighed, reasons, strict=True)
        )

    def _token(self, text: str, thought: Weighed) -> Token:
        tokenizer = self._require_model().tokenizer
        best = tuple(Alternative(tokenizer.decode([token]), logprob) for token, logprob in thought.best)
        return Token(text, thought.logprob, best)


def _assemble(model: LoadedCausalModel, tokenizer: Tokenizer) -> Loaded:
    special = special_token_ids(tokenizer)
    ends = set(model.end_ids) | special
    # The token between two texts comes before one. A model tuned for chats has it too, but its BOS token
    # begins a turn of a chat.
    between: int | None = tokenizer.token_to_id(BETWEEN_TEXTS)
    begins = (between, model.begin_id, min(ends, default=0))
    begin_id = next(token for token in begins if token is not None)
    token_bytes = TokenBytes(tokenizer)
    return Loaded(
        model=model,
        tokenizer=tokenizer,
        token_bytes=token_bytes,
        cache=PrefixCache(model.model, CoreShare()),
        fitter=PromptFitter(tokenizer, token_bytes, prompt_room(model.context_length)),
        begin_id=begin_id,
        end_ids=ends,
        weigher=Weigher(tokenizer, token_bytes, begin_id, model.context_length),
    )
