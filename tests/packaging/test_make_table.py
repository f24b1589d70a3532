"""The table of words, made with a tiny model from a tiny text."""

import random
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from string import ascii_lowercase

import pytest
import torch
from tiny_bert import save_tiny_bert
from tiny_wordnet import MOBY, write_wordnet
from transformers import BertForPreTraining

import make_table
from app.engines.masked_model import contextual_vectors
from app.engines.torch_masked import TorchMaskedEngine
from app.engines.word_table import Form, Kind, WordTable
from lexicon import Lexicon, Spotter
from make_table import Survey, cut, is_entry, mean_vectors
from model import load_model
from thesaurus import read_moby
from word_pieces import WordPieces
from wordnet import WordNet

VERBS = ["walked", "went", "strolled", "stopped", "halted", "started", "walks"]
ADJECTIVES = ["heavy", "hefty", "leaden", "light", "heavier"]
PIECES = (*ascii_lowercase, *(f"##{c}" for c in ascii_lowercase), ".", ",", "'", "’", "the", "mouse", *VERBS)
SENTENCES = 240
Run = Callable[..., int]


@pytest.fixture
def sources(tmp_path: Path) -> dict[str, Path]:
    """Everything that the script reads, by its options."""
    (tmp_path / "words.txt").write_text(MOBY)
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "a.txt").write_text("\n".join(paragraphs()), encoding="utf-8")
    return {
        "model": save_tiny_bert(tmp_path / "model", BertForPreTraining, PIECES),
        "text": tmp_path / "text",
        "wordnet": write_wordnet(tmp_path / "wordnet"),
        "moby": tmp_path / "words.txt",
    }


def paragraphs() -> list[str]:
    chance = random.Random(2)
    sentence = "The {} mouse {} by the fire engine and pointed out the bull’s eye in Paris."
    drawn = [sentence.format(chance.choice(ADJECTIVES), chance.choice(VERBS)) for _ in range(SENTENCES)]
    return [" ".join(drawn[place : place + 2]) for place in range(0, SENTENCES, 2)]


@pytest.fixture
def run(sources: dict[str, Path]) -> Run:
    def run(*more: str, **other: Path) -> int:
        options = [part for name, path in {**sources, **other}.items() for part in (f"--{name}", str(path))]
        return make_table.main([*options, "--device", "cpu", "--dimensions", "8", *more])

    return run


@pytest.fixture
def lexicon(sources: dict[str, Path]) -> Lexicon:
    return Lexicon(WordNet.read(sources["wordnet"]), read_moby(sources["moby"]))


# The text


def test_passages_are_whole_sentences() -> None:
    sentences = [
        f"Sentence {number} is here for the length of it alone, and says no more." for number in range(30)
    ]
    passages = list(cut([[" ".join(sentences), "Too short."]]))
    assert "".join(passages) == " ".join(sentences)
    assert all(len(passage) <= make_table.PASSAGE for passage in passages)
    assert all(passage.rstrip().endswith(".") for passage in passages)
    assert len(passages) < 6


def test_a_long_sentence_is_cut_between_words() -> None:
    (passage,) = cut([["lighthouses " * 100]])
    assert set(passage.split()) == {"lighthouses"}


@pytest.mark.parametrize(
    ("word", "count", "wanted"),
    [
        ("walked", 20, True), ("walked", 19, False), ("pointed out", 6, True), ("pointed out", 5, False),
        ("gadget", 99, False), ("gadget", 100, True), ("a", 1000, False), ("café", 1000, False),
    ],
)  # fmt: skip
def test_entries_are_frequent_enough(lexicon: Lexicon, word: str, count: int, wanted: bool) -> None:
    assert is_entry(word, count, lexicon) is wanted


def test_a_survey_counts_entries_and_keeps_a_sample(lexicon: Lexicon) -> None:
    passages, spotter = paragraphs(), Spotter(lexicon.phrases())
    survey = Survey.of(passages, spotter, lexicon, 5)
    assert survey.counts["mouse"] == survey.counts["pointed out"] == SENTENCES
    assert survey.counts["walked"] == sum(passage.count("walked") for passage in passages)
    assert survey.counts.keys() == survey.samples.keys()
    assert not {"paris", "Paris"} & survey.counts.keys()
    for word, sample in survey.samples.items():
        assert len(sample) == min(5, survey.counts[word])
        assert all(word in passages[number].replace("’", "'") for number in sample)
    assert survey.samples["mouse"] == [0, 0, 1, 1, 2]  # the best text comes first


