"""The keys and values of the text that the model has read, kept from one request to the next."""

import torch
from transformers import DynamicCache, PreTrainedModel
from transformers.cache_utils import DynamicLayer


class PrefixCache:
    """A key/value cache that knows which token ids it holds.

    A writer's next request mostly begins with the text of the last one, so only what follows the common
    prefix goes through the model again. An exception in the middle of a forward pass empties the cache,
    because its layers may then hold different lengths.
    """

    def __init__(self, model: PreTrainedModel) -> None:
        self._model = model
        self._ids: list[int] = []
        self._cache = DynamicCache(config=model.config)

    def keep_prefix(self, ids: list[int]) -> int:
        """Cut the cache back to what it shares with `ids` and return how many of them it holds.

        At least the last id is left to be fed, so that there are logits to choose from.
        """
        common = 0
        for old, new in zip(self._ids, ids[:-1], strict=False):
            if old != new:
                break
            common += 1
        if common < len(self._ids):
            if common and all(type(layer) is DynamicLayer for layer in self._cache.layers):
                self._cache.crop(common - len(self._ids))
                del self._ids[common:]
            else:  # sliding windows and recurrent states cannot go back
                self.clear()
                common = 0
        return common

    def feed(self, ids: list[int]) -> torch.Tensor:
        """Run `ids` through the model behind what is held; return the last position's logits.

        Returns:
            [vocabulary], float32, on the CPU.
        """
        inputs = torch.tensor([ids], device=self._model.device)  # [1, new tokens]
        try:
            output = self._model(
                input_ids=inputs, past_key_values=self._cache, use_cache=True, logits_to_keep=1
            )
        except BaseException:
            self.clear()
            raise
        self._ids += ids
        logits: torch.Tensor = output.logits[0, -1].float().cpu()
        return logits

    def clear(self) -> None:
        """Forget everything."""
        self._ids = []
        self._cache = DynamicCache(config=self._model.config)
