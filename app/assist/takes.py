"""Every way on that was written in a session: none is lost, whatever became of it on the page."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.document.manuscript import Manuscript, Source

ROOM = 16_000_000  # characters of all takes together: some 30,000 takes of the usual length

Again = Callable[[int, int], object]


@dataclass(eq=False)
class Take:
    """One way on, as far as it is written.

    number: names it on the page.
    length: how many characters of it stood on the page when it was last written to.
    """

    number: int
    manuscript: Manuscript
    length: int = 0
    _steps: set[int] = field(default_factory=set)

    @property
    def text(self) -> str:
        """What is written of it."""
        return self.manuscript.text

    def write(self, text: str, source: Source) -> None:
        """Add to its end."""
        whole = self.manuscript
        self.manuscript = Manuscript.of(whole.text + text, (*whole.runs, (len(text), source)))

    def note(self, length: int, is_step: bool) -> None:
        """Say how many characters of it stand on the page now, and whether that begins a step for undo."""
        if is_step:
            self._steps.add(self.length)
        self.length = length

    def is_whole(self, text: str) -> bool:
        """Tell whether `text` is what stood on the page, now or where undo may come back to."""
        return bool(text) and len(text) in (self.length, *self._steps) and self.text.startswith(text)


@dataclass(frozen=True, eq=False)
class Round:
    """The takes that were asked for together.

    place: the number of their place in the text.
    lead: what all of them begin with because the writer chose it.
    again: writes others in their place, where continuing from there would not; it is told from where to where
        in the text.
    """

    place: int
    when: datetime
    takes: tuple[Take, ...]
    lead: str = ""
    again: Again | None = None

    @property
    def written(self) -> list[Take]:
        """Those of which something is written."""
        return [take for take in self.takes if take.text]


class TakeHistory:
    """All rounds of takes of one document in one session.

    Args:
        room: how many characters are kept; beyond that the oldest rounds go.
    """

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._rounds: list[Round] = []
        self._round_of: dict[int, Round] = {}
        self._take_of: dict[int, Take] = {}
        self._last_number = 0

    def begin(
        self,
        place: int,
        when: datetime,
        beginnings: Sequence[Manuscript],
        lead: str = "",
        again: Again | None = None,
    ) -> Round:
        """Add a round of takes that begin as given, perhaps with nothing."""
        self._let_oldest_go()
        numbers = range(self._last_number + 1, self._last_number + 1 + len(beginnings))
        takes = tuple(Take(number, text) for number, text in zip(numbers, beginnings, strict=True))
        self._last_number += len(takes)
        begun = Round(place, when, takes, lead, again)
        self._rounds.append(begun)
        self._take_of.update((take.number, take) for take in takes)
        self._round_of.update((take.number, begun) for take in takes)
        return begun

    def take(self, number: int) -> Take | None:
        """Return the take that a number names; None when nobody remembers it."""
        return self._take_of.get(number)

    def round_of(self, take: Take) -> Round:
        """Return the round that a take is of."""
        return self._round_of[take.number]

    def rename(self, take: Take) -> None:
        """Give a take that is put on the page once more a number of its own; the old one stays good."""
        self._last_number += 1
        self._take_of[self._last_number] = take
        self._round_of[self._last_number] = self._round_of[take.number]
        take.number = self._last_number

    def places(self) -> Iterator[tuple[int, list[Round]]]:
        """Yield each place with its rounds of which something is written, the newest first in both."""
        by_place: dict[int, list[Round]] = {}
        for each in reversed(self._rounds):
            if each.written:
                by_place.setdefault(each.place, []).append(each)
        yield from by_place.items()

    def forget(self) -> None:
        """Forget everything: another document is opened. Numbers are not used again."""
        self._rounds.clear()
        self._round_of.clear()
        self._take_of.clear()

    def _let_oldest_go(self) -> None:
        excess = sum(len(take.text) for each in self._rounds for take in each.takes) - self._room
        while excess > 0:
            gone = self._rounds.pop(0)
            excess -= sum(len(take.text) for take in gone.takes)
            for number in [number for number, each in self._round_of.items() if each is gone]:
                del self._round_of[number], self._take_of[number]
