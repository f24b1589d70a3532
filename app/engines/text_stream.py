"""Token ids into text as they come."""

import codecs

from app.engines.token_bytes import TokenBytes


class TextStream:
    """Turns token ids into text, holding bytes back until they make whole characters.

    Args:
        token_bytes: what the tokens write.
        on_page: bytes that the first token begins with and that stand on the page already.
    """

    def __init__(self, token_bytes: TokenBytes, on_page: bytes = b"") -> None:
        self._token_bytes = token_bytes
        self._on_page = on_page
        self._characters = codecs.getincrementaldecoder("utf-8")("replace")

    def step(self, token_id: int) -> str:
        """Return the characters that `token_id` completes, or the empty string."""
        written = self._token_bytes.of(token_id)
        if written:
            written, self._on_page = written.removeprefix(self._on_page), b""
        return self._characters.decode(written)
