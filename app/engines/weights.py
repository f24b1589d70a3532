"""From a folder of safetensors to a model in memory."""

import json
from pathlib import Path
from typing import Any

import torch
import transformers
from transformers import PreTrainedModel

from app.engines import devices
from app.engines.broken_models import damaged, lacks_weights
from app.engines.protocols import ModelDescription
from app.errors import InklingError


def load_weights(
    auto_class: Any, folder: Path, device: torch.device, precision: torch.dtype
) -> PreTrainedModel:
    """Load a model for inference: safetensors only, no code from the folder, no network.

    Args:
        auto_class: one of transformers' AutoModelFor… classes.
        folder: the model's folder.
        device: where it is to run.
        precision: of its weights.

    Raises:
        InklingError: the model does not fit in memory, or its files are damaged or of an unknown kind.
    """
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    try:
        devices.require_memory(folder, device, precision.itemsize)
        with devices.memory_errors_in_words():
            model, loading = auto_class.from_pretrained(
                folder,
                dtype=precision,
                use_safetensors=True,
                local_files_only=True,
                trust_remote_code=False,
                output_loading_info=True,
            )
            ready: PreTrainedModel = model.eval().requires_grad_(False).to(device)
    except InklingError:
        raise
    except Exception as error:  # transformers, safetensors and torch each raise their own
        raise damaged(folder) from error
    if loading["missing_keys"]:  # transformers would fill them with random numbers
        raise lacks_weights(folder)
    return ready


def declared_architectures(folder: Path) -> list[str]:
    """Return the classes that config.json names; none where it cannot be read, which loading then reports."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        return list(config.get("architectures") or [])
    except (OSError, ValueError, AttributeError, TypeError):
        return []


def describe_model(model: PreTrainedModel, name: str, context_length: int) -> ModelDescription:
    """Return what the status bar and the bench say of a loaded model; `context_length` in tokens."""
    return ModelDescription(
        name=name,
        architecture=type(model).__name__,
        parameters=model.num_parameters(),
        context_length=context_length,
        device=model.device.type,
        precision=str(model.dtype).removeprefix("torch."),
    )
