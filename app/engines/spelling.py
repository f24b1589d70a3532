"""How near words are by their pieces' input embeddings, which know a word before any sentence."""

import torch

from app.engines.masked_model import MaskedModel

CHUNK = 4096  # words whose vectors are in memory together


class Spelling:
    """Compares a word with many others by the mean input embedding of their pieces, centred on all pieces.

    The vectors of the others are not kept, only their lengths, for a product with a mean is the mean of
    products.
    """

    def __init__(self, masked: MaskedModel, words: list[str]) -> None:
        self._masked = masked
        self._embeddings = masked.model.get_input_embeddings().weight.detach()  # [vocabulary, hidden]
        self._centre = self._embeddings.float().mean(0)
        rows = [self._pieces(word) for word in words]
        counts = torch.tensor([len(row) for row in rows])
        self._flat = torch.tensor([piece for row in rows for piece in row])
        self._owners = torch.arange(len(rows)).repeat_interleave(counts)  # whose piece each of them is
        self._shares = 1 / counts[self._owners]
        self._lengths = torch.cat(
            [
                self._means(rows[start : start + CHUNK]).norm(dim=-1).cpu()
                for start in range(0, len(rows), CHUNK)
            ]
        )

    def cosines(self, word: str) -> torch.Tensor:
        """Return the cosine of `word` with each of the words, [words], float32, on the CPU."""
        own = torch.nn.functional.normalize(self._means([self._pieces(word)])[0], dim=-1)
        row = torch.nn.functional.linear(own[None].to(self._embeddings.dtype), self._embeddings)
        products = row[0].float().cpu() - float(self._centre @ own)  # [vocabulary]
        means = torch.zeros_like(self._lengths).index_add_(
            0, self._owners, products[self._flat] * self._shares
        )
        return means / self._lengths.clamp_min(1e-6)

    def _pieces(self, word: str) -> list[int]:
        ids: list[int] = self._masked.tokenizer.encode(word, add_special_tokens=False).ids
        return ids or [self._masked.mask_id]

    def _means(self, rows: list[list[int]]) -> torch.Tensor:
        """Return the centred mean embedding of each row of pieces, [rows, hidden]."""
        starts = torch.tensor([0, *(len(row) for row in rows[:-1])]).cumsum(0)
        flat = torch.tensor([piece for row in rows for piece in row]).to(self._embeddings.device)
        vectors = self._embeddings[flat].float()  # [pieces, hidden]
        places = torch.arange(len(flat), device=flat.device)
        means = torch.nn.functional.embedding_bag(places, vectors, starts.to(flat.device), mode="mean")
        return means - self._centre
