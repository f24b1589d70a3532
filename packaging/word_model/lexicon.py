"""Which words and phrases the table may hold, their forms, and where they stand in a text."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.engines.word_table import Form
from wordnet import WordNet

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
PHRASE = re.compile(r"[a-z]+(?:['-][a-z]+)*(?: [a-z]+(?:['-][a-z]+)*){1,3}")  # two to four words
SIBILANT = re.compile(r"(s|x|z|ch|sh)$")
CONSONANT_Y = re.compile(r"[^aeiou]y$")
SHORT_SYLLABLE = re.compile(r"[^aeiou]*[aeiou][^aeiouwxy]")  # "stop" doubles its consonant, "open" does not
FORMS_OF_BE = {"am": Form.VERB, "are": Form.VERB, "was": Form.PAST, "were": Form.PAST}
BASE_FORMS = {"n": Form.NOUN, "v": Form.VERB, "a": Form.ADJECTIVE, "r": Form.ADVERB}


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands in a text: code points, half open."""

    start: int
    end: int
    entry: str


class Lexicon:
    """Words and phrases of WordNet and Moby, in all their forms."""

    def __init__(self, net: WordNet, moby: dict[str, set[str]]) -> None:
        self._net = net
        self._lemmas = net.all_lemmas() | moby.keys() | {w for others in moby.values() for w in others}
        self._irregular: dict[tuple[str, str], list[str]] = defaultdict(list)
        for part, forms in net.irregular.items():
            for form, lemmas in forms.items():
                for lemma in lemmas:
                    self._irregular[part, lemma].append(form)

    def phrases(self) -> set[str]:
        """Return the phrases, with their verbs conjugated and their nouns in the plural."""
        found = set()
        for lemma in filter(PHRASE.fullmatch, self._lemmas):
            first, _, rest = lemma.partition(" ")
            start, _, last = lemma.rpartition(" ")
            found.add(lemma)
            if first in self._net.senses["v"] and self._may_be_verb(lemma):
                found.update(f"{form} {rest}" for form in self._verb_forms(first))
            if lemma in self._net.senses["n"]:
                found.update(f"{start} {form}" for form in self._plurals(last))
        return found

    def is_known(self, word: str) -> bool:
        """Tell whether a word is a form of a lemma."""
        return any(lemma in self._lemmas for lemma, _ in self.analyses(word))

    def analyses(self, word: str) -> Iterator[tuple[str, Form]]:
        """Yield the lemmas that an entry may be a form of, and which form it is."""
        yield word, Form(0)
        for part, base in BASE_FORMS.items():
            if " " in word and part in "nv":
                yield from self._phrase_analyses(word, part)
                continue
            for lemma in self._net.lemmas(word, part):
                yield lemma, base if lemma == word else _inflected(word, lemma, part)

    def _phrase_analyses(self, phrase: str, part: str) -> Iterator[tuple[str, Form]]:
        """Take a verb's form from a phrase's first word, a noun's from its last."""
        head, _, rest = phrase.partition(" ") if part == "v" else phrase.rpartition(" ")[::-1]
        for stem in self._net.lemmas(head, part):
            lemma = f"{stem} {rest}" if part == "v" else f"{rest} {stem}"
            if self._may_be_verb(lemma) if part == "v" else lemma in self._net.senses["n"]:
                yield lemma, BASE_FORMS[part] if stem == head else _inflected(head, stem, part)

    def _may_be_verb(self, phrase: str) -> bool:
        """Tell whether WordNet knows a phrase as a verb, or Moby knows it and WordNet does not."""
        senses = self._net.senses
        return phrase in senses["v"] or (
            phrase in self._lemmas and not any(phrase in senses[part] for part in senses)
        )

    def _verb_forms(self, verb: str) -> set[str]:
        third = verb + "es" if SIBILANT.search(verb) or verb.endswith("o") else _with_y(verb, "s")
        if verb.endswith("e"):
            regular = {third, verb + "d", verb[:-1] + "ing", verb + "ing"}  # "taking", "seeing"
        else:
            stem = verb + verb[-1] if SHORT_SYLLABLE.fullmatch(verb) else verb
            regular = {third, _with_y(stem, "ed"), stem + "ing"}
        return regular | set(self._irregular["v", verb])

    def _plurals(self, noun: str) -> set[str]:
        regular = noun + "es" if SIBILANT.search(noun) else _with_y(noun, "s")
        return {regular, *self._irregular["n", noun]}


class Spotter:
    """Finds entries in a text."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases: dict[tuple[str, ...], list[tuple[str, ...]]] = defaultdict(list)
        for phrase in phrases:
            words = tuple(phrase.split(" "))
            self._phrases[words[:2]].append(words)

    def find(self, text: str) -> Iterator[Place]:
        """Yield all words and phrases in small letters; a phrase may begin with a capital."""
        matches = list(WORD.finditer(text))
        written = [match[0].replace("’", "'") for match in matches]
        small = [word.lower() for word in written]
        for index, match in enumerate(matches):
            if written[index] == small[index]:
                yield Place(match.start(), match.end(), small[index])
            for words in self._phrases.get(tuple(small[index : index + 2]), ()):
                if (small[index], *written[index + 1 : index + len(words)]) != words:
                    continue
                end = matches[index + len(words) - 1].end()
                if (
                    text[match.start() : end].count(" ")
                    == len(words) - 1
                    == end - match.start() - sum(map(len, words))
                ):
                    yield Place(match.start(), end, " ".join(words))


def _inflected(word: str, lemma: str, part: str) -> Form:
    """Name an inflected form by its ending; an irregular past may be either of two."""
    if part == "n":
        return Form.PLURAL
    if part == "a":
        return Form.SUPERLATIVE if word.endswith("st") else Form.COMPARATIVE
    if part == "v":
        if word.endswith("ing"):
            return Form.GERUND
        if lemma == "be" and word in FORMS_OF_BE:
            return FORMS_OF_BE[word]
        if word.endswith("s"):
            return Form.THIRD_PERSON
        return Form.PAST | Form.PARTICIPLE
    return Form.ADVERB


def _with_y(stem: str, ending: str) -> str:
    if CONSONANT_Y.search(stem):
        return stem[:-1] + ("ies" if ending == "s" else "i" + ending)
    return stem + ending
