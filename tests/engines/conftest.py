"""Model folders for the engine suite; each is made once a session."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import tiny_decoders
import tiny_models
import torch
import transformers
from engine_runs import load
from tqdm import tqdm

from app.engines import devices
from app.engines.protocols import Engine, MaskFiller
from app.engines.scripted import ScriptedEngine
from app.engines.torch_causal import TorchCausalEngine
from app.engines.torch_masked import TorchMaskedEngine
from app.worker.engine_process import EngineProcess
from ui.program import HOST_ENGINES, own_command

Opened = tuple[Engine, Path]
SCRIPT = [f" word{number}" for number in range(1000)]
WORDS = [f"word{c}" for c in "abcdefgh"]
HOSTED = {"hosted gpt2": "gpt2", "hosted bert": tiny_models.BOTH_HEADS}  # in a process of their own
HOSTED_SCRIPT = f"""
from app.engines.scripted import ScriptedEngine
from app.worker.engine_host import serve
serve(lambda role: ScriptedEngine({SCRIPT}, {WORDS}, needless=["very"]))
"""


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Run tiny models on one thread: several would wait for one another longer than they compute."""
    tqdm.monitor_interval = 0  # its progress bars would leave a thread behind
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return a function from the name of a family to a folder with a tiny model of it."""
    transformers.logging.disable_progress_bar()
    root = tmp_path_factory.mktemp("tiny models")
    makers = {**tiny_models.CAUSAL, **tiny_models.MASKED, **tiny_decoders.EVERY}

    def folder(family: str) -> Path:
        place = root / family
        return place if place.exists() else makers[family](place)

    return folder


@pytest.fixture(scope="module")
def hosted(tiny_model: Callable[[str], Path]) -> Iterator[dict[str, Engine]]:
    """Engines in a process of their own; each keeps a model, so that the process stays."""
    process = EngineProcess(own_command(HOST_ENGINES))
    engines = {
        "hosted gpt2": process.create_engine("causal"),
        "hosted bert": process.create_engine("masked"),
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")
        for name, engine in engines.items():
            load(engine, tiny_model(HOSTED[name]))
    yield engines
    process.end()


@pytest.fixture
def open_engine(
    tiny_model: Callable[[str], Path], hosted: dict[str, Engine], tmp_path: Path
) -> Iterator[Callable[[str], Opened]]:
    """Return a function from the name of an engine to it, empty, and a folder that it can load."""
    process = EngineProcess([sys.executable, "-c", HOSTED_SCRIPT])

    def open_one(name: str) -> Opened:
        if name == "scripted":
            return ScriptedEngine(SCRIPT, WORDS, needless=["very"]), tmp_path
        if name == "hosted script":
            return process.create_engine("causal"), tmp_path
        if name in HOSTED:
            return hosted[name], tiny_model(HOSTED[name])
        return TorchCausalEngine() if name in tiny_models.CAUSAL else TorchMaskedEngine(), tiny_model(name)

    yield open_one
    process.end()


@pytest.fixture(params=["scripted", "hosted script", *HOSTED, *tiny_models.CAUSAL, *tiny_models.MASKED])
def any_engine(request: pytest.FixtureRequest, open_engine: Callable[[str], Opened]) -> Opened:
    """Every engine, empty, with a folder that it can load."""
    return open_engine(request.param)


@pytest.fixture(params=["scripted", "hosted script", "hosted gpt2", *tiny_models.CAUSAL])
def text_generator(request: pytest.FixtureRequest, open_engine: Callable[[str], Opened]) -> Engine:
    """Every engine that continues text, loaded."""
    engine, folder = open_engine(request.param)
    load(engine, folder)
    return engine


@pytest.fixture(params=tiny_models.CAUSAL)
def causal_folder(request: pytest.FixtureRequest, tiny_model: Callable[[str], Path]) -> Path:
    """One family of causal models after the other."""
    return tiny_model(request.param)


@pytest.fixture(params=tiny_models.MASKED)
def masked_folder(request: pytest.FixtureRequest, tiny_model: Callable[[str], Path]) -> Path:
    """One family of masked models after the other."""
    return tiny_model(request.param)


@pytest.fixture
def mask_filler(masked_folder: Path) -> MaskFiller:
    """Every masked engine, loaded."""
    engine = TorchMaskedEngine()
    load(engine, masked_folder)
    return engine


@pytest.fixture(params=["scripted", "hosted script", "hosted bert", *tiny_models.MASKED])
def any_mask_filler(request: pytest.FixtureRequest, open_engine: Callable[[str], Opened]) -> Engine:
    """Every engine that finds words, loaded."""
    engine, folder = open_engine(request.param)
    load(engine, folder)
    return engine


@pytest.fixture(params=["scripted", "hosted script", "hosted bert", tiny_models.BOTH_HEADS])
def join_reader(request: pytest.FixtureRequest, open_engine: Callable[[str], Opened]) -> Engine:
    """Every engine that can tell how sentences follow one another, loaded."""
    engine, folder = open_engine(request.param)
    load(engine, folder)
    return engine


@pytest.fixture
def float32(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compute in 32 bits: the rounding of 16 would hide the errors that a test looks for."""
    monkeypatch.setattr(devices, "choose_precision", lambda _device: torch.float32)
    monkeypatch.setattr(devices, "can_multiply_packed", lambda: False)
