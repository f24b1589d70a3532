"""What of a prompt with notes is read anew, counted in tokens."""

import pytest
from engine_runs import run
from test_prefix_cache import CountingModel
from test_prompt_fitting import own

from app.assist.context import NOTE_DISTANCE, NOTE_STEP, build_context
from app.document.notes import Entry, Notes
from app.engines.core_share import CoreShare
from app.engines.prefix_cache import PrefixCache
from app.engines.prompt_fitting import PromptFitter

STORY = "".join(f"Nobody had lived in house {n} for years, and nobody meant to.\n\n" for n in range(60))
NOTES = Notes("It is 1890. " * 20, "It rains.", (Entry("nobody", (), "An entry."),), "A grey sea. " * 20)
ROOM = 10_000


class Reading:
    """A model that counts what goes through it, behind the way that prompts take."""

    def __init__(self) -> None:
        self._model = CountingModel()
        self._cache = PrefixCache(self._model, CoreShare())
        self._fitter = PromptFitter(*own("gpt2"), ROOM)

    def cost(self, notes: Notes, text: str) -> int:
        """Read a prompt, and return how many tokens went through the model."""
        self._model.passes.clear()
        run(self._cache.read(self._fitter.fit(build_context(notes, text)).ids))
        return sum(self._model.passes)

    def tokens(self, text: str) -> int:
        return len(self._fitter.fit(text).ids)


@pytest.fixture
def reading() -> Reading:
    return Reading()


def test_typing_costs_none_of_the_notes_again(reading: Reading) -> None:
    whole = reading.cost(NOTES, STORY)
    assert whole > reading.tokens(NOTES.memory + NOTES.style + STORY) * 0.95
    assert reading.cost(NOTES, STORY + "Anna") <= reading.tokens("\n\nAnna") + 1


def test_another_authors_note_costs_what_stands_behind_it(reading: Reading) -> None:
    reading.cost(NOTES, STORY)
    changed = Notes(NOTES.memory, "It snows.", NOTES.entries, NOTES.style)
    most = reading.tokens("It snows.\n\n" + STORY[-NOTE_DISTANCE - NOTE_STEP :])
    assert 0 < reading.cost(changed, STORY) <= most


def test_another_memory_costs_none_of_the_style_sample(reading: Reading) -> None:
    whole = reading.cost(NOTES, STORY)
    changed = Notes("It is 1891.", NOTES.author_note, NOTES.entries, NOTES.style)
    assert reading.cost(changed, STORY) < whole - reading.tokens(NOTES.style)


def test_writing_on_moves_the_authors_note_seldom(reading: Reading) -> None:
    """A page is written word by word; the note moves a few times, and the text behind it is read anew."""
    page = STORY[-1500:]
    reading.cost(NOTES, STORY[:-1500])
    costs = [reading.cost(NOTES, STORY[: len(STORY) - 1500 + end]) for end in range(10, 1500, 10)]
    moved = [cost for cost in costs if cost > 30]
    assert len(moved) <= 1500 / NOTE_STEP + 1
    assert max(costs) <= reading.tokens(STORY[-NOTE_DISTANCE - 2 * NOTE_STEP :]) + reading.tokens("It rains.")
    assert sum(costs) <= 5 * reading.tokens(page)
