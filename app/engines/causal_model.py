"""What the engine needs of a causal model, whoever runs its forward pass."""

from collections.abc import Sequence
from typing import Protocol

from torch import Tensor


class Branches(Protocol):
    """Several continuations of one text, decoded as one batch; the text's own cache stays as it is."""

    def decode(self, tokens: Sequence[int]) -> Tensor:
        """Read the next token of each; return the logits, [branches, vocabulary], float32, CPU."""


class CausalModel(Protocol):
    """A model with a key/value cache of one text. What fails half-way leaves the cache to `clear`."""

    @property
    def goes_back(self) -> bool:
        """Whether `cut` can forget some tokens and not all."""

    @property
    def cache_bytes(self) -> int:
        """How much memory the cache takes."""

    def read(self, ids: Sequence[int], logits_of: int) -> Tensor:
        """Read tokens behind those in the cache.

        Returns:
            The logits behind each of the last `logits_of`, [logits_of, vocabulary], float32, on the CPU.
        """

    def cut(self, length: int) -> bool:
        """Forget all but the first tokens; return False where the model cannot, and all is forgotten."""

    def clear(self) -> None:
        """Forget everything."""

    def copy(self) -> "CausalModel":
        """Return the same weights with a cache of their own, which holds the same text."""

    def branch(self, count: int) -> Branches:
        """Return so many continuations of what is in the cache."""
