"""What the scripts take from WordNet and the Moby Thesaurus."""

from pathlib import Path

import pytest
from tiny_wordnet import MOBY, write_wordnet

from app.engines.word_table import Form, Kind
from app.errors import InklingError
from lexicon import Lexicon, Spotter
from thesaurus import Pairs, pair_up, read_moby
from wordnet import WordNet

PAST = Form.PAST | Form.PARTICIPLE


@pytest.fixture
def net(tmp_path: Path) -> WordNet:
    return WordNet.read(write_wordnet(tmp_path / "wordnet"))


@pytest.fixture
def moby(tmp_path: Path) -> dict[str, set[str]]:
    (tmp_path / "words.txt").write_text(MOBY, newline="")
    return read_moby(tmp_path / "words.txt")


@pytest.fixture
def lexicon(net: WordNet, moby: dict[str, set[str]]) -> Lexicon:
    return Lexicon(net, moby)


@pytest.fixture
def pairs(net: WordNet, moby: dict[str, set[str]]) -> Pairs:
    return pair_up(net, moby)


# Lemmas and forms


@pytest.mark.parametrize(
    ("form", "part", "lemmas"),
    [
        ("walked", "v", ["walk"]),
        ("went", "v", ["go"]),
        ("stopped", "v", ["stop"]),
        ("seeing", "v", ["see"]),
        ("mice", "n", ["mouse"]),
        ("heavier", "a", ["heavy"]),
        ("biggest", "a", ["big"]),
        ("better", "r", ["well"]),
        ("boss", "n", ["boss"]),
        ("walk", "n", []),
        ("galoshes", "n", []),
    ],
)
def test_a_form_leads_to_its_lemma(net: WordNet, form: str, part: str, lemmas: list[str]) -> None:
    assert net.lemmas(form, part) == lemmas


def test_names_are_no_lemmas(net: WordNet) -> None:
    assert net.lemmas("he", "n") == net.lemmas("paris", "n") == []
    assert net.lemmas("helium", "n") == ["helium"]
    assert {"helium", "hefty", "point out"} < net.all_lemmas()


def test_the_most_frequent_sense_comes_first(net: WordNet) -> None:
    assert [(rank, s.lemmas) for rank, s in net.synsets_of("stop", "v")] == [
        (0, ["stop", "halt"]), (1, ["end", "stop"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("word", "lemma", "form"),
    [
        ("walk", "walk", Form.VERB),
        ("walks", "walk", Form.THIRD_PERSON),
        ("passes", "pass", Form.THIRD_PERSON),
        ("stopped", "stop", PAST),
        ("went", "go", PAST),
        ("was", "be", Form.PAST),
        ("walking", "walk", Form.GERUND),
        ("mice", "mouse", Form.PLURAL),
        ("heavier", "heavy", Form.COMPARATIVE),
        ("heaviest", "heavy", Form.SUPERLATIVE),
        ("quickly", "quickly", Form.ADVERB),
        ("pointed out", "point out", PAST),
        ("fire engines", "fire engine", Form.PLURAL),
        ("kept quiet", "kept quiet", Form(0)),
    ],
)
def test_forms_are_named(lexicon: Lexicon, word: str, lemma: str, form: Form) -> None:
    assert (lemma, form) in set(lexicon.analyses(word))


def test_a_noun_that_begins_like_a_verb_is_none(lexicon: Lexicon) -> None:
    assert dict(lexicon.analyses("fire engine")) == {"fire engine": Form.NOUN}
    assert "fired engine" not in lexicon.phrases()


# Phrases


def test_phrases_are_inflected(lexicon: Lexicon) -> None:
    assert {"point out", "points out", "pointed out", "pointing out", "seeing to", "fire engines"} < (
        lexicon.phrases()
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("he pointed out a mouse", ["he", "pointed out", "pointed", "out", "a", "mouse"]),
        ("Pointing out", ["Pointing out", "out"]),
        ("the bull’s eye", ["the", "bull’s eye", "bull’s", "eye"]),
        ("the bull's eye", ["the", "bull's eye", "bull's", "eye"]),
        ("The Fire Engine", []),
        ("point. Out", ["point"]),
        ("point, out", ["point", "out"]),
        ("Paris well-known", ["well-known"]),
    ],
)
def test_words_and_phrases_are_found_in_text(lexicon: Lexicon, text: str, found: list[str]) -> None:
    places = list(Spotter(lexicon.phrases()).find(text))
    assert sorted(text[place.start : place.end] for place in places) == sorted(found)
    assert all(place.entry == text[place.start : place.end].lower().replace("’", "'") for place in places)


# Pairs


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("stop", "halt", Kind.SYNONYM | Kind.FIRST_SENSE | Kind.LISTED),
        ("stop", "end", Kind.SYNONYM),
        ("end", "stop", Kind.SYNONYM | Kind.FIRST_SENSE),
        ("stop", "start", Kind.ANTONYM),
        ("big", "little", Kind.ANTONYM),
        ("large", "small", Kind.ANTONYM),
        ("mouse", "gnawer", Kind.BROADER),
        ("go", "amble", Kind.NARROWER),
        ("hefty", "heavy", Kind.SIMILAR | Kind.FIRST_SENSE),
        ("heavy", "hefty", Kind.SIMILAR | Kind.FIRST_SENSE),
        ("hefty", "leaden", Kind.NEAR_SIMILAR),
        ("keep quiet", "halt", Kind.LISTED),
        ("halt", "keep quiet", Kind.LISTED),
        ("cease", "halt", Kind.LISTED),
        ("walk", "go", Kind.BROADER | Kind.LISTED),
    ],
)
def test_pairs_are_of_these_kinds(pairs: Pairs, one: str, other: str, kind: Kind) -> None:
    assert pairs[one][other][0] == kind


@pytest.mark.parametrize(
    ("one", "other"),
    [("halt", "start"), ("stop", "begin"), ("big", "small"), ("hefty", "light"), ("stop", "stop"),
     ("helium", "he"), ("halt", "")],
)  # fmt: skip
def test_what_is_no_pair(pairs: Pairs, one: str, other: str) -> None:
    assert other not in pairs[one]


def test_the_overlap_is_that_of_the_lists(pairs: Pairs) -> None:
    assert pairs["walk"]["stroll"][1] == pairs["stroll"]["walk"][1] == pytest.approx(1)
    # {keep quiet, halt} and {halt, stop, cease} share one
    assert pairs["halt"]["keep quiet"][1] == pairs["keep quiet"]["halt"][1] == pytest.approx(1 / 6**0.5)
    assert pairs["stop"]["start"][1] == 0
    assert pairs["march"]["walk"][1] == 0  # has no list of its own


# What goes wrong


def test_missing_sources_are_named(tmp_path: Path) -> None:
    with pytest.raises(InklingError, match="no WordNet in"):
        WordNet.read(tmp_path)
    with pytest.raises(InklingError, match="no Moby Thesaurus in"):
        read_moby(tmp_path / "words.txt")
