"""What was said before: the tokens of a text that the rules against repetition look at."""

from collections import defaultdict, deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

HISTORY = 1024  # tokens before the current one that count as "said before"


class TokenHistory:
    """The last `HISTORY` tokens of a text that grows, and what followed each run of them.

    Args:
        ids: the text so far.
        ngram_size: length of the runs that shall not come twice; 0 minds none.
    """

    def __init__(self, ids: Sequence[int], ngram_size: int) -> None:
        self._ngram_size = ngram_size
        self._ids: list[int] = []
        self._ring = np.zeros(HISTORY, dtype=np.int64)
        self._followers: defaultdict[tuple[int, ...], deque[int]] = defaultdict(deque)
        for token in ids[-HISTORY:]:
            self.append(token)

    @property
    def window(self) -> NDArray[np.int64]:
        """The last tokens, [up to HISTORY], in no order."""
        return self._ring[: len(self._ids)]

    def append(self, token: int) -> None:
        """Let the text grow by a token."""
        self._ring[len(self._ids) % HISTORY] = token
        self._ids.append(token)
        if self._ngram_size:
            self._follow(len(self._ids) - self._ngram_size)
            self._forget(len(self._ids) - HISTORY - 1)

    def repeating(self) -> list[int]:
        """Return the tokens that would complete an n-gram of the window once more."""
        if not self._ngram_size or len(self._ids) < self._ngram_size:
            return []
        return list(self._followers.get(self._run(len(self._ids) - self._ngram_size + 1), ()))

    def _run(self, start: int) -> tuple[int, ...]:
        """Return an n-gram without its last token."""
        return tuple(self._ids[start : start + self._ngram_size - 1])

    def _follow(self, start: int) -> None:
        """Remember the n-gram that the last token completed."""
        if start >= 0:
            self._followers[self._run(start)].append(self._ids[-1])

    def _forget(self, start: int) -> None:
        """Forget the n-gram that begins where the window just left, the oldest of its run."""
        if start >= 0:
            run = self._run(start)
            self._followers[run].popleft()
            if not self._followers[run]:
                del self._followers[run]
