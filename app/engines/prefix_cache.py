"""The text that the model has read, kept from one request to the next."""

from collections.abc import Callable, Generator, Sequence

import torch
from torch import Tensor

from app.engines.causal_model import CausalModel
from app.engines.core_share import CoreShare
from app.engines.protocols import Prefilled

PREFILL_CHUNK = 256  # tokens in one forward pass of prefill: how long a cancel can wait
KEPT_LOGITS = 16  # rows of a vocabulary; a caret's word takes fewer
WARM_UP_STEPS = 3  # TorchScript watches the first and rewrites itself in the second


class PrefixCache:
    """Knows which tokens a model's key/value cache holds, and what it said behind the last of a prompt.

    A writer's next request mostly begins with the text of the last one, so only what follows the common
    prefix goes through the model. A request for the very text that was read last costs nothing at all, also
    when a continuation of it was written and taken back meanwhile.
    """

    def __init__(self, model: CausalModel, cores: CoreShare) -> None:
        self._model = model
        self._cores = cores
        self._ids: list[int] = []
        self._logits: dict[int, Tensor] = {}  # [vocabulary] each, behind the tokens at these places

    def read(self, ids: Sequence[int], logits_of: int = 1) -> Generator[Prefilled, None, Tensor]:
        """Bring the cache to exactly `ids`, in chunks, yielding after each.

        Args:
            ids: at least one token.
            logits_of: of how many tokens at the end the logits are wanted.

        Returns:
            The logits behind each of those, [logits_of, vocabulary], float32, on the CPU.
        """
        wanted = range(max(len(ids) - logits_of, 0), len(ids))
        self.cut(common_prefix(self._ids, ids))
        self.cut(next((place for place in wanted if place not in self._logits), len(ids)))
        while (done := len(self._ids)) < len(ids):
            end = min(done + PREFILL_CHUNK, len(ids))
            if done < wanted.start < end < len(ids):
                end = wanted.start  # what is wanted comes from one pass
            first = max(done, wanted.start) if end == len(ids) else end - 1
            logits = self._feed(ids[done:end], end - first)
            self._logits.update(zip(range(first, end), logits, strict=True))
            yield Prefilled(end, len(ids))
        found = torch.stack([self._logits[place] for place in wanted])
        self._logits = dict(sorted(self._logits.items())[-KEPT_LOGITS:])
        if len(wanted) > KEPT_LOGITS:  # one row would keep all that came from the same pass
            self._logits = {place: logits.clone() for place, logits in self._logits.items()}
        return found

    def decode(self, tokens: Sequence[int]) -> Tensor:
        """Read one more token, put as to `branch`; return the logits behind it, [1, vocabulary]."""
        return self._feed(tokens, 1)

    def cut(self, length: int) -> None:
        """Keep the first `length` tokens, or none where the model cannot go back."""
        if length >= len(self._ids):
            return
        kept = length if self._model.cut(length) else 0
        del self._ids[kept:]
        self._logits = {place: logits for place, logits in self._logits.items() if place < kept}

    def branch(self, count: int) -> Callable[[Sequence[int]], Tensor]:
        """Begin so many continuations of the text that was read; this cache stays as it is.

        Returns:
            What reads the next token of each and tells the logits behind them, [count, vocabulary].
        """
        branches = self._model.branch(count)

        def decode(tokens: Sequence[int]) -> Tensor:
            with self._cores.taken():
                return branches.decode(tokens)

        return decode

    def copy(self) -> "PrefixCache":
        """Return a cache of its own that has read the same text."""
        other = PrefixCache(self._model.copy(), self._cores)
        other._ids = self._ids.copy()
        other._logits = self._logits.copy()
        return other

    @property
    def goes_back(self) -> bool:
        """Whether a text that differs from the one that was read is not read anew from its beginning."""
        return self._model.goes_back

    @property
    def memory(self) -> int:
        """How many bytes the text's keys and values take."""
        return self._model.cache_bytes

    def spares(self, ids: Sequence[int]) -> int:
        """Return how many of these tokens need not be read."""
        common = common_prefix(self._ids, ids)
        return common if self.goes_back or common == len(self._ids) else 0

    def warm_up(self) -> None:
        """Take the first steps, which are slow, before anybody waits for them."""
        for _ in self.read([0, 0]):
            pass
        for _ in range(WARM_UP_STEPS):
            self.decode([0])
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._model.clear()
        self._ids = []
        self._logits = {}

    def _feed(self, ids: Sequence[int], logits_of: int) -> Tensor:
        try:
            with self._cores.taken():
                logits = self._model.read(ids, logits_of)
        except BaseException:
            self.clear()
            raise
        self._ids += ids
        return logits


def common_prefix(left: Sequence[int], right: Sequence[int]) -> int:
    """Return how many tokens two texts begin with in common."""
    for place, (one, other) in enumerate(zip(left, right, strict=False)):
        if one != other:
            return place
    return min(len(left), len(right))
