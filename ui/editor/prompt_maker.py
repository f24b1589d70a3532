"""What the model reads for a place in the text."""

from dataclasses import dataclass

from app.assist.continuation import build_prompt
from app.engines.prompts import Prompt
from ui.editor.prompt_window import PromptWindow


@dataclass(frozen=True, slots=True)
class PlacedPrompt:
    """What the model reads before it writes at a place.

    before: the text before the place, as far as it is looked at.
    prompt: all that is read; it ends with `before`.
    """

    before: str
    prompt: Prompt


class PromptMaker:
    """Makes the prompt for a place; every conversation with the causal model begins here.

    Args:
        window: keeps the beginning of what is read in its place.
    """

    def __init__(self, window: PromptWindow) -> None:
        self._window = window

    def at(self, position: int) -> PlacedPrompt:
        """Return the prompt for a place, in UTF-16 code units."""
        before = self._window.text_before(position)
        return PlacedPrompt(before, build_prompt(before))
