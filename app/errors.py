"""Errors whose words may be shown to a writer."""


class InklingError(Exception):
    """Something went wrong that a writer can understand.

    Args:
        message: one sentence that says what happened.
        hint: one sentence that says what to do about it; may be empty.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
