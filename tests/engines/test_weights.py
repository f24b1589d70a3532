"""What happens to folders that are not as they should be."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from engine_runs import GREEDY, load, text
from safetensors.torch import load_file, save_file
from tiny_models import CAUSAL, MASKED, write_sparse_weights

from app.engines.torch_causal import TorchCausalEngine
from app.engines.torch_masked import TorchMaskedEngine
from app.errors import InklingError

Spoil = Callable[[Path], object]


def cut_weights(folder: Path) -> None:
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-100])


def spoil_header(folder: Path) -> None:
    file = folder / "model.safetensors"
    content = bytearray(file.read_bytes())
    content[8:40] = bytes(32)
    file.write_bytes(content)


SPOILT: dict[str, Spoil] = {
    "weights cut short": cut_weights,
    "weights with a damaged header": spoil_header,
    "empty weights": lambda folder: (folder / "model.safetensors").write_bytes(b""),
    "no weights": lambda folder: (folder / "model.safetensors").unlink(),
    "no tokenizer": lambda folder: (folder / "tokenizer.json").unlink(),
    "a damaged tokenizer": lambda folder: (folder / "tokenizer.json").write_text("{"),
    "no configuration": lambda folder: (folder / "config.json").unlink(),
    "a damaged configuration": lambda folder: (folder / "config.json").write_text("{"),
    "an unknown kind of model": lambda folder: (folder / "config.json").write_text('{"model_type": "x"}'),
}


@pytest.fixture(params=["gpt2", "bert"])
def family(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def folder(family: str, tiny_model: Callable[[str], Path], tmp_path: Path) -> Path:
    """A copy that may be spoilt."""
    return Path(shutil.copytree(tiny_model(family), tmp_path / family))


@pytest.fixture
def engine(family: str) -> TorchCausalEngine | TorchMaskedEngine:
    return TorchCausalEngine() if family in CAUSAL else TorchMaskedEngine()


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_a_folder_that_cannot_be_loaded_is_told_in_words(
    engine: TorchCausalEngine | TorchMaskedEngine, folder: Path, spoil: Spoil
) -> None:
    whole = shutil.copytree(folder, folder.with_name("whole"))
    spoil(folder)
    with pytest.raises(InklingError) as refusal:
        load(engine, folder)
    assert str(folder) in refusal.value.message
    assert refusal.value.hint
    load(engine, whole)  # the engine survives


def test_weights_that_are_missing_are_not_made_up(
    engine: TorchCausalEngine | TorchMaskedEngine, folder: Path
) -> None:
    file = folder / "model.safetensors"
    weights = load_file(file)
    weights.pop(next(name for name in weights if "attention" in name or "attn" in name))
    save_file(weights, file, metadata={"format": "pt"})
    with pytest.raises(InklingError, match="lacks some of its weights"):
        load(engine, folder)


def test_a_model_too_large_for_the_machine_is_told_in_words(
    engine: TorchCausalEngine | TorchMaskedEngine, folder: Path
) -> None:
    write_sparse_weights(folder / "model.safetensors", 10**12)
    with pytest.raises(InklingError, match="more memory than is free"):
        load(engine, folder)


def test_a_causal_model_finds_no_words(tiny_model: Callable[[str], Path]) -> None:
    with pytest.raises(InklingError, match="no mask token"):
        load(TorchMaskedEngine(), tiny_model("gpt2"))


def test_a_device_that_is_not_there(engine: TorchCausalEngine | TorchMaskedEngine, folder: Path) -> None:
    with pytest.raises(InklingError, match="no device"):
        list(engine.load(folder, "abacus"))


@pytest.mark.parametrize("family", [*CAUSAL, *MASKED])
def test_weights_in_several_files_are_the_same_model(
    engine: TorchCausalEngine | TorchMaskedEngine, folder: Path
) -> None:
    load(engine, folder)
    expected = answer(engine)
    shard(folder)
    load(engine, folder)
    assert answer(engine) == expected


def answer(engine: TorchCausalEngine | TorchMaskedEngine) -> object:
    if isinstance(engine, TorchCausalEngine):
        return text(engine, "The old dog", GREEDY)
    return engine.suggest("The old dog ran", 8, 11, 5)


def shard(folder: Path) -> None:
    """Split the weights over two files with an index."""
    tensors = load_file(folder / "model.safetensors")
    names = sorted(tensors)
    halves = {
        "model-00001-of-00002.safetensors": names[::2],
        "model-00002-of-00002.safetensors": names[1::2],
    }
    for file, part in halves.items():
        save_file({name: tensors[name] for name in part}, folder / file, metadata={"format": "pt"})
    weight_map = {name: file for file, part in halves.items() for name in part}
    (folder / "model.safetensors.index.json").write_text(
        json.dumps({"metadata": {"total_size": 0}, "weight_map": weight_map})
    )
    (folder / "model.safetensors").unlink()
