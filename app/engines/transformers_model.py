"""A causal model of any other architecture, run by transformers' own forward pass."""

import copy
import inspect
from collections.abc import Sequence

import torch
from torch import Tensor
from transformers import DynamicCache, PreTrainedModel
from transformers.cache_utils import DynamicLayer

from app.errors import InklingError


class TransformersModel:
    """See `CausalModel`.

    Raises:
        InklingError: the architecture keeps no key/value cache.
    """

    def __init__(self, model: PreTrainedModel) -> None:
        parameters = inspect.signature(model.forward).parameters
        if not {"past_key_values", "logits_to_keep"} <= parameters.keys():
            raise InklingError(
                f"Models of the type {model.config.model_type} keep no key/value cache, which Inkling needs.",
                "Choose a model of another family, such as Llama, Qwen, Gemma, Mistral or GPT-2.",
            )
        self._model = model
        self._cache = DynamicCache(config=model.config)
        self._length = 0

    @property
    def goes_back(self) -> bool:
        """See `CausalModel.goes_back`: sliding windows and recurrent states cannot."""
        return all(type(layer) is DynamicLayer for layer in self._cache.layers)

    @property
    def cache_bytes(self) -> int:
        """See `CausalModel.cache_bytes`."""
        kept = (part for layer in self._cache.layers for part in vars(layer).values())
        return sum(part.nbytes for part in kept if isinstance(part, Tensor))

    def read(self, ids: Sequence[int], logits_of: int) -> Tensor:
        """See `CausalModel.read`."""
        inputs = torch.tensor([ids], device=self._model.device)
        logits = _forward(self._model, inputs, self._cache, logits_of)
        self._length += len(ids)
        return logits[0]

    def cut(self, length: int) -> bool:
        """See `CausalModel.cut`."""
        if length >= self._length:
            return True
        if not length or not self.goes_back:
            self.clear()
            return False
        self._cache.crop(length - self._length)
        self._length = length
        return True

    def clear(self) -> None:
        """See `CausalModel.clear`."""
        self._cache = DynamicCache(config=self._model.config)
        self._length = 0

    def copy(self) -> "TransformersModel":
        """See `CausalModel.copy`."""
        other = copy.copy(self)
        other._cache = copy.deepcopy(self._cache)
        return other

    def branch(self, count: int) -> "TransformersBranches":
        """See `CausalModel.branch`."""
        cache = copy.deepcopy(self._cache)
        cache.batch_repeat_interleave(count)
        return TransformersBranches(self._model, cache)


class TransformersBranches:
    """See `Branches`. Each continuation has a copy of the text's keys and values."""

    def __init__(self, model: PreTrainedModel, cache: DynamicCache) -> None:
        self._model = model
        self._cache = cache

    def decode(self, tokens: Sequence[int]) -> Tensor:
        """See `Branches.decode`."""
        inputs = torch.tensor(tokens, device=self._model.device).unsqueeze(1)
        return _forward(self._model, inputs, self._cache, 1)[:, 0]


def _forward(model: PreTrainedModel, inputs: Tensor, cache: DynamicCache, logits_of: int) -> Tensor:
    """Return [texts, logits_of, vocabulary], float32, on the CPU, for inputs [texts, new tokens]."""
    with torch.inference_mode():
        output = model(input_ids=inputs, past_key_values=cache, use_cache=True, logits_to_keep=logits_of)
    logits: Tensor = output.logits.float().cpu()
    return logits
