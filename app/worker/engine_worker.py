"""Runs the engines on the background thread: requests in, events out."""

import logging
from collections.abc import Callable, Generator
from typing import TypeVar, cast

from PySide6.QtCore import QObject, QThread, Slot

from app.assist.ghost_draft import draft
from app.assist.insertion import insertions
from app.engines.protocols import (
    Checked,
    Engine,
    LoadStep,
    MaskFiller,
    Prefilled,
    Role,
    Step,
    TextGenerator,
)
from app.engines.registry import EngineFactory
from app.errors import InklingError
from app.logs import describe
from app.worker.inbox import Inbox
from app.worker.messages import (
    Checking,
    Draft,
    Drafted,
    Drafting,
    Failed,
    FillGap,
    FindNeedless,
    Finished,
    FitPrompt,
    Generate,
    Insert,
    Inserted,
    Joins,
    Loading,
    LoadModel,
    NeedlessWords,
    NextWords,
    Prefilling,
    Progress,
    PromptFitted,
    ReadJoins,
    Ready,
    Request,
    Shutdown,
    Suggestions,
    SuggestWords,
    Terminal,
    TextsWeighed,
    UnloadModel,
    Warm,
    WeighNextWords,
    WeighTexts,
)
from app.worker.outbox import Outbox

log = logging.getLogger(__name__)

R = TypeVar("R")
EngineStep = LoadStep | Prefilled | Checked | Step | str
Job = Generator[Progress | Step, None, Terminal]


