"""Measure a BERT with both heads on documents that training never sees, and print one JSON object.

python packaging/word_model/evaluate.py --model FOLDER --text FOLDER
"""

import argparse
import gzip
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from transformers import BertForPreTraining

from app.cli.arguments import positive
from app.cli.main import INTERRUPTED, MISUSED, CommandParser
from app.errors import InklingError
from corpus import HELD_OUT_ONE_IN, Corpus, held_out_corpus
from model import choose_device, in_fast_precision, load_model, predict
from windows import FOLLOWS, NO_PAIR, RANDOM, Batch, Row, Windows
from word_pieces import WordPieces

ROOT = Path(__file__).resolve().parents[2]
TOKENS = 128  # of a window; what Inkling shows the model around a word
ROWS = 32  # windows that go through the model together
SEED = 0  # the same windows and masks for every model

Figures = dict[str, Any]


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = CommandParser(prog="evaluate.py", description=(__doc__ or "").partition("\n")[0])
    add = parser.add_argument
    add("--model", type=Path, required=True, metavar="FOLDER", help="a BERT with both heads")
    add("--text", type=Path, required=True, metavar="FOLDER", help="the text that it was trained on")
    add("--windows", type=positive, default=768, help="so many for either figure, at most")
    add("--device", choices=("auto", "cpu", "cuda"), default="auto")
    add("--threads", type=positive, help="of the processor")
    add("--swords", type=Path, metavar="FILE", help="words to replace: JSON lines as for “inkling words”")
    add("--scorer", type=Path, metavar="FILE", help="program that scores them: FILE SWORDS SUGGESTIONS")
    return parser


def main(argv: Sequence[str]) -> int:
    """Carry out a command line, without the program's name, and return the exit status."""
    arguments = build_parser().parse_args(argv)
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    try:
        print(json.dumps(run(arguments), indent=1))
    except InklingError as error:
        print(f"{error.message} {error.hint}".rstrip(), file=sys.stderr)
        return MISUSED
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def run(arguments: argparse.Namespace) -> Figures:
    """Return all figures that were asked for."""
    if (arguments.swords is None) != (arguments.scorer is None):
        raise InklingError("--swords and --scorer go together.")
    device = choose_device(arguments.device)
    model, missing = load_model(arguments.model)
    if missing:
        raise InklingError(f"The model in {arguments.model} lacks a head.", "Train it first.")
    pieces = WordPieces.of(arguments.model)
    corpus = held_out_corpus(arguments.text, pieces)
    if len(corpus.documents) < 3:
        raise InklingError(
            f"Fewer than two documents in {arguments.text} are held out.", f"One in {HELD_OUT_ONE_IN} is."
        )
    figures = measure(model.to(device), corpus, pieces, arguments.windows)
    if arguments.swords:
        figures["swords"] = score_words(arguments.model, arguments.swords, arguments.scorer)
    return figures


def measure(model: BertForPreTraining, corpus: Corpus, pieces: WordPieces, most: int) -> Figures:
    """Return how often both heads are right, in percent, on at most so many windows each.

    Raises:
        InklingError: too little of the text is held out.
    """
    windows = Windows(corpus, pieces, TOKENS)
    rng = np.random.default_rng(SEED)
    chosen = rng.permutation(len(corpus.boundaries))[:most].tolist()
    passages = [windows.passage(boundary) for boundary in chosen]
    hide = {"hidden": 1.0, "swapped": 0.0}
    masked = masked_hits(model, batches(windows, passages, [NO_PAIR] * len(passages), rng, **hide))
    labels = [(FOLLOWS, RANDOM)[index % 2] for index in range(len(chosen) // 2 * 2)]
    pairs = [
        windows.pair(boundary, label == FOLLOWS, rng) for boundary, label in zip(chosen, labels, strict=False)
    ]
    following = next_sentence_hits(model, batches(windows, pairs, labels, rng, share=0.0))
    return {
        "held_out_documents": len(corpus.documents) - 1,
        "masks": len(masked),
        "masked_top1": percent(masked == 0),
        "masked_top5": percent(masked < 5),
        "pairs": len(following),
        "next_sentence": percent(following),
    }


def batches(
    windows: Windows, rows: list[Row], labels: list[int], rng: np.random.Generator, **masking: float
) -> Iterator[Batch]:
    """Yield rows and their labels, some at a time."""
    for at in range(0, len(rows), ROWS):
        yield windows.batch(rows[at : at + ROWS], labels[at : at + ROWS], rng, **masking)


def masked_hits(model: BertForPreTraining, source: Iterator[Batch]) -> torch.Tensor:
    """Return how many other tokens the model would rather have seen at each mask: [masks]."""
    ranks = [torch.empty(0, dtype=torch.long)]
    for batch in source:
        logits, _ = logits_of(model, batch)
        ranks.append((logits > logits.gather(1, batch.targets[:, None])).sum(1))
    return torch.cat(ranks)


def next_sentence_hits(model: BertForPreTraining, source: Iterator[Batch]) -> torch.Tensor:
    """Return where the model is right about the second passage: [rows]."""
    hits = [torch.empty(0, dtype=torch.bool)]
    for batch in source:
        _, logits = logits_of(model, batch)
        hits.append(logits.argmax(1) == batch.labels)
    return torch.cat(hits)


def logits_of(model: BertForPreTraining, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    """Return what both heads say, in float32 on the CPU; see `predict`."""
    with torch.inference_mode(), in_fast_precision(model.device):
        masked, following = predict(model, batch.to(model.device))
    return masked.float().cpu(), following.float().cpu()


def percent(hits: torch.Tensor) -> float:
    """Return the share of hits, times 100."""
    return round(100 * float(hits.float().mean()), 2)


def score_words(model: Path, gold: Path, scorer: Path) -> Figures:
    """Return what a scorer says of the words that Inkling proposes with a model.

    Raises:
        InklingError: Inkling or the scorer failed.
    """
    try:
        questions = gold.read_bytes()
        if gold.suffix == ".gz":
            questions = gzip.decompress(questions)
    except (OSError, EOFError) as error:
        raise InklingError(f"The file {gold} could not be read.") from error
    words = ["-m", "ui", "words", "--jsonl", "-", "--model", str(model.resolve())]
    with TemporaryDirectory() as folder:
        suggestions = Path(folder) / "suggestions.jsonl"
        suggestions.write_bytes(_output(words, questions))
        scoring = [str(file.resolve()) for file in (scorer, gold, suggestions)]
        printed = _output(scoring)
    try:
        figures: Figures = json.loads(printed)
    except ValueError as error:
        raise InklingError(f"{scorer} printed no JSON object.") from error
    return figures


def _output(arguments: list[str], given: bytes = b"") -> bytes:
    """Return what a program in Python prints, run where Inkling is found."""
    done = subprocess.run([sys.executable, *arguments], input=given, capture_output=True, cwd=ROOT)
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise InklingError(f"“{' '.join(arguments)}” failed: {last}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
