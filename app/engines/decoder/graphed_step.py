"""One decode step on an NVIDIA GPU, recorded once and replayed as one CUDA graph."""

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from app.engines.decoder.key_value_cache import KeyValueCache

if TYPE_CHECKING:
    from app.engines.decoder.decoder import Decoder

WARM_UP_STEPS = 3  # before recording, as torch.cuda.graph asks for


class GraphedStep:
    """Launches a step's kernels at once: one by one, the launches take longer than the kernels.

    A graph belongs to the buffer of a cache and is recorded anew when that grows or is another.
    """

    def __init__(self, decoder: "Decoder") -> None:
        self._decoder = decoder
        self._token = torch.zeros(1, dtype=torch.long, device=decoder.device)
        self._position = torch.zeros(1, dtype=torch.long, device=decoder.device)
        self._recorded: Tensor | None = None  # the buffer
        self._graph = torch.cuda.CUDAGraph()
        self._logits = torch.empty(0)

    def __call__(self, token: int, cache: KeyValueCache) -> Tensor:
        """Return the logits behind the token, [1, vocabulary], float32; the cache's length stays as it is."""
        cache.reserve(1)
        self._token.fill_(token)
        self._position.fill_(cache.length)
        if cache.buffer is not self._recorded:
            self._record(cache)
        self._graph.replay()
        return self._logits.clone()

    def _record(self, cache: KeyValueCache) -> None:
        """Record the step. Meanwhile it writes where the token goes anyway."""
        self._decoder.know_positions(cache.buffer.shape[3])
        aside = torch.cuda.Stream(self._decoder.device)
        aside.wait_stream(torch.cuda.current_stream(self._decoder.device))
        with torch.cuda.stream(aside):
            for _ in range(WARM_UP_STEPS):
                self._decoder.decode_static(self._token, self._position, cache)
        torch.cuda.current_stream(self._decoder.device).wait_stream(aside)
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph):
            self._logits = self._decoder.decode_static(self._token, self._position, cache)
        self._recorded = cache.buffer
