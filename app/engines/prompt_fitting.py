"""How the passages of a prompt become tokens, and what of them is read where they do not all fit."""

import re
from dataclasses import dataclass
from functools import lru_cache

from tokenizers import Tokenizer

from app.engines.context_window import window_start
from app.engines.prompts import FittedPassage, Passage, PassageKind, Prompt, as_passages
from app.engines.token_bytes import TokenBytes
from app.engines.token_healing import encode_page
from app.engines.tokenizer_loading import beginning_ids

NOTES_SHARE = 1 / 2  # of the room for a prompt that notes may take, at most
FRAME_SHARE = 1 / 8  # and what frames them
PRECEDENCE: tuple[PassageKind, ...] = ("memory", "note", "entry", "style")  # who is cut last
LEAST_PART = 8  # tokens: less of a note says nothing
KEPT = 64  # notes
BOUNDARIES = (r"\n", r"[.!?…。！？][\"'”’»）」』)]*\s*", r"\s")  # of lines, sentences, words
LEAST_LEFT = 1 / 2  # of the characters that fit are used, at a boundary


@dataclass(frozen=True, slots=True)
class Fitted:
    """A prompt as it is read: passage by passage, and as tokens.

    end: the text of the last passage, behind which the model goes on.
    """

    passages: tuple[FittedPassage, ...]
    ids: list[int]
    end: str


@dataclass(frozen=True, slots=True)
class _Part:
    """A passage, the text that is kept of it, and its tokens; so many of them are cut."""

    passage: Passage
    kept: str
    ids: tuple[int, ...]
    cut: int = 0


class PromptFitter:
    """Turns prompts into at most `room` tokens.

    Each passage is encoded by itself, so that a change in one leaves the tokens of the others as they are.
    What the model knows every text to begin with precedes them all, whatever is cut.
    Text that looks like a token of structure is read as text, except in frames.

    Args:
        tokenizer: of the model; this object decides how it reads tokens of structure.
        token_bytes: what the tokens write.
        room: tokens, more than a text begins with.
    """

    def __init__(self, tokenizer: Tokenizer, token_bytes: TokenBytes, room: int) -> None:
        self._tokenizer = tokenizer
        self._token_bytes = token_bytes
        self._leading = beginning_ids(tokenizer)
        self._room = room - len(self._leading)
        self._beginning = lru_cache(KEPT)(self._beginning_that_fits)  # of notes, which stay mostly the same

    def fit(self, prompt: Prompt) -> Fitted:
        """Return what is read of a prompt: of notes the beginning, of the text the end."""
        passages = as_passages(prompt)
        parts = [_Part(passage, "", ()) for passage in passages]
        self._fit_frames(parts)
        self._fit_notes(parts)
        self._fit_text(parts)
        fitted = tuple(FittedPassage(one.passage, one.kept, len(one.ids), one.cut) for one in parts)
        ids = [*self._leading, *(token for one in parts for token in one.ids)]
        return Fitted(fitted, ids, passages[-1].text)

    def _fit_frames(self, parts: list[_Part]) -> None:
        """Keep all frames, or none where they would take too much of the room."""
        room = int(self._room * FRAME_SHARE)
        frames = [place for place, part in enumerate(parts) if part.passage.kind == "frame"]
        whole = [self._whole(parts[place].passage) for place in frames]
        fits = sum(len(part.ids) for part in whole) <= room
        for place, part in zip(frames, whole, strict=True):
            parts[place] = part if fits else _Part(part.passage, "", (), len(part.ids))

    def _fit_notes(self, parts: list[_Part]) -> None:
        """Keep the beginnings of the notes, those first that matter most."""
        left = int(self._room * NOTES_SHARE)
        notes = [place for place, part in enumerate(parts) if part.passage.kind in PRECEDENCE]
        for place in sorted(notes, key=lambda place: PRECEDENCE.index(parts[place].passage.kind)):
            parts[place] = self._beginning(parts[place].passage, left)
            left -= len(parts[place].ids)

    def _fit_text(self, parts: list[_Part]) -> None:
        """Keep the end of the text, however many passages it is in."""
        left = self._room - sum(len(part.ids) for part in parts)
        texts = [place for place, part in enumerate(parts) if part.passage.kind == "text"]
        for place in texts:
            is_last = place == len(parts) - 1
            parts[place] = self._whole(parts[place].passage, goes_on=is_last)
        ids = [token for place in texts for token in parts[place].ids]
        start = window_start(ids, left, self._token_bytes.ends_sentence)
        for place in texts:
            part = parts[place]
            cut = min(start, len(part.ids))
            start -= cut
            if cut:
                kept = part.kept[self._length_of(part, cut) :]
                parts[place] = _Part(part.passage, kept, part.ids[cut:], cut)

    def _whole(self, passage: Passage, goes_on: bool = False) -> _Part:
        if goes_on:
            self._tokenizer.encode_special_tokens = True
            ids = encode_page(passage.text, self._tokenizer, self._token_bytes)
            return _Part(passage, passage.text, tuple(ids))
        return _Part(passage, passage.text, self._encode(passage.text, passage.kind))

    def _beginning_that_fits(self, passage: Passage, room: int) -> _Part:
        """Return the beginning of a note, up to a line, sentence or word, and the line breaks at its end."""
        whole = self._whole(passage)
        if len(whole.ids) <= room:
            return whole
        text, length = passage.text, self._length_of(whole, room)
        breaks = text[len(text.rstrip()) :]
        while length > 0 and room >= LEAST_PART:
            length = _boundary_before(text, length)
            kept = text[:length].rstrip() + breaks
            ids = self._encode(kept, passage.kind)
            if kept.strip() and len(ids) <= room:
                return _Part(passage, kept, ids, max(len(whole.ids) - len(ids), 1))
            length -= 1
        return _Part(passage, "", (), len(whole.ids))

    def _length_of(self, part: _Part, count: int) -> int:
        """Return how many characters the first so many tokens of a whole passage write."""
        if count >= len(part.ids):
            return len(part.passage.text)
        self._tokenizer.encode_special_tokens = part.passage.kind != "frame"
        encoding = self._tokenizer.encode(part.passage.text, add_special_tokens=False)
        return max((end for _, end in encoding.offsets[:count]), default=0)

    def _encode(self, text: str, kind: PassageKind) -> tuple[int, ...]:
        self._tokenizer.encode_special_tokens = kind != "frame"
        return tuple(self._tokenizer.encode(text, add_special_tokens=False).ids)


def _boundary_before(text: str, length: int) -> int:
    """Return the end of the last line, or else sentence, or else word that ends before a place."""
    for boundary in BOUNDARIES:
        ends = [match.end() for match in re.finditer(boundary, text[:length])]
        if ends and ends[-1] >= length * LEAST_LEFT:
            return ends[-1]
    return length
