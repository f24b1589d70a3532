"""What is known of English by rule."""

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
# Behind these a full stop seldom ends a sentence: in front of a name, and in front of a figure.
_BEFORE_NAMES = words(
    "adm bros capt cf col dr drs gen gov hon lieut lt maj messrs mlle mme mr mrs ms mt mts prof rep rev sen "
    "sgt st ste viz vs"
)
_BEFORE_FIGURES = words("ch eq fig figs no nos pp sec vol vols")
_ABBREVIATED = re.compile(r"\b(?:[^\W\d_]\.)*([^\W\d_]+)\.\s*$")  # U.S., J., p.m., Mr.
_LONGEST_ABBREVIATION = 40  # characters, with the spaces behind it


def article_for(word: str) -> str:
    """Return the indefinite article that stands before `word`."""
    word = word.casefold()
    begins_with_vowel = word.startswith(tuple("aeiou")) and not _SOUNDS_LIKE_Y_OR_W.match(word)
    return "an" if begins_with_vowel or _SILENT_H.match(word) else "a"


def ends_abbreviated(text: str, following: str) -> bool:
    """Tell whether the full stop at the end of `text` shortens a word, rather than ending a sentence.

    Args:
        text: what ends with it; spaces behind it do no harm.
        following: what comes next.
    """
    abbreviated = _ABBREVIATED.search(text[-_LONGEST_ABBREVIATION:])
    if abbreviated is None:
        return False
    word = abbreviated[1].casefold()
    if len(word) == 1:
        return abbreviated[0].strip() != "I."
    first = next((c for c in following if c.isalnum()), "")
    return word in _BEFORE_NAMES or (first.isdigit() and word in _BEFORE_FIGURES)
