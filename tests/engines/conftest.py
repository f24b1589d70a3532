"""Model folders for the engine suite; each is made once a session."""

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
from app.engines.protocols import Engine, MaskFiller, TextGenerator
from app.engines.scripted import ScriptedEngine
from app.engines.torch_causal import TorchCausalEngine
from app.engines.torch_masked import TorchMaskedEngine

Opened = tuple[Engine, Path]


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


@pytest.fixture(params=["scripted", *tiny_models.CAUSAL, *tiny_models.MASKED])
def any_engine(request: pytest.FixtureRequest, tiny_model: Callable[[str], Path], tmp_path: Path) -> Opened:
    """Every engine, empty, with a folder that it can load."""
    if request.param == "scripted":
        return ScriptedEngine([" one", " two", " three"], ["word"]), tmp_path
    engine = TorchCausalEngine() if request.param in tiny_models.CAUSAL else TorchMaskedEngine()
    return engine, tiny_model(request.param)


@pytest.fixture(params=["scripted", *tiny_models.CAUSAL])
def text_generator(
    request: pytest.FixtureRequest, tiny_model: Callable[[str], Path], tmp_path: Path
) -> TextGenerator:
    """Every engine that continues text, loaded."""
    if request.param == "scripted":
        engine: TextGenerator = ScriptedEngine([f" word{number}" for number in range(1000)])
        load(engine, tmp_path)
    else:
        engine = TorchCausalEngine()
        load(engine, tiny_model(request.param))
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


@pytest.fixture(params=["scripted", *tiny_models.MASKED])
def any_mask_filler(
    request: pytest.FixtureRequest, tiny_model: Callable[[str], Path], tmp_path: Path
) -> MaskFiller:
    """Every engine that finds words, loaded."""
    if request.param == "scripted":
        engine: MaskFiller = ScriptedEngine(words=[f"word{c}" for c in "abcdefgh"], needless=["very"])
        load(engine, tmp_path)
    else:
        engine = TorchMaskedEngine()
        load(engine, tiny_model(request.param))
    return engine


@pytest.fixture(params=["scripted", tiny_models.BOTH_HEADS])
def join_reader(
    request: pytest.FixtureRequest, tiny_model: Callable[[str], Path], tmp_path: Path
) -> MaskFiller:
    """Every engine that can tell how sentences follow one another, loaded."""
    if request.param == "scripted":
        engine: MaskFiller = ScriptedEngine()
        load(engine, tmp_path)
    else:
        engine = TorchMaskedEngine()
        load(engine, tiny_model(request.param))
    return engine


@pytest.fixture
def float32(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compute in 32 bits: the rounding of 16 would hide the errors that a test looks for."""
    monkeypatch.setattr(devices, "choose_precision", lambda _device: torch.float32)
    monkeypatch.setattr(devices, "can_multiply_packed", lambda: False)
