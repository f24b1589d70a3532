"""How long ghost text waits before it speaks."""

PATIENCE = 5  # dismissals in a row after which the pause is twice as long
LONGEST_MS = 8_000  # that it grows to; a longer usual pause stays as it is


class GhostPace:
    """Speaks less readily to a writer who keeps dismissing, and as usual again once something is taken."""

    def __init__(self) -> None:
        self._dismissals = 0  # since something was taken

    def pause(self, usual_ms: int) -> int:
        """Return how long to wait, in milliseconds, where the writer chose `usual_ms`."""
        doubled = self._dismissals // PATIENCE
        return max(usual_ms, min(usual_ms << min(doubled, 10), LONGEST_MS))

    def dismissed(self) -> None:
        """Note that a suggestion was shown and nothing of it taken."""
        self._dismissals += 1

    def accepted(self) -> None:
        """Note that a suggestion, or a part of one, was taken."""
        self._dismissals = 0
