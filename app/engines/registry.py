"""Engines by name. Their modules are imported when one is made, on the thread that will run it."""

import os
from collections.abc import Callable
from importlib import import_module

from app.engines.protocols import Engine, Role
from app.offline import go_offline

EngineFactory = Callable[[Role], Engine]

# OpenMP's threads wait for each other by turning in a loop, several hundred times a token. Where another
# program has one of the cores, a turning one keeps the one it waits for from running. So they turn for some
# tenths of a millisecond, as long as most waits on an idle machine, and then sleep; see also `CoreShare`.
WAITING_THREADS = {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "10000"}
ENGINES: dict[Role, str] = {
    "causal": "app.engines.torch_causal:TorchCausalEngine",
    "masked": "app.engines.torch_masked:TorchMaskedEngine",
}


def create_engine(role: Role) -> Engine:
    """Import and make the engine for a kind of model, with the model libraries kept off the network."""
    go_offline(os.environ)
    for name, value in WAITING_THREADS.items():
        os.environ.setdefault(name, value)
    module, _, name = ENGINES[role].partition(":")
    engine: Engine = getattr(import_module(module), name)()
    return engine
