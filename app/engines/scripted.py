"""An engine that plays back a script: tests and demonstrations of behaviour, without a model."""

import re
import time
from collections.abc import Generator, Mapping, Sequence
from itertools import cycle, zip_longest
from pathlib import Path
from typing import cast

from app.engines.prompts import FittedPassage, Prompt, as_passages, as_text
from app.engines.protocols import (
    Alternative,
    Checked,
    FinishReason,
    LoadStep,
    ModelDescription,
    NeedlessWord,
    NextWord,
    Prefilled,
    Sampling,
    Step,
    Suggestion,
    Token,
    WeighedPiece,
    check_part,
)

LOAD_STEPS = 4


class ScriptedEngine:
    """Says `script` token by token, whatever it is asked, and offers `words` for every word and gap.

    Args:
        script: the texts of the tokens, or exceptions to raise in their place.
        words: what `suggest` and `fill_gap` return, or an exception to raise.
        needless: words that every text could do without, wherever they stand; each is a step of the search.
        joins: probabilities that sentences follow, by the second sentence; every other join has 1.
        next_words: what `next_words` returns where nothing of the script was said; the first should be that
            of the script. Further on the others stand behind the script's word, and nothing follows them.
        takes: what continuations say by turns, instead of `script`.
        logprobs: what `weigh` says of each piece, a word with the space before it; others have `logprob`.
        seconds_per_token: time that each decode step, each next word and each step of a check takes.
        seconds_per_load: time that loading takes.
        load_error: raised half-way through loading.
    """

    def __init__(
        self,
        script: Sequence[str | Exception] = (),
        words: Sequence[str] | Exception = (),
        seconds_per_token: float = 0.0,
        seconds_per_load: float = 0.0,
        load_error: Exception | None = None,
        logprob: float = -0.1,
        needless: Sequence[str] = (),
        joins: Mapping[str, float | Exception] | None = None,
        next_words: Sequence[NextWord] = (),
        logprobs: Mapping[str, float] | None = None,
        takes: Sequence[Sequence[str | Exception]] = (),
    ) -> None:
        self._script = script
        self._turns = cycle(takes)
        self._words = words
        self._seconds_per_token = seconds_per_token
        self._seconds_per_load = seconds_per_load
        self._load_error = load_error
        self._logprob = logprob
        self._needless = needless
        self._joins = joins or {}
        self._next_words = next_words
        self._logprobs = logprobs or {}
        self.prompts: list[str] = []
        self.passages: list[tuple[str, int, int]] = []
        self.sentences: list[tuple[str, ...]] = []

    def load(
        self, folder: Path, device: str, precision: str = "auto"
    ) -> Generator[LoadStep, None, ModelDescription]:
        """Pretend to load, in a few steps."""
        for step in range(LOAD_STEPS):
            yield LoadStep(step / LOAD_STEPS, "Reading the script")
            time.sleep(self._seconds_per_load / LOAD_STEPS)
            if self._load_error is not None and step == LOAD_STEPS // 2:
                raise self._load_error
        return ModelDescription(folder.name or "script", "Scripted", 0, 1_000_000, device, "none")

    def unload(self) -> None:
        """Do nothing: there is nothing to give back."""

    def generate(
        self, prompt: Prompt, sampling: Sampling, max_new_tokens: int, alternatives: int = 0
    ) -> Generator[Prefilled | Token, None, FinishReason]:
        """Play the script back, at most `max_new_tokens` of it."""
        steps = self.generate_several(prompt, sampling, max_new_tokens, 1, alternatives)
        while True:
            try:
                step = next(steps)
            except StopIteration as end:
                reasons: list[FinishReason] = end.value
                return reasons[0]
            yield step if isinstance(step, Prefilled) else cast(Token, step[0])

    def generate_several(
        self, prompt: Prompt, sampling: Sampling, max_new_tokens: int, count: int, alternatives: int = 0
    ) -> Generator[Prefilled | Step, None, list[FinishReason]]:
        """Play the script back `count` times at once, or the next takes."""
        self.prompts.append(as_text(prompt))
        yield _read(prompt)
        takes = [next(self._turns, self._script) for _ in range(count)]
        for step in zip_longest(*(take[:max_new_tokens] for take in takes)):
            if self._seconds_per_token:
                time.sleep(self._seconds_per_token)
            yield tuple(None if text is None else self._token(text, alternatives) for text in step)
        return ["length" if len(take) > max_new_tokens else "stop" for take in takes]

    def next_words(self, prompt: Prompt, count: int) -> Generator[Prefilled | Checked, None, list[NextWord]]:
        """Return the script's next word behind as much of it as `prompt` ends in, best first."""
        yield _read(prompt)
        time.sleep(self._seconds_per_token)
        text, others = as_text(prompt), self._next_words[1:]
        if any(text.endswith(word.text) for word in others):
            return []
        script = [piece for piece in self._script if isinstance(piece, str)]
        said, spoken = 0, ""
        for number, piece in enumerate(script, 1):
            spoken += piece
            if len(spoken) > len(text):  # scripts may be endless
                break
            said = number if text.endswith(spoken) else said
        if self._next_words and not said:
            return list(self._next_words[:count])
        if said == len(script):
            return []
        return [NextWord(script[said], self._logprob), *others][:count]

    def weigh(
        self, prompt: Prompt, texts: Sequence[str]
    ) -> Generator[Prefilled | Checked, None, list[tuple[WeighedPiece, ...]]]:
        """Weigh the texts word by word."""
        yield _read(prompt)
        weighed: list[tuple[WeighedPiece, ...]] = []
        for text in texts:
            time.sleep(self._seconds_per_token)
            pieces = re.findall(r"\s*\S+|\s+$", text)
            weighed.append(tuple(WeighedPiece(p, self._logprobs.get(p, self._logprob)) for p in pieces))
            yield Checked(len(weighed), len(texts))
        return weighed

    def fit(self, prompt: Prompt) -> list[FittedPassage]:
        """Count each word as a token; everything fits."""
        return [FittedPassage(one, one.text, len(one.text.split()), 0) for one in as_passages(prompt)]

    def prefill(self, prompt: Prompt) -> Generator[Prefilled, None, bool]:
        """Pretend to read the prompt."""
        yield _read(prompt)
        return True

    def suggest(self, text: str, start: int, end: int, count: int) -> list[Suggestion]:
        """Return the words of the script."""
        self.passages.append((text, start, end))
        if isinstance(self._words, Exception):
            raise self._words
        return [Suggestion(word, -float(rank)) for rank, word in enumerate(self._words[:count])]

    def fill_gap(self, text: str, position: int, count: int) -> list[Suggestion]:
        """Return the words of the script."""
        check_part(text, position, position)
        return self.suggest(text, position, position, count)

    def find_needless(self, text: str, start: int, end: int) -> Generator[Checked, None, list[NeedlessWord]]:
        """Find the needless words of the script in `text[start:end]`."""
        check_part(text, start, end)
        self.passages.append((text, start, end))
        places = [m for word in self._needless for m in re.finditer(rf"\b{word}\b", text[start:end])]
        for done in range(len(places) + 1):
            time.sleep(self._seconds_per_token)
            yield Checked(done, len(places))
        found = [NeedlessWord(start + m.start(), start + m.end(), "filler", 1.0) for m in places]
        return sorted(found, key=lambda word: word.start)

    def read_joins(self, sentences: Sequence[str]) -> Generator[Checked, None, list[float]]:
        """Return the probabilities of the script, one join a step."""
        self.sentences.append(tuple(sentences))
        probabilities: list[float] = []
        for sentence in sentences[1:]:
            time.sleep(self._seconds_per_token)
            probability = self._joins.get(sentence, 1.0)
            if isinstance(probability, Exception):
                raise probability
            probabilities.append(probability)
            yield Checked(len(probabilities), len(sentences) - 1)
        return probabilities

    def _token(self, text: str | Exception, alternatives: int) -> Token:
        if isinstance(text, Exception):
            raise text
        weighed = tuple(Alternative(text, self._logprob) for _ in range(alternatives))
        return Token(text, self._logprob, weighed)


def _read(prompt: Prompt) -> Prefilled:
    length = len(as_text(prompt))
    return Prefilled(length, length)