def test_each_entry_is_seen_often_enough_and_rare_ones_first(lexicon: Lexicon) -> None:
    rare = "The man strolled by the sea and went on to the big house of the boss at the end."
    passages, spotter = [*paragraphs(), *[rare] * 20], Spotter(lexicon.phrases())
    survey = Survey.of(passages, spotter, lexicon, 8)
    chosen = list(survey.choose(passages, spotter, 8))
    assert chosen == list(survey.choose(passages, spotter, 8))
    assert [passage for passage, _ in chosen[:8]] == [rare] * 8
    assert len(chosen) < len(passages)
    seen = Counter(place.entry for _, places in chosen for place in places)
    assert seen.keys() == survey.counts.keys()
    for entry, count in survey.counts.items():
        assert seen[entry] >= min(count, 4 if " " in entry else 8)


# The vectors


def test_vectors_are_means_over_occurrences(sources: dict[str, Path], lexicon: Lexicon) -> None:
    spotter = Spotter(lexicon.phrases())
    passages = [(text, list(spotter.find(text))) for text in paragraphs()[:12]]
    counts = Counter(place.entry for _, places in passages for place in places)
    model, _ = load_model(sources["model"])
    tokenizer = WordPieces.of(sources["model"]).tokenizer
    words, vectors = mean_vectors(model, tokenizer, iter(passages), counts, 10_000)
    assert "mouse" in words
    for wanted in ("mouse", "pointed out"):
        seen = []
        for text, places in passages:
            encoding = tokenizer.encode(text)
            ids = torch.tensor([encoding.ids])[:, :128]
            with torch.inference_mode():
                hidden = contextual_vectors(model.bert(ids, output_hidden_states=True).hidden_states)[0]
            for place in (place for place in places if place.entry == wanted):
                pieces = [
                    index for index, (start, end) in enumerate(encoding.offsets)
                    if place.start <= start < end <= place.end
                ]  # fmt: skip
                if pieces[-1] < len(hidden):
                    seen.append(hidden[pieces].mean(0))
        assert len(seen) >= 12
        assert torch.allclose(vectors[words.index(wanted)], torch.stack(seen).mean(0), atol=0.02)  # bfloat16


def test_reading_ends_where_it_should(sources: dict[str, Path], lexicon: Lexicon) -> None:
    passages = [(text, list(Spotter(lexicon.phrases()).find(text))) for text in paragraphs() * 50]
    ahead = iter(passages)
    model, _ = load_model(sources["model"])
    counts = Counter(place.entry for _, places in passages for place in places)
    mean_vectors(model, WordPieces.of(sources["model"]).tokenizer, ahead, counts, 1)
    assert len(list(ahead)) == len(passages) - make_table.READ_AHEAD


# The table


def test_the_engine_suggests_from_the_table(run: Run, sources: dict[str, Path]) -> None:
    assert run() == 0
    table = WordTable.load(sources["model"])
    assert table
    assert {*VERBS, *ADJECTIVES, "mouse", "fire engine", "pointed out", "bull's eye"} <= set(table.words)
    assert "paris" not in table.words  # a name
    assert table.vectors.shape == (len(table.words), 8)
    assert table.forms_of("walked") == Form.PAST | Form.PARTICIPLE
    entries, kinds, overlap = table.related(table.lemmas_of("walked"))
    strolled = entries.tolist().index(table.index["strolled"])
    assert kinds[strolled].nonzero()[:, 0].tolist() == [list(Kind).index(Kind.LISTED)]
    assert overlap[strolled] == 1
    engine = TorchMaskedEngine()
    list(engine.load(sources["model"], "cpu"))
    offered = {suggestion.text for suggestion in engine.suggest("The heavy mouse walked by.", 16, 22, 20)}
    assert offered == {"went", "strolled", "stopped", "halted", "started", "pointed", "pointed out"}


def test_the_same_seed_makes_the_same_table(run: Run, sources: dict[str, Path]) -> None:
    tables = []
    for seed in ("1", "1", "2"):
        assert run("--seed", seed, "--occurrences", "5") == 0
        tables.append((sources["model"] / "word_table.safetensors").read_bytes())
    assert [one == other for one, other in pairwise(tables)] == [True, False]


# What goes wrong


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        ("wordnet", "There is no WordNet in {}."),
        ("moby", "There is no Moby Thesaurus in {}."),
        ("text", "There is no text in {}."),
        ("model", "There is no model in {}."),
    ],
)
def test_what_is_missing_is_said_in_one_line(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, sentence: str
) -> None:
    assert run(**{option: tmp_path / "nowhere"}) == 2
    said = capsys.readouterr().err
    assert said.startswith(sentence.format(tmp_path / "nowhere"))
    assert said.count("\n") == 1


def test_too_little_text_is_said(
    run: Run, sources: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    (sources["text"] / "a.txt").write_text("The mouse walked by the fire engine and stopped.")
    assert run() == 2
    assert capsys.readouterr().err == "There is too little text.\n"
    assert not (sources["model"] / "word_table.safetensors").exists()
