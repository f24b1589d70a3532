"""What the parts of a prompt are called, and how much of them is read, in a writer's words."""

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication, QLocale

from app.engines.prompts import FittedPassage, Passage, PassageKind

NAMES: dict[PassageKind, str] = {
    "style": "Style sample",
    "memory": "Memory",
    "entry": "Story entry",
    "note": "Author’s note",
    "text": "Text",
    "frame": "Frame",
}


def name_of(passage: Passage) -> str:
    """Return what a passage is called."""
    name = kind_name(passage.kind)
    return f"{name}: {passage.title}" if passage.title else name


def kind_name(kind: PassageKind) -> str:
    """Return what passages of a kind are called."""
    return _translated(NAMES[kind])


def how_much(fitted: FittedPassage) -> str:
    """Say how many tokens of a passage are read."""
    if not fitted.cut:
        return tokens(fitted.tokens)
    read, whole = number(fitted.tokens), number(fitted.tokens + fitted.cut)
    return _translated("{read} of {whole} tokens").format(read=read, whole=whole)


def what_is_cut(passages: Iterable[FittedPassage]) -> str:
    """Say how many tokens of which passages are not read; empty where all are."""
    of = _translated("{tokens} of {name}")
    return ", ".join(
        of.format(tokens=tokens(one.cut), name=name_of(one.passage)) for one in passages if one.cut
    )


def tokens(count: int) -> str:
    """Return a number of tokens."""
    return _translated("1 token") if count == 1 else _translated("{n} tokens").format(n=number(count))


def number(count: int) -> str:
    """Return a number as the writer's language writes it."""
    return QLocale().toString(count)


def _translated(text: str) -> str:
    return QCoreApplication.translate("passages", text)
