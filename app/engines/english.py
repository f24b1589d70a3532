"""What the engines know of English by rule."""

import re


def words(text: str) -> frozenset[str]:
    """Return the words of a list that is written as a text."""
    return frozenset(text.split())


ARTICLES = ("a", "an")
FUNCTION_WORDS = words(
    "a an the this that these those my your his her its our their i you he she it we they to of in on at by "
    "for from with into onto over under up down out off below above behind beyond across along through about "
    "around near as like than when where what who whom whose which why how if because before after since "
    "until while and or but nor not never no so there here now then enough once"
)
# The commonest words that begin with another sound than their first letter has.
_SOUNDS_LIKE_Y_OR_W = re.compile(
    r"eu|ewe|one(s|self)?$|once|ubiq|uni(corn|f|on|qu|son|t|v)|us(a|e|u)|uten|util|utop|uran"
)
_SILENT_H = re.compile(r"heir|honest|hono|hour")


def article_for(word: str) -> str:
    """Return the indefinite article that stands before `word`."""
    word = word.casefold()
    begins_with_vowel = word.startswith(tuple("aeiou")) and not _SOUNDS_LIKE_Y_OR_W.match(word)
    return "an" if begins_with_vowel or _SILENT_H.match(word) else "a"
