"""transformers' own `generate`: greedy, bfloat16, with its key/value cache."""

import time
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor
from transformers import AutoModelForCausalLM
from transformers.generation.streamers import BaseStreamer

from app.engines.devices import choose_device
from app.engines.meter import Usage


class TransformersGenerate:
    """Runs a model folder as transformers does it by itself, from `from_pretrained` to `generate`.

    A step is its forward pass, the argmax and what `generate` does besides; a token's time is that of its
    coming to the streamer.
    """

    def __init__(self, folder: Path, device: str) -> None:
        model = AutoModelForCausalLM.from_pretrained(
            folder, dtype=torch.bfloat16, local_files_only=True, trust_remote_code=False
        )
        self._model = model.to(choose_device(device))

    def run(self, ids: Sequence[int], new_tokens: int) -> Usage:
        """Continue the prompt by so many tokens, whatever they are."""
        inputs = torch.tensor([ids], device=self._model.device)
        clock = _Clock()
        started = time.perf_counter()
        self._model.generate(
            input_ids=inputs,
            attention_mask=torch.ones_like(inputs),
            do_sample=False,
            min_new_tokens=new_tokens,
            max_new_tokens=new_tokens,
            streamer=clock,
        )
        return Usage.of(started, clock.times[1:])  # the first is the prompt


class _Clock(BaseStreamer):  # type: ignore[misc]
    """Notes when the prompt and each token came, in seconds."""

    def __init__(self) -> None:
        self.times: list[float] = []

    def put(self, value: Tensor) -> None:
        """Note that something came."""
        self.times.append(time.perf_counter())

    def end(self) -> None:
        """Do nothing."""
