"""From a folder of plain text to word pieces that a run can read at random.

One paragraph a line, a blank line between documents; a document ends with its file, too.
"""

import bz2
import gzip
import hashlib
import itertools
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from app.errors import InklingError
from word_pieces import WordPieces

OPENERS: dict[str, Callable[..., IO[Any]]] = {".txt": open, ".bz2": bz2.open, ".gz": gzip.open}
HELD_OUT_ONE_IN = 50
CACHE_VERSION = 1
# Behind a full stop, closing quotes included, and before a capital; not behind "Mr." or an initial.
SENTENCE_END = re.compile(
    r"""[.!?…](?<!\b[A-Z].)(?<!\bMr.)(?<!\bMrs.)(?<!\bMs.)(?<!\bDr.)(?<!\bSt.)"""
    r"""["'”’)\]]*\s+(?=["'“‘(\[]*[A-Z0-9])"""
)

Document = list[str]  # its paragraphs


@dataclass(frozen=True)
class Corpus:
    """Documents as word pieces.

    tokens: all documents behind one another, [n], uint16.
    documents: where each begins, and where the last one ends, [documents + 1], int64.
    boundaries: where a sentence ends and the next one of the same document begins, [m], int64, rising.
    """

    tokens: NDArray[np.uint16]
    documents: NDArray[np.int64]
    boundaries: NDArray[np.int64]

    @classmethod
    def of(cls, documents: Iterable[Document], pieces: WordPieces) -> "Corpus":
        """Split documents into word pieces."""
        tokens: list[NDArray[np.uint16]] = []
        begins, boundaries = [0], []
        for document in documents:
            sentences = [sentence for paragraph in document for sentence in split_sentences(paragraph)]
            encoded = pieces.tokenizer.encode_batch_fast(sentences, add_special_tokens=False)
            ids = [encoding.ids for encoding in encoded if encoding.ids]
            if ids:
                ends = begins[-1] + np.cumsum([len(sentence) for sentence in ids])
                boundaries.extend(ends[:-1].tolist())
                begins.append(int(ends[-1]))
                tokens.append(np.array(list(itertools.chain.from_iterable(ids)), dtype=np.uint16))
        return cls(
            np.concatenate(tokens) if tokens else np.empty(0, np.uint16),
            np.array(begins, dtype=np.int64),
            np.array(boundaries, dtype=np.int64),
        )

    def document_around(self, place: int) -> tuple[int, int]:
        """Return where the document that holds the token at `place` begins and ends."""
        after = int(np.searchsorted(self.documents, place, side="right"))
        return int(self.documents[after - 1]), int(self.documents[after])


def training_corpus(folder: Path, pieces: WordPieces, cache: Path) -> tuple[Corpus, str]:
    """Return the documents of a folder that are trained on, from the cache where it is still good.

    Returns:
        The documents, and the SHA-256 of their tokens.

    Raises:
        InklingError: the folder holds no text, or text that cannot be read.
    """
    about, source = cache / "about.json", _fingerprint(folder, pieces)
    if not about.exists() or (known := json.loads(about.read_text()))["source"] != source:
        print(f"Splitting the text in {folder} into word pieces; this takes minutes, once.", flush=True)
        corpus = Corpus.of((d for d in read_documents(folder) if not is_held_out(d)), pieces)
        cache.mkdir(parents=True, exist_ok=True)
        about.unlink(missing_ok=True)  # and comes back last, so that half a cache is never taken for one
        for name, array in vars(corpus).items():
            np.save(cache / f"{name}.npy", array)
        known = {"source": source, "tokens": hashlib.sha256(corpus.tokens).hexdigest()}
        about.write_text(json.dumps(known))
    arrays = {name: np.load(cache / f"{name}.npy", mmap_mode="r") for name in Corpus.__dataclass_fields__}
    return Corpus(**arrays), known["tokens"]


def held_out_corpus(folder: Path, pieces: WordPieces) -> Corpus:
    """Return the documents of a folder that no run of training sees; see `training_corpus`."""
    return Corpus.of(filter(is_held_out, read_documents(folder)), pieces)


def is_held_out(document: Document) -> bool:
    """Tell whether a document is kept for judging; its first line decides, on every machine alike."""
    digest = hashlib.sha256(document[0].encode()).digest()
    return int.from_bytes(digest[:8]) % HELD_OUT_ONE_IN == 0


def read_documents(folder: Path) -> Iterator[Document]:
    """Yield the documents of all text files below a folder, in the order of their names.

    Raises:
        InklingError: a file cannot be read or is not text.
    """
    for file in _text_files(folder):
        document: Document = []
        try:
            with OPENERS[file.suffix](file, "rt", encoding="utf-8") as lines:
                for line in lines:
                    if paragraph := line.strip():
                        document.append(paragraph)
                    elif document:
                        yield document
                        document = []
        except (OSError, EOFError, UnicodeDecodeError) as error:
            raise InklingError(f"{file} could not be read as text.", "It should be UTF-8.") from error
        if document:
            yield document


def split_sentences(paragraph: str) -> list[str]:
    """Split a paragraph into sentences, roughly."""
    ends = [0, *(match.end() for match in SENTENCE_END.finditer(paragraph)), len(paragraph)]
    return [paragraph[begin:end] for begin, end in itertools.pairwise(ends)]


def _text_files(folder: Path) -> list[Path]:
    files = sorted(file for file in folder.rglob("*") if file.suffix in OPENERS and file.is_file())
    if not files:
        raise InklingError(f"There is no text in {folder}.", "Its files should end in .txt, .bz2 or .gz.")
    return files


def _fingerprint(folder: Path, pieces: WordPieces) -> str:
    """Return a digest that changes with the files, the vocabulary and the way they are split."""
    files = [
        (str(f.relative_to(folder)), (s := f.stat()).st_size, s.st_mtime_ns) for f in _text_files(folder)
    ]
    state = json.dumps([CACHE_VERSION, HELD_OUT_ONE_IN, files, pieces.tokenizer.to_str()])
    return hashlib.sha256(state.encode()).hexdigest()
