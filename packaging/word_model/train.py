"""Train the model that finds other words: from an encoder to masked-LM and next-sentence heads.

    python packaging/word_model/train.py --start ENCODER --text FOLDER --out FOLDER

The folder at `--out` holds the model as it was last saved, and the checkpoint that `--resume` goes on from.
"""

import argparse
import math
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Self

import torch
from torch.nn.utils import clip_grad_norm_
from transformers import BertForPreTraining

from app.cli.arguments import positive
from app.cli.main import INTERRUPTED, MISUSED, CommandParser
from app.errors import InklingError
from checkpoint import load_checkpoint, read_settings, save_checkpoint
from corpus import training_corpus
from model import choose_device, in_fast_precision, load_model, losses, save_model, start_masked_head
from windows import SHORTEST_WINDOW, Batch, TrainingWindows
from word_pieces import WordPieces

CHECKPOINT = "checkpoint.safetensors"
NEXT_SENTENCE_WEIGHT = 0.3
BETAS = (0.9, 0.98)
WEIGHT_DECAY = 0.01
LARGEST_GRADIENT = 1.0  # norm
REPORT_EVERY = 10  # steps


@dataclass(frozen=True)
class Settings:
    """All that the weights depend on, beside where the run starts and what it reads."""

    steps: int
    batch: int
    tokens: int
    learning_rate: float
    warmup: int
    pairs: float
    seed: int

    def rate(self, step: int) -> float:
        """Return the learning rate of a step, counted from 0: up in a straight line, then down to 0."""
        rising = (step + 1) / self.warmup if step < self.warmup else 1.0
        return self.learning_rate * min(rising, (self.steps - step) / max(1, self.steps - self.warmup))

    def require_window(self, most: int) -> None:
        """Refuse a window that is too short for a pair or too long for the model.

        Raises:
            InklingError: the bounds.
        """
        if not SHORTEST_WINDOW <= self.tokens <= most:
            raise InklingError(f"--tokens should lie between {SHORTEST_WINDOW} and {most}.")


class StopRequest:
    """Turns the first Ctrl+C into a wish that a loop can read; the second one interrupts as ever."""

    def __init__(self) -> None:
        self.made = False

    def __enter__(self) -> Self:
        numbers = (signal.SIGINT, signal.SIGTERM)
        self._before = {int(number): signal.signal(number, self._note) for number in numbers}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self.made = True
        signal.signal(number, self._before[number])


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = CommandParser(prog="train.py", description=(__doc__ or "").partition("\n")[0])
    add = parser.add_argument
    add("--start", type=Path, metavar="FOLDER", help="an encoder, or a BERT with its heads")
    add("--text", type=Path, required=True, metavar="FOLDER", help="plain text: .txt, also .bz2 and .gz")
    add("--out", type=Path, required=True, metavar="FOLDER", help="where the model goes")
    add("--cache", type=Path, metavar="FOLDER", help="where the word pieces go; within --out if left out")
    add("--resume", action="store_true", help="go on from the checkpoint in --out, not from --start")
    add("--steps", type=positive, default=3000)
    add("--batch", type=positive, default=64, help="windows of a step")
    add("--tokens", type=positive, default=96, help="length of a window")
    add("--learning-rate", type=float, default=4e-4)
    add("--warmup", type=positive, default=100, help="steps")
    add("--pairs", type=share, default=1.0, help="share of the windows that are two passages")
    add("--seed", type=positive, default=1)
    add("--device", choices=("auto", "cpu", "cuda"), default="auto")
    add("--threads", type=positive, help="of the processor")
    add("--save-every", type=positive, default=500, metavar="STEPS")
    return parser


def share(argument: str) -> float:
    """Read a number from 0 to 1."""
    value = float(argument)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{argument} does not lie between 0 and 1")
    return value


def main(argv: Sequence[str]) -> int:
    """Carry out a command line, without the program's name, and return the exit status."""
    arguments = build_parser().parse_args(argv)
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    try:
        return run(arguments)
    except InklingError as error:
        print(f"{error.message} {error.hint}".rstrip(), file=sys.stderr)
        return MISUSED
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return INTERRUPTED


