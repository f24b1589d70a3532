import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from tiny_bert import BEINGS, save_tiny_bert
from tqdm import tqdm
from transformers import BertForPreTraining, BertModel

DOCUMENTS = 300


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Run tiny models on one thread; several would spend their time waiting for each other."""
    tqdm.monitor_interval = 0  # its progress bars would leave a thread behind
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of plain text with stories about two beings each."""
    folder = tmp_path_factory.mktemp("text")
    chance = random.Random(5)
    documents = []
    for number in range(DOCUMENTS):
        one, other = chance.sample(BEINGS, 2)
        sentence = f"The {one} {{}} the {other}. The {other} {{}} the lighthousekeeper."
        verbs = [chance.choices(["sees", "hears", "follows"], k=2) for _ in range(12)]
        lines = [f"Story {number} of the {one} and the {other}.", *(sentence.format(*v) for v in verbs)]
        documents.append("\n".join(lines))
    for name, begin in (("a", 0), ("b", DOCUMENTS // 2)):
        part = documents[begin : begin + DOCUMENTS // 2]
        (folder / f"{name}.txt").write_text("\n\n".join(part), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny BERT without heads."""
    return save_tiny_bert(tmp_path_factory.mktemp("encoder"), BertModel)


@pytest.fixture
def with_heads(tmp_path: Path) -> Path:
    """A tiny BERT with both heads."""
    return save_tiny_bert(tmp_path / "with heads", BertForPreTraining)
