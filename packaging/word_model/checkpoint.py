"""A run on disk: weights in full precision, the optimizer's moments, the step and the settings."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from app.errors import InklingError


def save_checkpoint(
    file: Path, model: torch.nn.Module, optimizer: torch.optim.Optimizer, step: int, settings: dict[str, Any]
) -> None:
    """Write a run, so that an interruption leaves the old file or the new one."""
    tensors = {f"model.{name}": weight.detach() for name, weight in model.named_parameters()}
    for index, state in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{name}": value for name, value in state.items()}
    partial = file.with_suffix(".partial")
    save_file(tensors, partial, {"step": str(step), "settings": json.dumps(settings)})
    partial.replace(file)


def load_checkpoint(file: Path, model: torch.nn.Module, optimizer: torch.optim.Optimizer) -> int:
    """Put a run's weights and moments back, and return the number of steps that it had done."""
    state: dict[int, dict[str, torch.Tensor]] = {}
    with safe_open(file, "pt") as content, torch.no_grad():
        for name, weight in model.named_parameters():
            weight.copy_(content.get_tensor(f"model.{name}"))
        for key in content.keys():  # noqa: SIM118 (not a dict)
            kind, _, name = key.partition(".")
            if kind == "optimizer":
                index, _, name = name.partition(".")
                state.setdefault(int(index), {})[name] = content.get_tensor(key)
        step = int(content.metadata()["step"])
    optimizer.load_state_dict(optimizer.state_dict() | {"state": state})
    return step


def read_settings(file: Path) -> dict[str, Any]:
    """Return the settings of a run.

    Raises:
        InklingError: there is no checkpoint, or it is damaged.
    """
    if not file.exists():
        raise InklingError(f"There is no checkpoint {file}.", "Start the run without --resume.")
    try:
        with safe_open(file, "pt") as content:
            settings: dict[str, Any] = json.loads(content.metadata()["settings"])
    except (SafetensorError, KeyError, TypeError) as error:
        raise InklingError(f"The checkpoint {file} is damaged.") from error
    return settings