class EngineWorker(QObject):
    """Lives on the worker thread and serves requests one after the other.

    Long requests are generators that yield after every step. Between two steps the worker reads the cancel
    flag and serves requests for words, so that neither waits for a long job to end.

    Args:
        inbox: where requests come from.
        outbox: where events go.
        create_engine: makes the engine for a role; called on the worker thread.
    """

    def __init__(self, inbox: Inbox, outbox: Outbox, create_engine: EngineFactory) -> None:
        super().__init__()
        self._inbox = inbox
        self._outbox = outbox
        self._create_engine = create_engine
        self._engines: dict[Role, Engine] = {}

    @Slot()
    def serve(self) -> None:
        """Serve everything in the inbox."""
        while (request := self._inbox.take()) is not None:
            self._run(request)

    def _run(self, request: Request) -> None:
        """Run one request to its terminal event; whatever happens, there is exactly one."""
        try:
            terminal = self._drive(request, self._start(request))
        except InklingError as error:
            log.warning("%s failed: %s", type(request).__name__, describe(error))
            terminal = Failed(request.request_id, error.message, error.hint, describe(error))
        except Exception as error:
            log.exception("%s failed", type(request).__name__)
            terminal = Failed(
                request.request_id,
                "Inkling made a mistake while it used the model.",
                "Try again. If it happens again, please report it with the log file.",
                describe(error),
            )
        self._outbox.put(terminal)

    def _drive(self, request: Request, job: Job) -> Terminal:
        """Hand over what a job yields, and serve requests for words between its steps."""
        while True:
            try:
                step = next(job)
            except StopIteration as end:
                terminal: Terminal = end.value
                return terminal
            self._hand_over(request, step)
            while (other := self._inbox.take_of(_served_within(request))) is not None:
                self._run(other)

    def _hand_over(self, request: Request, step: Progress | Step) -> None:
        if isinstance(step, tuple):
            self._outbox.put_step(request.request_id, step, lambda: self._is_cancelled(request))
        else:
            self._outbox.put(step)

    def _start(self, request: Request) -> Job:
        match request:
            case LoadModel():
                return self._load(request)
            case UnloadModel():
                return self._unload(request)
            case Generate():
                return self._generate(request)
            case Draft():
                return self._draft(request)
            case Insert():
                return self._insert(request)
            case WeighNextWords():
                return self._weigh_next_words(request)
            case WeighTexts():
                return self._weigh_texts(request)
            case FitPrompt():
                return self._fit(request)
            case Warm():
                return self._warm(request)
            case SuggestWords():
                return self._suggest(request)
            case FillGap():
                return self._fill_gap(request)
            case FindNeedless():
                return self._find_needless(request)
            case ReadJoins():
                return self._read_joins(request)
            case Shutdown():
                return self._shut_down(request)

    def _load(self, request: LoadModel) -> Job:
        yield Loading(request.request_id, 0.0, "Starting the model libraries")
        if self._is_cancelled(request):
            return Finished(request.request_id, "cancelled")
        engine = self._engines.get(request.role) or self._create_engine(request.role)
        self._engines[request.role] = engine
        steps = engine.load(request.folder, request.device, request.precision)
        model = yield from self._until_cancelled(request, steps)
        if model is None:
            engine.unload()
            return Finished(request.request_id, "cancelled")
        log.info("loaded %s: %s", request.role, model)
        return Ready(request.request_id, request.role, model)

    def _unload(self, request: UnloadModel) -> Job:
        yield from ()
        if (engine := self._engines.get(request.role)) is not None:
            engine.unload()
        return Finished(request.request_id, "done")

    def _generate(self, request: Generate) -> Job:
        order = request.prompt, request.sampling, request.max_new_tokens, request.takes, request.alternatives
        steps = self._generator().generate_several(*order)
        return self._answer(
            request,
            steps,
            lambda reasons: Finished(request.request_id, "length" if "length" in reasons else "stop"),
        )

    def _draft(self, request: Draft) -> Job:
        generator = self._generator()
        order = request.prompt, request.following, request.often, request.choice
        steps = draft(generator, self._second_opinion(), *order)
        return self._answer(request, steps, lambda text: Drafted(request.request_id, text))

    def _insert(self, request: Insert) -> Job:
        order = request.prompt, request.following, request.sampling, request.max_new_tokens
        steps = insertions(self._generator(), self._second_opinion(), *order)
        return self._answer(
            request, steps, lambda found: Inserted(request.request_id, tuple(one.text for one in found))
        )

    def _weigh_next_words(self, request: WeighNextWords) -> Job:
        steps = self._generator().next_words(request.prompt, request.count)
        return self._answer(request, steps, lambda words: NextWords(request.request_id, tuple(words)))

    def _weigh_texts(self, request: WeighTexts) -> Job:
        steps = self._generator().weigh(request.prompt, request.texts)
        return self._answer(request, steps, lambda texts: TextsWeighed(request.request_id, tuple(texts)))

    def _fit(self, request: FitPrompt) -> Job:
        yield from ()
        return PromptFitted(request.request_id, tuple(self._generator().fit(request.prompt)))

    def _warm(self, request: Warm) -> Job:
        steps = self._generator().prefill(request.prompt)
        return self._answer(request, steps, lambda _: Finished(request.request_id, "done"))

    def _suggest(self, request: SuggestWords) -> Job:
        yield from ()
        if self._is_cancelled(request):
            return Finished(request.request_id, "cancelled")
        words = self._mask_filler().suggest(request.text, request.start, request.end, request.count)
        return Suggestions(request.request_id, tuple(words))

    def _fill_gap(self, request: FillGap) -> Job:
        yield from ()
        if self._is_cancelled(request):
            return Finished(request.request_id, "cancelled")
        words = self._mask_filler().fill_gap(request.text, request.position, request.count)
        return Suggestions(request.request_id, tuple(words))

    def _find_needless(self, request: FindNeedless) -> Job:
        steps = self._mask_filler().find_needless(request.text, request.start, request.end)
        return self._answer(request, steps, lambda words: NeedlessWords(request.request_id, tuple(words)))

    def _read_joins(self, request: ReadJoins) -> Job:
        steps = self._mask_filler().read_joins(request.sentences)
        return self._answer(request, steps, lambda joins: Joins(request.request_id, tuple(joins)))

    def _shut_down(self, request: Shutdown) -> Job:
        yield from ()
        for engine in self._engines.values():
            engine.unload()
        self._engines.clear()
        QThread.currentThread().quit()
        return Finished(request.request_id, "done")

    def _answer(
        self, request: Request, steps: Generator[EngineStep, None, R], terminal: Callable[[R], Terminal]
    ) -> Job:
        """Yield an engine's steps as events; end with what its result says, or as cancelled."""
        result = yield from self._until_cancelled(request, steps)
        return Finished(request.request_id, "cancelled") if result is None else terminal(result)

    def _until_cancelled(
        self, request: Request, steps: Generator[EngineStep, None, R]
    ) -> Generator[Progress | Step, None, R | None]:
        """Yield an engine's steps as events; return its result, or None when cancelled."""
        try:
            while not self._is_cancelled(request):
                yield _as_event(request.request_id, next(steps))
        except StopIteration as end:
            result: R = end.value
            return result
        steps.close()
        return None

    def _is_cancelled(self, request: Request) -> bool:
        return self._inbox.is_cancelled(request.request_id)

    def _generator(self) -> TextGenerator:
        if "causal" not in self._engines:
            raise InklingError("No model that continues text is loaded.", "Choose one in Preferences.")
        return cast(TextGenerator, self._engines["causal"])

    def _second_opinion(self) -> MaskFiller | None:
        """Return the masked engine, which says when it is asked whether its model is there."""
        return cast(MaskFiller | None, self._engines.get("masked"))

    def _mask_filler(self) -> MaskFiller:
        if "masked" not in self._engines:
            raise InklingError("No model that finds words is loaded.", "Choose one in Preferences.")
        return cast(MaskFiller, self._engines["masked"])


def _served_within(request: Request) -> tuple[type[Request], ...]:
    """Return the kinds of requests that are served between two steps of one that runs."""
    match request:
        case SuggestWords() | FillGap():
            return ()
        case LoadModel(role="masked"):  # the other model may be asked meanwhile
            return SuggestWords, FillGap, Generate, Draft, Insert, WeighNextWords, WeighTexts, FitPrompt, Warm
        case LoadModel():
            return SuggestWords, FillGap
    return SuggestWords, FillGap, FitPrompt  # which takes a millisecond, and nothing that was read


def _as_event(request_id: int, step: EngineStep) -> Progress | Step:
    match step:
        case LoadStep():
            return Loading(request_id, step.fraction, step.what)
        case Prefilled():
            return Prefilling(request_id, step.done / max(step.total, 1))
        case Checked():
            return Checking(request_id, step.done / max(step.total, 1))
        case str():
            return Drafting(request_id, step)
        case _:
            return step
