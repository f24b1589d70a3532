"""From a folder to a causal model in memory, run by our decoder or else by transformers."""

import json
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError

from app.engines import devices
from app.engines.broken_models import damaged, lacks_weights
from app.engines.causal_model import CausalModel
from app.engines.decoder.loading import Placement, load_decoder
from app.engines.decoder.quantisation import Q4_1_FILE
from app.engines.decoder.shape import DecoderShape, read_shape
from app.engines.lean_model import LeanModel
from app.engines.protocols import LoadStep, ModelDescription

DEFAULT_CONTEXT = 2048  # tokens, for a configuration that names no limit
BYTES = {"int4": 0.75, "int8": 1.0}  # a weight, scales and the head included
READ = 0.2, 0.85  # shares of the time that are over before the weights are read, and after


@dataclass(frozen=True, slots=True)
class LoadedCausalModel:
    """A model and what its configuration says of texts.

    context_length: tokens. begin_id: the token that a text begins with, if any. end_ids: those that end one.
    """

    model: CausalModel
    description: ModelDescription
    device: torch.device
    begin_id: int | None
    end_ids: frozenset[int]

    @property
    def context_length(self) -> int:
        """How many tokens the model can attend to."""
        return self.description.context_length


def load_causal_model(
    folder: Path, device: str, precision: str
) -> Generator[LoadStep, None, LoadedCausalModel]:
    """Load the model in `folder`, yielding before each step of the work; see `Engine.load`.

    Raises:
        InklingError: the model cannot be used; the words say why.
    """
    yield LoadStep(READ[0], "Reading the weights")
    config = _read_json(folder / "config.json")
    shape = read_shape(config)
    placement = _choose_placement(folder, device, precision)
    if shape is None:
        return _load_with_transformers(folder, placement)
    return (yield from _load_lean(folder, shape, placement, config))


def _choose_placement(folder: Path, device: str, precision: str) -> Placement:
    target = devices.choose_device(device)
    plain = devices.choose_precision(target)
    if precision in devices.PLAIN_PRECISIONS:
        plain = devices.PLAIN_PRECISIONS[precision]
    elif target.type == "cpu" and devices.can_multiply_packed():
        coarse = "int4" if (folder / Q4_1_FILE).exists() else "int8"
        weights = coarse if precision == "auto" else precision
        return Placement(target, torch.bfloat16, weights, plain)
    return Placement(target, plain, str(plain).removeprefix("torch."), plain)


def _load_lean(
    folder: Path, shape: DecoderShape, placement: Placement, config: dict[str, Any]
) -> Generator[LoadStep, None, LoadedCausalModel]:
    size = BYTES.get(placement.weights, placement.activations.itemsize)
    begun, read = READ
    try:
        devices.require_memory(folder, placement.device, size)
        with devices.memory_errors_in_words():
            steps = load_decoder(folder, shape, placement)
            while True:
                try:
                    step = next(steps)
                except StopIteration as end:
                    decoder = end.value
                    break
                yield LoadStep(begun + (read - begun) * step.fraction, step.what)
    except KeyError as error:
        raise lacks_weights(folder) from error
    except (IndexError, OSError, RuntimeError, SafetensorError, ValueError) as error:
        raise damaged(folder) from error
    description = ModelDescription(
        name=folder.name,
        architecture=next(iter(config.get("architectures") or [config["model_type"]])),
        parameters=devices.count_parameters(folder),
        context_length=shape.context_length,
        device=placement.device.type,
        precision=placement.weights,
    )
    generation = _read_json(folder / "generation_config.json")
    return LoadedCausalModel(
        model=LeanModel(decoder),
        description=description,
        device=placement.device,
        begin_id=config.get("bos_token_id"),
        end_ids=_ids(config.get("eos_token_id"), generation.get("eos_token_id")),
    )


def _load_with_transformers(folder: Path, placement: Placement) -> LoadedCausalModel:
    from transformers import AutoModelForCausalLM  # takes a second, which most models need not wait for

    from app.engines.transformers_model import TransformersModel
    from app.engines.weights import describe_model, load_weights

    model = load_weights(AutoModelForCausalLM, folder, placement.device, placement.products)
    text_config = model.config.get_text_config()
    context_length = getattr(text_config, "max_position_embeddings", None) or DEFAULT_CONTEXT
    return LoadedCausalModel(
        model=TransformersModel(model),
        description=describe_model(model, folder.name, context_length),
        device=model.device,
        begin_id=model.config.bos_token_id,
        end_ids=_ids(model.config.eos_token_id, model.generation_config.eos_token_id),
    )


def _ids(*entries: int | Sequence[int] | None) -> frozenset[int]:
    """Return the ids in a configuration's entries, each of which is one, several or none."""
    listed = (entry if isinstance(entry, Sequence) else [entry] for entry in entries)
    return frozenset(token for entry in listed for token in entry if token is not None)


def _read_json(file: Path) -> dict[str, Any]:
    """Return what a file says; nothing where it cannot be read."""
    try:
        content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content
