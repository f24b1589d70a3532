"""BERT with its two heads, and what it loses on a batch."""

import copy
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
import transformers
from torch.nn.functional import cross_entropy
from transformers import BertForPreTraining

from app.engines.devices import choose_precision
from app.errors import InklingError
from corpus import Corpus
from windows import NO_PAIR, Batch

TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt")
HEADS = ("cls.predictions.", "cls.seq_relationship.", "bert.pooler.")  # what an encoder may come without


def choose_device(wish: str) -> torch.device:
    """Return the device for "auto", "cpu" or "cuda".

    Raises:
        InklingError: there is no CUDA device.
    """
    there = torch.cuda.is_available()
    if wish == "cuda" and not there:
        raise InklingError("This machine has no CUDA device.")
    return torch.device("cuda" if wish != "cpu" and there else "cpu")


def in_fast_precision(device: torch.device) -> torch.autocast:
    """Return the context in which products are taken in bfloat16, where the device is good at that."""
    return torch.autocast(device.type, torch.bfloat16, choose_precision(device) == torch.bfloat16)


def load_model(folder: Path) -> tuple[BertForPreTraining, set[str]]:
    """Load an encoder, with its heads where the folder has them, in float32.

    Returns:
        The model, without dropout, and the names of the weights that the folder lacks, which are random.

    Raises:
        InklingError: there is no BERT in the folder.
    """
    if not (folder / "config.json").is_file():
        raise InklingError(f"There is no model in {folder}.", "Its config.json is missing.")
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    try:
        model, loading = BertForPreTraining.from_pretrained(
            folder,
            dtype=torch.float32,
            attn_implementation="eager",  # on a CPU faster than the fused kernels at these lengths
            use_safetensors=True,
            local_files_only=True,
            output_loading_info=True,
        )
    except Exception as error:  # transformers, safetensors and torch each raise their own
        raise InklingError(
            f"The model in {folder} could not be loaded.", "Its files may be damaged or incomplete."
        ) from error
    missing = set(loading["missing_keys"])
    if model.config.model_type != "bert":
        raise InklingError(f"The model in {folder} is not a BERT.")
    if lost := sorted(name for name in missing if not name.startswith(HEADS)):
        raise InklingError(f"The model in {folder} lacks some of its weights: {lost[0]}.")
    return model.eval(), missing  # "eval" turns dropout off; gradients flow all the same


def start_masked_head(model: BertForPreTraining, corpus: Corpus) -> None:
    """Let a model without a masked-LM head begin with the encoder's own space and the words' frequencies."""
    head = model.cls.predictions
    counts = torch.bincount(torch.from_numpy(corpus.tokens.astype("int64")), minlength=len(head.bias)) + 1
    with torch.no_grad():
        head.transform.dense.weight.copy_(torch.eye(model.config.hidden_size))
        head.transform.dense.bias.zero_()
        head.transform.LayerNorm.reset_parameters()
        head.bias.copy_((counts / counts.sum()).log())


def predict(model: BertForPreTraining, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the logits of both heads: [masks, vocabulary] and [rows, 2].

    The masked-LM head sees only the places that it is asked for: everywhere, it would cost as much as the
    encoder.
    """
    encoded = model.bert(input_ids=batch.ids, token_type_ids=batch.segments, attention_mask=batch.attention)
    asked = encoded.last_hidden_state.flatten(0, 1)[batch.places]
    return model.cls.predictions(asked), model.cls.seq_relationship(encoded.pooler_output)


def losses(model: BertForPreTraining, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    """Return what the model loses on masked words and on next sentences, in nats; 0 where none was asked."""
    masked, following = predict(model, batch)
    pairs = (batch.labels != NO_PAIR).sum().clamp_min(1)
    return (
        cross_entropy(masked.float(), batch.targets, reduction="sum") / max(1, len(batch.targets)),
        cross_entropy(following.float(), batch.labels, ignore_index=NO_PAIR, reduction="sum") / pairs,
    )


def save_model(model: BertForPreTraining, tokenizer_folder: Path, folder: Path) -> None:
    """Write the model in bfloat16, with its tokenizer; a file is replaced in one step."""
    with TemporaryDirectory(dir=folder) as work:
        copy.deepcopy(model).to("cpu", torch.bfloat16).save_pretrained(work)
        for file in (tokenizer_folder / name for name in TOKENIZER_FILES):
            if file.is_file():
                shutil.copy(file, work)
        for file in Path(work).iterdir():
            file.replace(folder / file.name)
