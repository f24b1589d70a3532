"""Take the pictures of the guide from the real program: `make guide`.

Each state is reached with keys and the mouse in a window of its own; one small function does it and returns
what is to be seen. With `--into` the pictures go elsewhere, so that every state can be looked at, light and
dark, at both scales.
"""

import argparse
import math
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QApplication

from app.engines.protocols import Engine, NextWord, Role
from app.engines.registry import EngineFactory
from app.engines.scripted import ScriptedEngine
from guide_states import SIZE, STATES
from photography import at_the_desk, photograph, save_picture

GUIDE = Path(__file__).parents[1] / "resources" / "guide"
GHOSTS = "ghost"  # what the names of states begin with in which ghost text is wanted
SEED = 42
LENGTH = 40  # of a continuation, in tokens
WAYS = [  # longer than what is streamed until a picture is taken
    " The boat swung out at once, and the shore went past her like a train. Nobody had told her how loud it "
    "would be out there, or how cold. She put her back into it and pulled.",
    " For a moment nothing happened. Then the current took hold of the bow, and the rope burnt through her "
    "hands. She did not think of the fever. She thought of the light, and rowed.",
    " Behind her a window opened, and somebody called her name. She did not look round. Her father could "
    "call as long as he liked; the lantern was calling too, and it was nearer.",
    " The water was louder than she had thought. It talked under the boards, and it knocked on them, as if "
    "somebody down there wanted to be let in. She counted the strokes.",
]
GHOST_WORDS = {" as": 0.6, " until": 0.2, " and": 0.1, " where": 0.04}
SURPRISING = {"hand’s": -5, " quick,": -6, " slowly,": -4, " gate.": -12, " worse.": -7, " lantern": -9}
WORDS = ["swaying", "moving", "hanging", "burning", "rocking", "waving"]


def reach_and_take(application: QApplication, name: str, model: Path, options: argparse.Namespace) -> None:
    """Reach a state and take its picture."""
    create = None if options.models == "real" else scripted()
    with at_the_desk(application, SIZE, settings_for(name, options.theme), model, create) as desk:
        save_picture(STATES[name](desk), options.into / f"{name}.png")


def settings_for(name: str, theme: str) -> str:
    """Return the settings with which a state is reached."""
    wanted = {
        "page.theme": f'"{theme}"',
        "continue.seed": SEED,
        "continue.max_new_tokens": LENGTH,
        "ghost.enabled": str(name.startswith(GHOSTS)).lower(),
    }
    return "".join(f"{key} = {value}\n" for key, value in wanted.items())


def scripted() -> EngineFactory:
    """Return what makes engines that always say the same, for looking at the window alone."""
    causal = ScriptedEngine(
        takes=[way.replace(" ", "\0 ").split("\0")[1:] for way in WAYS],
        next_words=[NextWord(text, math.log(share)) for text, share in GHOST_WORDS.items()],
        logprobs=SURPRISING,
        seconds_per_token=0.02,
    )
    engines: dict[Role, Engine] = {"causal": causal, "masked": ScriptedEngine(words=WORDS)}
    return engines.__getitem__


def read_options(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Take the pictures of the guide.")
    parser.add_argument("states", nargs="*", help=f"all by default: {', '.join(STATES)}")
    parser.add_argument("--into", type=Path, default=GUIDE, help="the folder for the pictures")
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    parser.add_argument("--scale", choices=("1", "2"), default="2", help="pixels for each of the window's")
    parser.add_argument("--models", choices=("real", "scripted"), default="real")
    options = parser.parse_args(arguments)
    if unknown := set(options.states) - set(STATES):
        parser.error(f"no such state: {', '.join(sorted(unknown))}")
    return options


def main() -> int:
    """Take the pictures that are asked for and return the exit status."""
    options = read_options(sys.argv[1:])
    options.into.mkdir(parents=True, exist_ok=True)

    def take(application: QApplication, model: Path) -> None:
        for name in options.states or STATES:
            reach_and_take(application, name, model, options)

    return photograph(take, options.scale)


if __name__ == "__main__":
    sys.exit(main())
