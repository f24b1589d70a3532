"""A causal language model through torch and transformers: load, prefill, decode, sample."""

import inspect
from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM, PreTrainedModel

from app.engines import devices
from app.engines.prefix_cache import PrefixCache
from app.engines.protocols import (
    Alternative,
    FinishReason,
    LoadStep,
    ModelDescription,
    Prefilled,
    Sampling,
    Token,
)
from app.engines.sampler import Sampler
from app.engines.text_codec import TextStream, load_tokenizer, special_token_ids
from app.engines.weights import describe_model, load_weights
from app.errors import InklingError

PREFILL_CHUNK = 256  # tokens in one forward pass of prefill: how long a cancel can wait
BETWEEN_TEXTS = "<|endoftext|>"  # GPT-2, SmolLM, Qwen
DEFAULT_CONTEXT = 2048  # tokens, for a configuration that names no limit


@dataclass
class LoadedModel:
    """Everything that lives and dies with one set of weights."""

    model: PreTrainedModel
    tokenizer: Tokenizer
    cache: PrefixCache
    special_ids: set[int]
    end_ids: set[int]
    context_length: int


class TorchCausalEngine:
    """Runs any causal language model that transformers can load from safetensors."""

    def __init__(self) -> None:
        self._loaded: LoadedModel | None = None

    def load(self, folder: Path, device: str) -> Generator[LoadStep, None, ModelDescription]:
        """See `Engine.load`."""
        self.unload()
        yield LoadStep(0.1, "Reading the vocabulary")
        tokenizer = load_tokenizer(folder)
        yield LoadStep(0.3, "Reading the weights")
        model = load_weights(AutoModelForCausalLM, folder, device)
        parameters = inspect.signature(model.forward).parameters
        if not {"past_key_values", "logits_to_keep"} <= parameters.keys():
            raise InklingError(
                f"Models of the type {model.config.model_type} keep no key/value cache, which Inkling needs.",
                "Choose a model of another family, such as Llama, Qwen, Gemma, Mistral or GPT-2.",
            )
        yield LoadStep(0.9, "Warming up")
        self._loaded = _assemble(model, tokenizer)
        try:
            with torch.inference_mode(), devices.memory_errors_in_words():
                self._loaded.cache.feed([0])
            self._loaded.cache.clear()
        except BaseException:
            self.unload()
            raise
        return describe_model(model, folder.name, self._loaded.context_length)

    def unload(self) -> None:
        """See `Engine.unload`."""
        if self._loaded is not None:
            device = self._loaded.model.device
            self._loaded = None
            devices.release_memory(device)

    def generate(
        self, prompt: str, sampling: Sampling, max_new_tokens: int, alternatives: int = 0
    ) -> Generator[Prefilled | Token, None, FinishReason]:
        """See `TextGenerator.generate`."""
        loaded = self._require_model()
        max_new_tokens = min(max_new_tokens, loaded.context_length // 2)
        ids = self._encode(prompt, room=loaded.context_length - max_new_tokens)
        sampler = Sampler(sampling, loaded.special_ids | loaded.end_ids, [ids])
        stream = TextStream(loaded.tokenizer, ids)
        with devices.memory_errors_in_words():
            logits = yield from self._prefill(ids)
            for step in range(max_new_tokens):
                [chosen] = sampler.choose(logits.unsqueeze(0))
                if chosen in loaded.end_ids:
                    return "stop"
                yield self._token(stream.step(chosen), chosen, logits, alternatives)
                ids.append(chosen)
                if step + 1 < max_new_tokens:
                    logits = self._decode(chosen)
        return "length"

    def prefill(self, prompt: str) -> Generator[Prefilled, None, bool]:
        """See `TextGenerator.prefill`."""
        loaded = self._require_model()
        with devices.memory_errors_in_words():
            yield from self._prefill(self._encode(prompt, room=loaded.context_length // 2))
        return True

    def _require_model(self) -> LoadedModel:
        if self._loaded is None:
            raise InklingError("No model that continues text is loaded.", "Choose one in Preferences.")
        return self._loaded

    def _encode(self, prompt: str, room: int) -> list[int]:
        """Return the ids of the end of the prompt, at least one and at most `room` of them."""
        loaded = self._require_model()
        ids: list[int] = loaded.tokenizer.encode(prompt).ids
        return ids[-room:] or [_text_begin_id(loaded)]

    def _prefill(self, ids: list[int]) -> Generator[Prefilled, None, torch.Tensor]:
        """Feed what the cache does not hold yet, in chunks; return the last logits, [vocabulary]."""
        cache = self._require_model().cache
        done = cache.keep_prefix(ids)
        logits = torch.empty(0)
        while done < len(ids):
            chunk = ids[done : done + PREFILL_CHUNK]
            with torch.inference_mode():
                logits = cache.feed(chunk)
            done += len(chunk)
            yield Prefilled(done, len(ids))
        return logits

    def _decode(self, token_id: int) -> torch.Tensor:
        """Feed one token; return the logits of the next, [vocabulary]."""
        with torch.inference_mode():
            return self._require_model().cache.feed([token_id])

    def _token(self, text: str, chosen: int, logits: torch.Tensor, alternatives: int) -> Token:
        logprobs = logits.log_softmax(-1)
        token = Token(text, float(logprobs[chosen]))
        if not alternatives:
            return token
        best = logprobs.topk(min(alternatives, len(logprobs)))
        tokenizer = self._require_model().tokenizer
        weighed = zip(best.indices.tolist(), best.values.tolist(), strict=True)
        return replace(
            token, alternatives=tuple(Alternative(tokenizer.decode([i]), value) for i, value in weighed)
        )


def _text_begin_id(loaded: LoadedModel) -> int:
    """Return the token behind which a text begins.

    Where there is a token between two texts, that is the one: the BOS token of a model tuned for chats begins
    a turn of a chat.
    """
    between: int | None = loaded.tokenizer.token_to_id(BETWEEN_TEXTS)
    if between is not None:
        return between
    begin: int | None = loaded.model.config.bos_token_id
    return min(loaded.end_ids, default=0) if begin is None else begin


def _assemble(model: PreTrainedModel, tokenizer: Tokenizer) -> LoadedModel:
    special = special_token_ids(tokenizer)
    configured = [model.config.eos_token_id, model.generation_config.eos_token_id]
    ends = {
        i for entry in configured for i in (entry if isinstance(entry, list) else [entry]) if i is not None
    }
    text_config = model.config.get_text_config()
    return LoadedModel(
        model=model,
        tokenizer=tokenizer,
        cache=PrefixCache(model),
        special_ids=special,
        end_ids=ends | special,
        context_length=getattr(text_config, "max_position_embeddings", None) or DEFAULT_CONTEXT,
    )
