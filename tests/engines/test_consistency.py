"""Whatever a writer does and whatever goes wrong: what follows a text is what a fresh engine says of it."""

from collections.abc import Callable, Generator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import torch
from engine_runs import GREEDY, load, run, tokens
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from app.engines.lean_model import LeanModel
from app.engines.protocols import Sampling
from app.engines.torch_causal import TorchCausalEngine

FAMILIES = {  # with a precision and the tolerance of log-probabilities, the largest and the mean difference
    "lean llama": ("float32", 1e-4, 1e-4),
    "lean gpt2": ("float32", 1e-4, 1e-4),
    "llama, linear": ("float32", 1e-4, 1e-4),  # by transformers
    "lean qwen2": ("int8", 0.4, 0.15),  # measured: 0.09 and 0.06
}
PIECES = st.sampled_from(
    ["The old ", "fox", " ran over", " the hill;", "日本", " 😀", "\n", " ", "q", "a fox " * 60]
)


class BrokenPassError(Exception):
    """A layer failed."""


class Breaker:
    """Lets one pass through a model fail in its second layer."""

    def __init__(self, engine: TorchCausalEngine) -> None:
        assert engine._loaded is not None
        self.passes = -1  # until the one that fails; none does below 0
        model: Any = engine._loaded.model.model
        if not isinstance(model, LeanModel):
            model._model.model.layers[1].register_forward_pre_hook(lambda *_arguments: self.tick())
            return
        decoder: Any = model._decoder
        feed_forward = decoder._weights.layers[1].feed_forward
        feed_forward.second = self._ticking(feed_forward.second)
        if decoder._packed_step is not None:
            decoder._packed_step._run = self._ticking(decoder._packed_step._run)

    def tick(self) -> None:
        self.passes -= 1
        if self.passes == -1:
            raise BrokenPassError

    def _ticking(self, inner: Callable[..., Any]) -> Callable[..., Any]:
        def ticking(*arguments: Any) -> Any:
            result = inner(*arguments)  # keys and values are written by then
            self.tick()
            return result

        return ticking


def weigh(engine: TorchCausalEngine, page: str) -> torch.Tensor:
    """Return the log-probabilities of all first tokens, the largest first."""
    [first] = tokens(engine, page, GREEDY, 1, weighed=10_000)
    return torch.tensor([weighed.logprob for weighed in first.alternatives]).clamp_min(-50)


class Writer(RuleBasedStateMachine):
    """Types, edits, deletes, continues, cancels, and asks now and then."""

    folder: Path
    precision: str
    fresh: TorchCausalEngine  # which has read nothing whenever it is asked
    largest: float
    mean: float

    @initialize()
    def begin(self) -> None:
        self.page = "The old lighthouse"
        self.engine = TorchCausalEngine()
        load(self.engine, self.folder, self.precision)
        self.breaker = Breaker(self.engine)

    @rule(piece=PIECES)
    def type(self, piece: str) -> None:
        self.page += piece

    @rule(share=st.floats(0, 1), piece=PIECES, gone=st.integers(0, 20))
    def edit(self, share: float, piece: str, gone: int) -> None:
        place = round(share * len(self.page))
        self.page = self.page[:place] + piece + self.page[place + gone :]

    @rule(gone=st.integers(1, 40))
    def delete(self, gone: int) -> None:
        self.page = self.page[:-gone]

    @rule(steps=st.integers(0, 3))
    def warm(self, steps: int) -> None:
        self._walk(self.engine.prefill(self.page), steps)

    @rule(steps=st.integers(1, 8), seed=st.integers(0, 9))
    def cancel(self, steps: int, seed: int) -> None:
        self._walk(self.engine.generate(self.page, Sampling(seed=seed), 20), steps)

    @rule(steps=st.integers(1, 6), count=st.integers(1, 3))
    def cancel_several(self, steps: int, count: int) -> None:
        self._walk(self.engine.generate_several(self.page, Sampling(seed=1), 20, count), steps)

    @rule(length=st.integers(1, 8), seed=st.integers(0, 9))
    def go_on(self, length: int, seed: int) -> None:
        self.page += "".join(
            token.text for token in tokens(self.engine, self.page, Sampling(seed=seed), length)
        )

    @rule(passes=st.integers(0, 6), count=st.integers(1, 3))
    def fail(self, passes: int, count: int) -> None:
        self.breaker.passes = passes
        with suppress(BrokenPassError):
            run(self.engine.generate_several(self.page, Sampling(seed=2), 4, count))
        self.breaker.passes = -1

    @rule()
    def ask(self) -> None:
        self.fresh._loaded.cache.clear()
        found, expected = weigh(self.engine, self.page), weigh(self.fresh, self.page)
        difference = (found - expected).abs()
        assert difference.max() <= self.largest
        assert difference.mean() <= self.mean

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            self.ask()

    def _walk(self, steps: Generator[object, None, object], count: int) -> None:
        for _ in range(count):
            next(steps, None)
        steps.close()


@pytest.mark.parametrize("family", FAMILIES)
def test_what_follows_a_text_does_not_depend_on_what_came_before(
    tiny_model: Callable[[str], Path], family: str
) -> None:
    precision, largest, mean = FAMILIES[family]
    fresh = TorchCausalEngine()
    load(fresh, tiny_model(family), precision)
    case = {
        "folder": tiny_model(family),
        "precision": precision,
        "fresh": fresh,
        "largest": largest,
        "mean": mean,
    }
    run_state_machine_as_test(
        type("WriterOf", (Writer,), case),
        settings=settings(max_examples=20, stateful_step_count=15, deadline=None),
    )


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("passes", [0, 2])
@pytest.mark.parametrize("count", [1, 2])
def test_a_pass_that_fails_does_so_aloud(
    tiny_model: Callable[[str], Path], family: str, passes: int, count: int
) -> None:
    engine = TorchCausalEngine()
    load(engine, tiny_model(family), FAMILIES[family][0])
    Breaker(engine).passes = passes
    with pytest.raises(BrokenPassError):
        run(engine.generate_several("The old fox\n", GREEDY, 6, count))
    assert tokens(engine, "The old fox\n", GREEDY, 6)
