"""Engines by name. Their modules are imported when one is made, on the thread that will run it."""

import os
from collections.abc import Callable
from importlib import import_module
from typing import Literal

from app.engines.protocols import Engine
from app.offline import go_offline

Role = Literal["causal", "masked"]
EngineFactory = Callable[[Role], Engine]

ENGINES: dict[Role, str] = {
    "causal": "app.engines.torch_causal:TorchCausalEngine",
    "masked": "app.engines.torch_masked:TorchMaskedEngine",
}


def create_engine(role: Role) -> Engine:
    """Import and make the engine for a kind of model, with the model libraries kept off the network."""
    go_offline(os.environ)
    module, _, name = ENGINES[role].partition(":")
    engine: Engine = getattr(import_module(module), name)()
    return engine
