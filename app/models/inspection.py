"""Looks into a model folder without loading it: what it is, and whether it may be trusted."""

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.engines.protocols import Role
from app.errors import InklingError

WEIGHTS = "model.safetensors"
WEIGHTS_INDEX = "model.safetensors.index.json"
PICKLED = {".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle"}
TOKENIZERS = (
    ("tokenizer.json",),
    ("vocab.json", "merges.txt"),
    ("vocab.txt",),
    ("tokenizer.model",),
    ("spiece.model",),
)
CAUSAL_ENDINGS = ("ForCausalLM", "LMHeadModel")
MASKED_ENDINGS = ("ForMaskedLM",)
MASKED_PRETRAINING = {"BertForPreTraining", "AlbertForPreTraining", "MobileBertForPreTraining"}
CAUSAL_TYPES = {
    "falcon", "gemma", "gemma2", "gemma3_text", "gpt2", "gpt_bigcode", "gpt_neo", "gpt_neox", "gptj", "llama",
    "mistral", "mixtral", "olmo", "olmo2", "opt", "phi", "phi3", "qwen2", "qwen3", "smollm3", "stablelm",
}  # fmt: skip
MASKED_TYPES = {
    "albert", "bert", "camembert", "deberta", "deberta-v2", "distilbert", "electra", "mobilebert",
    "modernbert", "roberta", "xlm-roberta",
}  # fmt: skip

LENGTH_BYTES = 8  # a safetensors file: header length (little endian), header (JSON), tensors
LONGEST_HEADER = 100_000_000  # bytes; the format's own limit
SAFETENSORS_ONLY = "Get the model in the safetensors format."
COPY_AGAIN = "Download or copy the model again."


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder that holds a model of a kind that Inkling can load."""

    folder: Path
    role: Role
    architecture: str
    model_type: str
    weight_bytes: int


def inspect_folder(folder: Path) -> ModelFolder:
    """Return what the model in `folder` is; only names, JSON and the headers of the weights are read.

    Raises:
        InklingError: the model cannot be used or must not be trusted; the words say why.
    """
    folder = folder.expanduser()
    try:
        return _inspect(folder)
    except OSError as error:
        raise InklingError(
            f"The model folder {folder} could not be read.", "Check that you may open it."
        ) from error


def _inspect(folder: Path) -> ModelFolder:
    if not folder.exists():
        raise InklingError(
            f"There is no folder {folder}.", "It may have been moved or deleted. Choose a model folder."
        )
    if not folder.is_dir():
        raise InklingError(f"{folder} is not a folder.", "Choose the folder that holds config.json.")
    if not (folder / "config.json").is_file():
        raise InklingError(
            f"{folder} holds no config.json.", "Choose the folder of a model, with its config.json."
        )
    config = _read_json(folder / "config.json")
    _refuse_code(folder, config)
    weights = _weight_files(folder)
    for file in weights:
        _check_safetensors(file)
    if not any(all((folder / name).is_file() for name in names) for names in TOKENIZERS):
        raise InklingError(f"{folder} holds no tokenizer.", "tokenizer.json belongs beside config.json.")
    architecture, model_type = _architecture(config), str(config.get("model_type", ""))
    return ModelFolder(
        folder=folder,
        role=_role(architecture, model_type),
        architecture=architecture,
        model_type=model_type,
        weight_bytes=sum(file.stat().st_size for file in weights),
    )


def _read_json(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise InklingError(f"{file.name} in {file.parent} is damaged.", COPY_AGAIN) from error
    if not isinstance(content, dict):
        raise InklingError(f"{file.name} in {file.parent} is damaged.", COPY_AGAIN)
    return content


def _refuse_code(folder: Path, config: dict[str, Any]) -> None:
    tokenizer_config = folder / "tokenizer_config.json"
    configs = [config, _read_json(tokenizer_config)] if tokenizer_config.is_file() else [config]
    if any(content.get("auto_map") for content in configs):
        raise InklingError(
            f"The model in {folder} asks to run program code of its own, and Inkling does not allow that.",
            "Choose a model that needs no custom code.",
        )


def _weight_files(folder: Path) -> list[Path]:
    if (folder / WEIGHTS).is_file():
        return [folder / WEIGHTS]
    if (folder / WEIGHTS_INDEX).is_file():
        return _shards(folder)
    if any(file.suffix in PICKLED for file in folder.iterdir()):
        raise InklingError(
            f"The weights in {folder} are pickled, and pickled files can run program code.", SAFETENSORS_ONLY
        )
    raise InklingError(f"{folder} holds no weights.", f"{WEIGHTS} belongs beside config.json.")


def _shards(folder: Path) -> list[Path]:
    weight_map = _read_json(folder / WEIGHTS_INDEX).get("weight_map")
    if not isinstance(weight_map, dict) or not weight_map:
        raise InklingError(f"{WEIGHTS_INDEX} in {folder} is damaged.", COPY_AGAIN)
    names = sorted({str(name) for name in weight_map.values()})
    for name in names:
        if name != Path(name).name or not name.endswith(".safetensors"):
            raise InklingError(
                f"{WEIGHTS_INDEX} in {folder} names {name}, which Inkling does not open.", SAFETENSORS_ONLY
            )
        if not (folder / name).is_file():
            raise InklingError(f"{name} is missing in {folder}.", COPY_AGAIN)
    return [folder / name for name in names]


def _check_safetensors(file: Path) -> None:
    """Refuse a file whose header does not account for exactly the bytes that follow it."""
    damaged = InklingError(f"{file.name} in {file.parent} is damaged or not complete.", COPY_AGAIN)
    size = file.stat().st_size
    with file.open("rb") as stream:
        start = stream.read(LENGTH_BYTES)
        length = struct.unpack("<Q", start)[0] if len(start) == LENGTH_BYTES else 0
        if not 2 <= length <= min(LONGEST_HEADER, size - LENGTH_BYTES):
            raise damaged
        header = stream.read(length)
    try:
        tensors = json.loads(header)
        spans = sorted(
            tuple(entry["data_offsets"]) for name, entry in tensors.items() if name != "__metadata__"
        )
        end = 0
        for begin, stop in spans:
            if begin != end or stop < begin:
                raise damaged
            end = stop
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError) as error:
        raise damaged from error
    if not spans or end != size - LENGTH_BYTES - length:
        raise damaged


def _architecture(config: dict[str, Any]) -> str:
    architectures = config.get("architectures")
    return str(architectures[0]) if isinstance(architectures, list) and architectures else ""


def _role(architecture: str, model_type: str) -> Role:
    """Tell the role by the class that was saved, or by the model's type where no class is named.

    A class without a language-model head is refused: its head would be made of random numbers.
    """
    if architecture.endswith(CAUSAL_ENDINGS) or (not architecture and model_type in CAUSAL_TYPES):
        return "causal"
    if (
        architecture.endswith(MASKED_ENDINGS)
        or architecture in MASKED_PRETRAINING
        or (not architecture and model_type in MASKED_TYPES)
    ):
        return "masked"
    raise InklingError(
        f"Inkling cannot use a model of the kind {architecture or model_type or 'unknown'}.",
        "Choose a causal language model or a masked language model.",
    )
