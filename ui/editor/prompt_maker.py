"""What the model reads for a place in the text."""

from collections.abc import Callable
from dataclasses import dataclass

from app.assist.context import build_context
from app.document.notes import Notes
from app.engines.prompts import Feed, Prompt
from ui.editor.prompt_window import PromptWindow


@dataclass(frozen=True, slots=True)
class PlacedPrompt:
    """What the model reads before it writes at a place.

    before: the text before the place, as far as it is looked at.
    prompt: all that is read, the writer's notes included; it ends as `before` does.
    """

    before: str
    prompt: Prompt


class PromptMaker:
    """Makes the prompt for a place; every conversation with the causal model begins here.

    Args:
        window: keeps the beginning of what is read in its place.
        notes: returns those of the document.
        feed: returns how the loaded model is shown a text.
    """

    def __init__(self, window: PromptWindow, notes: Callable[[], Notes], feed: Callable[[], Feed]) -> None:
        self._window = window
        self._notes = notes
        self._feed = feed

    def at(self, position: int) -> PlacedPrompt:
        """Return the prompt for a place, in UTF-16 code units."""
        return self._placed(self._window.text_before(position))

    def aside(self, position: int) -> PlacedPrompt:
        """Return the same for a look at another place than the caret, whose prompt begins where it did."""
        return self._placed(self._window.text_aside(position))

    def _placed(self, before: str) -> PlacedPrompt:
        return PlacedPrompt(before, build_context(self._notes(), before, self._feed()))
