"""From logits to the next token."""

import torch
from transformers import (
    LogitsProcessorList,
    MinPLogitsWarper,
    NoRepeatNGramLogitsProcessor,
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from app.engines.protocols import Sampling

HISTORY = 1024  # tokens before the current one that count as "said before"


class Sampler:
    """Chooses tokens by the rules of a `Sampling`; transformers' processors do the arithmetic.

    Args:
        sampling: the rules. A seed makes the choices repeatable.
        forbidden_first: token ids that may not be the first choice, so that a stream is never empty.
    """

    def __init__(self, sampling: Sampling, forbidden_first: set[int]) -> None:
        self._greedy = sampling.temperature == 0
        self._rules = _rules(sampling)
        self._forbidden_first = sorted(forbidden_first)
        self._generator = torch.Generator()
        if sampling.seed is None:
            self._generator.seed()
        else:
            self._generator.manual_seed(sampling.seed)

    def choose(self, logits: torch.Tensor, history: list[int], is_first: bool) -> int:
        """Return the id of the next token.

        Args:
            logits: [vocabulary], float32 on the CPU; left as they are.
            history: all token ids before this one, prompt included.
            is_first: whether this is the first token after the prompt.
        """
        scores = logits.unsqueeze(0).clone()  # [1, vocabulary]
        if is_first:
            known = [index for index in self._forbidden_first if index < len(logits)]
            scores[:, known] = -torch.inf  # a tokenizer may name ids that the model has not
        scores = self._rules(torch.tensor([history[-HISTORY:]]), scores)
        if self._greedy:
            return int(scores.argmax())
        return int(torch.multinomial(scores.softmax(-1), 1, generator=self._generator))


def _rules(sampling: Sampling) -> LogitsProcessorList:
    rules = LogitsProcessorList()
    if sampling.repetition_penalty != 1:
        rules.append(RepetitionPenaltyLogitsProcessor(sampling.repetition_penalty))
    if sampling.no_repeat_ngram_size:
        rules.append(NoRepeatNGramLogitsProcessor(sampling.no_repeat_ngram_size))
    if sampling.temperature not in (0, 1):
        rules.append(TemperatureLogitsWarper(float(sampling.temperature)))
    if sampling.temperature and sampling.top_k:
        rules.append(TopKLogitsWarper(sampling.top_k))
    if sampling.temperature and sampling.top_p < 1:
        rules.append(TopPLogitsWarper(sampling.top_p))
    if sampling.temperature and sampling.min_p:
        rules.append(MinPLogitsWarper(sampling.min_p))
    return rules
