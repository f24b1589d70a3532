"""What a causal model reads before it writes: the story's text, and what else the writer wants it to know."""

from dataclasses import dataclass, replace
from typing import Literal

PassageKind = Literal["frame", "style", "memory", "entry", "note", "text"]
Feed = Literal["raw", "chat"]
"""How a model is shown a text: as it is, or as an answer in a chat that has been begun."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a prompt.

    kind: where it comes from: what frames a prompt for a model that was tuned for chats, the style sample,
        the memory, an entry of the story, the author's note, or the text itself.
    text: as the model reads it, with the line breaks that part it from the next one.
    title: names it for the writer, such as the name of an entry.
    """

    kind: PassageKind
    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class FittedPassage:
    """A passage as it fits into the model's context.

    kept: the text that is read. cut: how many of its tokens are not. tokens: how many are.
    """

    passage: Passage
    kept: str
    tokens: int
    cut: int


Prompt = str | tuple[Passage, ...]
"""The text alone, or passages, one behind the other; the last ends where the model goes on."""


def as_text(prompt: Prompt) -> str:
    """Return a prompt as one text."""
    return prompt if isinstance(prompt, str) else "".join(passage.text for passage in prompt)


def story_of(prompt: Prompt) -> str:
    """Return what of a prompt stands on the page."""
    return "".join(passage.text for passage in as_passages(prompt) if passage.kind == "text")


def as_passages(prompt: Prompt) -> tuple[Passage, ...]:
    """Return a prompt as passages."""
    return (Passage("text", prompt),) if isinstance(prompt, str) else prompt


def extended(prompt: Prompt, text: str) -> Prompt:
    """Return a prompt with more text at its end."""
    if isinstance(prompt, str) or not prompt:
        return as_text(prompt) + text
    return (*prompt[:-1], replace(prompt[-1], text=prompt[-1].text + text))
