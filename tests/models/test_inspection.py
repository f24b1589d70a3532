"""What a model folder is, and which ones are refused."""

import json
import struct
from pathlib import Path

import pytest

from app.errors import InklingError
from app.models.inspection import inspect_folder

BYTES = 16  # of the only tensor


def safetensors(payload: int = BYTES) -> bytes:
    header = json.dumps({"w": {"dtype": "F32", "shape": [4], "data_offsets": [0, BYTES]}}).encode()
    return struct.pack("<Q", len(header)) + header + bytes(payload)


def make_folder(folder: Path, config: object, files: tuple[str, ...] = ("tokenizer.json",)) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "model.safetensors").write_bytes(safetensors())
    for name in files:
        (folder / name).write_text("{}")
    return folder


GPT2 = {"architectures": ["GPT2LMHeadModel"], "model_type": "gpt2"}


def refusal(folder: Path) -> str:
    with pytest.raises(InklingError) as caught:
        inspect_folder(folder)
    assert caught.value.hint
    return caught.value.message


@pytest.mark.parametrize(
    ("architecture", "model_type", "files", "role"),
    [
        ("GPT2LMHeadModel", "gpt2", ("vocab.json", "merges.txt"), "causal"),
        ("LlamaForCausalLM", "llama", ("tokenizer.json",), "causal"),
        ("LlamaForCausalLM", "llama", ("tokenizer.model",), "causal"),
        ("Qwen2ForCausalLM", "qwen2", ("tokenizer.json", "vocab.json", "merges.txt"), "causal"),
        ("Qwen3ForCausalLM", "qwen3", ("tokenizer.json",), "causal"),
        ("GemmaForCausalLM", "gemma", ("tokenizer.model",), "causal"),
        ("Gemma3ForCausalLM", "gemma3_text", ("tokenizer.json",), "causal"),
        ("MistralForCausalLM", "mistral", ("tokenizer.json",), "causal"),
        ("BertForMaskedLM", "bert", ("vocab.txt",), "masked"),
        ("BertForPreTraining", "bert", ("tokenizer.json",), "masked"),
        ("DistilBertForMaskedLM", "distilbert", ("vocab.txt",), "masked"),
        ("RobertaForMaskedLM", "roberta", ("vocab.json", "merges.txt"), "masked"),
        ("ModernBertForMaskedLM", "modernbert", ("tokenizer.json",), "masked"),
        ("AlbertForMaskedLM", "albert", ("spiece.model",), "masked"),
    ],
)
def test_the_role_follows_the_architecture(
    tmp_path: Path, architecture: str, model_type: str, files: tuple[str, ...], role: str
) -> None:
    folder = make_folder(tmp_path, {"architectures": [architecture], "model_type": model_type}, files)
    found = inspect_folder(folder)
    assert (found.role, found.architecture, found.model_type) == (role, architecture, model_type)
    assert found.weight_bytes == len(safetensors())


@pytest.mark.parametrize(
    ("model_type", "role"), [("gpt2", "causal"), ("llama", "causal"), ("bert", "masked")]
)
def test_without_an_architecture_the_type_decides(tmp_path: Path, model_type: str, role: str) -> None:
    assert inspect_folder(make_folder(tmp_path, {"model_type": model_type})).role == role


def test_pickled_weights_beside_safetensors_do_no_harm(tmp_path: Path) -> None:
    folder = make_folder(
        tmp_path, {"architectures": ["BertForMaskedLM"], "model_type": "bert"}, ("vocab.txt",)
    )
    (folder / "pytorch_model.bin").write_bytes(b"\x80\x04.")
    assert inspect_folder(folder).role == "masked"


def test_shards_count_together(tmp_path: Path) -> None:
    folder = make_sharded(tmp_path, "a.safetensors", "b.safetensors")
    assert inspect_folder(folder).weight_bytes == 2 * len(safetensors())


def make_sharded(folder: Path, *names: str) -> Path:
    make_folder(folder, GPT2)
    (folder / "model.safetensors").unlink()
    weight_map = {f"layer{index}": name for index, name in enumerate(names)}
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": weight_map}))
    for name in names:
        (folder / name).write_bytes(safetensors())
    return folder


