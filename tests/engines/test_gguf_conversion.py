"""The starter model, converted, against transformers' own reading of the same file."""

import itertools
import json
from pathlib import Path

import pytest
import torch
from gguf import GGUFWriter
from transformers import AutoModelForCausalLM, AutoTokenizer

from app.engines.gguf_conversion import convert
from app.engines.protocols import LoadStep
from app.errors import InklingError
from app.models.catalog import Catalog
from app.models.inspection import inspect_folder
from app.models.library import Library

PASSAGE = (
    "The old lighthouse keeper climbed the stairs, as he had every night since the war, and found the lamp "
    "already lit. He’d never told her that 日本 and Über were on the list."
)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    catalog = Catalog.shipped()
    source = Library(tmp_path_factory.mktemp("models"), catalog).source(catalog.default("causal"))
    assert source is not None
    return source


@pytest.fixture(scope="module")
def steps() -> list[LoadStep]:
    return []


@pytest.fixture(scope="module")
def folder(source: Path, steps: list[LoadStep], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("converted")
    steps.extend(convert(source, folder))
    return folder


def test_progress_is_fine_grained_and_never_goes_back(folder: Path, steps: list[LoadStep]) -> None:
    fractions = [step.fraction for step in steps]
    assert fractions == sorted(fractions)
    assert max(late - early for early, late in itertools.pairwise(fractions)) < 0.3
    assert len(steps) > 200


def test_the_copy_is_one_that_inkling_loads(folder: Path) -> None:
    found = inspect_folder(folder)
    assert (found.role, found.architecture) == ("causal", "LlamaForCausalLM")
    assert json.loads((folder / "config.json").read_text())["dtype"] == "bfloat16"


def test_the_copy_thinks_like_the_original(folder: Path, source: Path) -> None:
    original = AutoModelForCausalLM.from_pretrained(source.parent, gguf_file=source.name, dtype=torch.float32)
    copy = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    tokens = AutoTokenizer.from_pretrained(folder)(PASSAGE, return_tensors="pt").input_ids
    with torch.inference_mode():
        expected = original(tokens).logits[0].log_softmax(-1)
        actual = copy(tokens).logits[0].log_softmax(-1)
    divergence = torch.nn.functional.kl_div(actual, expected, log_target=True, reduction="batchmean")
    assert divergence < 1e-3  # nats a token; rounding the weights to bfloat16 costs about 1e-4
    assert torch.equal(actual.argmax(-1), expected.argmax(-1))


def test_the_tokenizer_agrees_with_transformers(folder: Path, source: Path) -> None:
    original = AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name)
    copy = AutoTokenizer.from_pretrained(folder)
    for text in (PASSAGE, "a\n\nb  c\t😀 don't", "<|im_start|>user\nHi<|im_end|>"):
        assert copy(text).input_ids == original(text).input_ids
        assert copy.decode(copy(text).input_ids) == text
    assert copy.special_tokens_map == original.special_tokens_map
    assert copy.chat_template == original.chat_template


def test_digits_stand_alone_as_in_training(folder: Path) -> None:
    pieces = AutoTokenizer.from_pretrained(folder).tokenize("In 1984,\n\n12 men")
    assert pieces == ["In", "Ġ", "1", "9", "8", "4", ",", "ĊĊ", "1", "2", "Ġmen"]


def test_another_kind_of_model_is_refused(tmp_path: Path) -> None:
    writer = GGUFWriter(tmp_path / "other.gguf", "mamba")
    writer.add_tokenizer_model("gpt2")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    with pytest.raises(InklingError, match="cannot convert"):
        list(convert(tmp_path / "other.gguf", tmp_path))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_an_operating_system_error(source: Path, tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        list(convert(source, tmp_path))
