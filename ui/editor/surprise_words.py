"""How unexpected a word was, in words."""

from PySide6.QtCore import QCoreApplication, QLocale

from app.assist.surprise import step_of

EXACT_BELOW = 4  # bits
MOST_BITS = 20  # from here on nobody cares how many millions


def surprise_in_words(bits: float) -> str:
    """Return the surprisal of a word as a writer reads it: “Unexpected: 13 bits, 1 in 8,200”."""
    names = (
        _translated("Predictable"),
        _translated("Usual"),
        _translated("Less usual"),
        _translated("Unexpected"),
        _translated("Very unexpected"),
    )
    name = names[step_of(bits)]
    number = QLocale().toString(bits, "f", 0 if bits >= EXACT_BELOW else 1)
    if bits >= MOST_BITS:
        return _translated("{name}: {bits} bits, less than 1 in a million").format(name=name, bits=number)
    words = _translated("{name}: {bits} bits, 1 in {count}")
    return words.format(name=name, bits=number, count=QLocale().toString(_rounded(2**bits)))


def _rounded(number: float) -> int:
    """Return a number with two digits that count."""
    return round(float(f"{number:.2g}"))


def _translated(text: str) -> str:
    return QCoreApplication.translate("surprise", text)