def run(arguments: argparse.Namespace) -> int:
    """Train, from the start or from a checkpoint, and return the exit status."""
    settings = Settings(**{name: getattr(arguments, name) for name in Settings.__dataclass_fields__})
    out: Path = arguments.out
    checkpoint = out / CHECKPOINT
    known = read_settings(checkpoint) if arguments.resume else {}
    start = out if arguments.resume else arguments.start
    if start is None:
        raise InklingError("Where to start is missing.", "Name a model's folder with --start.")
    device = choose_device(arguments.device)
    torch.manual_seed(settings.seed)  # heads that the start lacks are random
    model, missing = load_model(start)
    settings.require_window(model.config.max_position_embeddings)
    pieces = WordPieces.of(start)
    corpus, digest = training_corpus(arguments.text, pieces, arguments.cache or out / "text")
    recorded = asdict(settings) | {"text": digest}
    require_same(known, recorded)
    windows = TrainingWindows(corpus, pieces, settings.tokens, settings.batch, settings.pairs, settings.seed)
    if any(name.startswith("cls.predictions.") for name in missing):
        start_masked_head(model, corpus)
    model.to(device)
    optimizer = make_optimizer(model)
    done = load_checkpoint(checkpoint, model, optimizer) if arguments.resume else 0
    progress = Progress(settings, done)
    out.mkdir(parents=True, exist_ok=True)
    with StopRequest() as stop:
        for step in range(done, settings.steps):
            lost = take_step(model, optimizer, windows[step].to(device), settings.rate(step))
            progress.add(step + 1, *lost)
            is_last = step + 1 == settings.steps
            if stop.made or is_last or (step + 1) % arguments.save_every == 0:
                save_model(model, start, out)  # first, because a checkpoint is no use without it
                save_checkpoint(checkpoint, model, optimizer, step + 1, recorded)
            if stop.made and not is_last:
                print(f"Stopped and saved after step {step + 1}; --resume goes on from there.", flush=True)
                return INTERRUPTED
    print(f"The model is in {out}.")
    return 0


def take_step(
    model: BertForPreTraining, optimizer: torch.optim.Optimizer, batch: Batch, rate: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """Learn from a batch, and return what was lost on masked words and on next sentences."""
    with in_fast_precision(model.device):
        masked, following = losses(model, batch)
    (masked + NEXT_SENTENCE_WEIGHT * following).backward()
    clip_grad_norm_(model.parameters(), LARGEST_GRADIENT)
    for group in optimizer.param_groups:
        group["lr"] = rate
    optimizer.step()
    optimizer.zero_grad()
    return masked.detach(), following.detach()


def make_optimizer(model: BertForPreTraining) -> torch.optim.Optimizer:
    """Return AdamW; biases and layer norms are not pulled to zero."""
    parameters = list(model.parameters())
    groups: list[dict[str, Any]] = [
        {"params": [p for p in parameters if p.dim() > 1], "weight_decay": WEIGHT_DECAY},
        {"params": [p for p in parameters if p.dim() <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, betas=BETAS, fused=True)


class Progress:
    """Prints how a run goes.

    Args:
        settings: of the run.
        done: steps that were taken before.
    """

    def __init__(self, settings: Settings, done: int) -> None:
        self._settings = settings
        self._since = done
        self._begun = time.monotonic()
        self._lost: list[tuple[torch.Tensor, torch.Tensor]] = []

    def add(self, step: int, masked: torch.Tensor, following: torch.Tensor) -> None:
        """Take note of what a step lost, the steps counted from 1, and print a line every few steps.

        Raises:
            InklingError: the loss is no number any more.
        """
        self._lost.append((masked, following))
        if step % REPORT_EVERY and step != self._settings.steps:
            return
        mean = [float(torch.stack(column).mean()) for column in zip(*self._lost, strict=True)]
        self._lost.clear()
        if not all(map(math.isfinite, mean)):
            raise InklingError(
                f"The loss is no number any more at step {step}.", "Try a lower learning rate."
            )
        a_step = (time.monotonic() - self._begun) / (step - self._since)
        speed = self._settings.batch * self._settings.tokens / a_step
        minutes = (self._settings.steps - step) * a_step / 60
        print(
            f"step {step:6,} of {self._settings.steps:,}   masked {mean[0]:.3f}   next {mean[1]:.3f}   "
            f"{speed:7,.0f} tokens/s   {minutes:.0f} min left",
            flush=True,
        )


def require_same(known: dict[str, Any], settings: dict[str, Any]) -> None:
    """Refuse to go on with other settings than a run began with; it would not be the same run."""
    for name, value in known.items():
        if settings[name] == value:
            continue
        if name == "text":
            raise InklingError("The text is not the one that this run began with.")
        option = name.replace("_", "-")
        raise InklingError(f"This run began with --{option} {value}, not {settings[name]}.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
