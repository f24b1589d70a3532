"""What the model reads before it writes: the writer's notes, set around the text before the caret.

The order costs the least reading: what changes seldom comes first, for only what follows the first
difference from the prompt before is read anew. So the style sample, the memory and the entries of the story
precede the text. The author's note stands in the text, some hundred characters before the caret, at a place
that stays while the writer writes on.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Literal

from app.assist.continuation import build_prompt, first_boundary
from app.document.notes import Entry, Notes
from app.engines.prompts import Feed, Passage, Prompt
from app.writing_systems import RUN_ON

RECENT = 2000  # characters before the caret in which keywords are looked for
RECENT_STEP = 500  # an entry leaves up to so many characters later, and several leave together
NOTE_DISTANCE = 500  # characters between the author's note and the caret, less what a boundary takes
NOTE_STEP = 300  # the note moves on by so many at a time
NOTE_REACH = 200  # how far a boundary for its place is looked for

CHAT_BEGIN = (  # ChatML, the template of SmolLM2 and Qwen
    "<|im_start|>system\nYou are a novelist. You continue the text that you are given in the same voice."
)
CHAT_NOTES = "\n\n"
CHAT_ASK = (
    "<|im_end|>\n<|im_start|>user\nContinue this text. Write only what comes next.<|im_end|>\n"
    "<|im_start|>assistant\n"
)


def build_context(notes: Notes, before: str, feed: Feed = "raw") -> Prompt:
    """Return what the model reads for a caret; the text alone where there are no notes.

    Args:
        notes: of the document.
        before: the text before the caret, as far as it is looked at.
        feed: how the model is shown a text.
    """
    text = build_prompt(before)
    if feed == "raw" and not _has_words(notes):
        return text
    lead = [_note("style", notes.style), _note("memory", notes.memory), *_entries(notes.entries, text)]
    told = [passage for passage in lead if passage is not None]
    parts = _with_author_note(text, _note("note", notes.author_note))
    if feed == "chat":
        gap = [Passage("frame", CHAT_NOTES)] if told else []
        return (Passage("frame", CHAT_BEGIN), *gap, *told, Passage("frame", CHAT_ASK), *parts)
    return (*told, *parts)


def _has_words(notes: Notes) -> bool:
    texts = (notes.style, notes.memory, notes.author_note, *(entry.text for entry in notes.entries))
    return any(text.strip() for text in texts)


def _note(kind: Literal["style", "memory", "note"], text: str) -> Passage | None:
    return Passage(kind, f"{text.strip()}\n\n") if text.strip() else None


def _entries(entries: Iterable[Entry], text: str) -> list[Passage]:
    """Return the entries of which one keyword occurs in the recent text, in the writer's order."""
    recent = text[max(len(text) - RECENT, 0) // RECENT_STEP * RECENT_STEP :]
    folded = fold(recent)
    return [
        Passage("entry", f"{entry.text.strip()}\n\n", entry.name.strip())
        for entry in entries
        if entry.text.strip() and any(occurs(word, folded) for word in (entry.name, *entry.keywords))
    ]


def fold(text: str) -> str:
    """Return a text as keywords are compared: whatever the case, the accents' spelling and the apostrophe."""
    return unicodedata.normalize("NFC", text).casefold().replace("’", "'")


def occurs(keyword: str, folded: str) -> bool:
    """Tell whether a keyword occurs as whole words, the last of them perhaps in its English plural.

    Args:
        keyword: one or more words.
        folded: the text, as `fold` returns it.
    """
    words = fold(keyword).split()
    if not words:
        return False
    *leading, last = words
    if not all(word in folded for word in (*leading, last.removesuffix("y"))):  # which is fast
        return False
    pattern = r"\s+".join((*map(re.escape, leading), _with_plural(last)))
    begin = r"(?<!\w)" if _is_spaced(words[0][0]) else ""
    end = r"(?!\w)" if _is_spaced(last[-1]) else ""
    return re.search(f"{begin}{pattern}{end}", folded) is not None


def _with_plural(word: str) -> str:
    """Return a pattern for a word and its regular plural; short words, which are seldom nouns, have none."""
    if not re.search(r"[^\W\d_]{3}$", word):
        return re.escape(word)
    if re.search("[^aeiou]y$", word):
        return f"{re.escape(word[:-1])}(?:y|ies)"
    ending = "(?:es)?" if re.search("(?:[sxz]|[cs]h)$", word) else "(?:e?s)?" if word[-1] == "o" else "s?"
    return re.escape(word) + ending


def _is_spaced(character: str) -> bool:
    """Tell whether a letter belongs to a script in which a space parts a word from the next."""
    return re.match(rf"[^\W{RUN_ON}]", character) is not None


def _with_author_note(text: str, note: Passage | None) -> tuple[Passage, ...]:
    """Return the text, with the note in front of its last sentences."""
    if note is None:
        return (Passage("text", text),)
    place = _note_place(text)
    if not place:
        return note, Passage("text", text)
    breaks = "\n" * max(2 - (place - len(text[:place].rstrip("\n"))), 0)
    return Passage("text", text[:place]), Passage("note", breaks + note.text), Passage("text", text[place:])


def _note_place(text: str) -> int:
    """Return where the author's note stands: at a place that does not depend on the last characters."""
    place = (len(text) - NOTE_DISTANCE) // NOTE_STEP * NOTE_STEP
    if place <= 0:
        return 0
    return place + first_boundary(text[place : place + NOTE_REACH])