def test_a_missing_shard_is_named(tmp_path: Path) -> None:
    folder = make_sharded(tmp_path, "a.safetensors", "b.safetensors")
    (folder / "b.safetensors").unlink()
    assert "b.safetensors is missing" in refusal(folder)


@pytest.mark.parametrize("name", ["../a.safetensors", "weights.bin"])
def test_an_index_may_not_lead_elsewhere(tmp_path: Path, name: str) -> None:
    inner = tmp_path / "model"
    inner.mkdir()
    assert "does not open" in refusal(make_sharded(inner, name))


@pytest.mark.parametrize("weight_map", ["{}", '{"weight_map": []}', '{"weight_map": {}}', "[", "[]"])
def test_a_damaged_index_is_refused(tmp_path: Path, weight_map: str) -> None:
    folder = make_sharded(tmp_path, "a.safetensors")
    (folder / "model.safetensors.index.json").write_text(weight_map)
    assert "damaged" in refusal(folder)


def test_a_vanished_folder(tmp_path: Path) -> None:
    assert "There is no folder" in refusal(tmp_path / "gone")


def test_a_file_is_not_a_folder(tmp_path: Path) -> None:
    file = tmp_path / "model.safetensors"
    file.touch()
    assert "is not a folder" in refusal(file)


def test_a_folder_without_config(tmp_path: Path) -> None:
    assert "no config.json" in refusal(tmp_path)


@pytest.mark.parametrize("text", ["{", "[]", "\ufeff\ud800", "[" * 100_000])
def test_a_damaged_config(tmp_path: Path, text: str) -> None:
    make_folder(tmp_path, GPT2)
    (tmp_path / "config.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    assert "config.json" in refusal(tmp_path)


@pytest.mark.parametrize("place", ["config.json", "tokenizer_config.json"])
def test_custom_code_is_refused(tmp_path: Path, place: str) -> None:
    make_folder(tmp_path, GPT2)
    (tmp_path / place).write_text(json.dumps(GPT2 | {"auto_map": {"AutoConfig": "evil.Config"}}))
    assert "program code of its own" in refusal(tmp_path)


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "model.pth", "model.ckpt"])
def test_pickled_weights_are_refused(tmp_path: Path, name: str) -> None:
    make_folder(tmp_path, GPT2)
    (tmp_path / "model.safetensors").rename(tmp_path / name)
    assert "pickled" in refusal(tmp_path)


def test_a_folder_without_weights(tmp_path: Path) -> None:
    make_folder(tmp_path, GPT2)
    (tmp_path / "model.safetensors").unlink()
    assert "no weights" in refusal(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x05\x00",
        safetensors()[:-1],
        safetensors() + b"\x00",
        safetensors()[:20],
        struct.pack("<Q", 2**63) + b"{}",
        struct.pack("<Q", 2) + b"{}",
        struct.pack("<Q", 2) + b"[]",
        struct.pack("<Q", 7) + b'{"w":1}',
        struct.pack("<Q", 29) + b'{"w":{"data_offsets":[4, 0]}}',
    ],
)
def test_damaged_weights_are_refused(tmp_path: Path, content: bytes) -> None:
    make_folder(tmp_path, GPT2)
    (tmp_path / "model.safetensors").write_bytes(content)
    assert "damaged or not complete" in refusal(tmp_path)


def test_a_folder_without_tokenizer(tmp_path: Path) -> None:
    assert "no tokenizer" in refusal(make_folder(tmp_path, GPT2, ("vocab.json",)))


@pytest.mark.parametrize(
    "config",
    [
        {"architectures": ["T5ForConditionalGeneration"], "model_type": "t5"},
        {"architectures": ["BertModel"], "model_type": "bert"},
        {"architectures": ["ElectraForPreTraining"], "model_type": "electra"},
        {"architectures": "GPT2LMHeadModel"},
        {},
    ],
)
def test_other_kinds_of_model_are_refused(tmp_path: Path, config: object) -> None:
    assert "cannot use a model of the kind" in refusal(make_folder(tmp_path, config))
