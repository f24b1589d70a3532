"""Opens decoders and reads texts with them and with transformers."""

import json
from collections.abc import Sequence
from pathlib import Path

import torch
from engine_runs import run
from torch import Tensor
from transformers import AutoModelForCausalLM

from app.engines.decoder.decoder import Decoder
from app.engines.decoder.loading import Placement, load_decoder
from app.engines.decoder.shape import DecoderShape, read_shape

PLAIN = {"float32": torch.float32, "bfloat16": torch.bfloat16}
DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]


def shape_of(folder: Path) -> DecoderShape | None:
    """Return what our decoder makes of a model's configuration; None where it leaves it to transformers."""
    return read_shape(json.loads((folder / "config.json").read_text(encoding="utf-8")))


def opened(
    folder: Path, weights: str = "float32", device: str = "cpu", products: torch.dtype = torch.bfloat16
) -> Decoder:
    """Load a decoder; packed weights have activations in bfloat16."""
    plain = PLAIN.get(weights)
    placement = Placement(torch.device(device), plain or torch.bfloat16, weights, plain or products)
    shape = shape_of(folder)
    assert shape is not None
    with torch.inference_mode():
        decoder: Decoder = run(load_decoder(folder, shape, placement))[1]
    return decoder


@torch.inference_mode()
def said(decoder: Decoder, ids: Sequence[int], *chunks: int) -> Tensor:
    """Return the log-probabilities behind each of `ids`, read in chunks of these lengths, then the rest."""
    cache = decoder.new_cache()
    told, place = [], 0
    for length in (*chunks, len(ids)):
        part = ids[place : place + length]
        place += length
        if part:
            told.append(decoder.prefill(part, cache, len(part)))
    return torch.cat(told).log_softmax(-1).cpu()


@torch.inference_mode()
def transformers_says(
    folder: Path, ids: Sequence[int], precision: torch.dtype, device: str = "cpu"
) -> Tensor:
    """Return transformers' log-probabilities behind each of `ids`."""
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=precision).to(device)
    logits: Tensor = model(torch.tensor([ids], device=device)).logits[0]
    return logits.float().log_softmax(-1).cpu()
