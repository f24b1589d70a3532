"""The protocol between window and worker: frozen dataclasses, nothing else.

Every request carries an id. It is answered by any number of progress events and exactly one terminal event,
all with the same id. No request waits for the answer to another.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.engines.prompts import FittedPassage, Prompt
from app.engines.protocols import (
    FinishReason,
    ModelDescription,
    NeedlessWord,
    NextWord,
    Role,
    Sampling,
    Suggestion,
    Token,
    WeighedPiece,
)

# --- requests: window to worker ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LoadModel:
    """Load the model in `folder` in place of the one that had its role. Ends with Ready or Failed.

    device, precision: see `Engine.load`.
    """

    request_id: int
    role: Role
    folder: Path
    device: str
    precision: str = "auto"


@dataclass(frozen=True, slots=True)
class UnloadModel:
    """Give back the memory of the model in a role. Ends with Finished."""

    request_id: int
    role: Role


@dataclass(frozen=True, slots=True)
class Generate:
    """Continue a prompt. Ends with Finished or Failed.

    alternatives: how many of the tokens weighed at each step come with the chosen one.
    takes: in how many ways, all written at once.
    """

    request_id: int
    prompt: Prompt
    sampling: Sampling
    max_new_tokens: int
    alternatives: int = 0
    takes: int = 1


@dataclass(frozen=True, slots=True)
class Draft:
    """Offer a few words to go on with, as ghost text, or silence. Ends with Drafted or Failed.

    following: the text behind the caret.
    often: how readily to speak: 0 seldom, 1 often.
    choice: go on from the likeliest next word (0), where it is sure enough, or from the next best (1 and on),
        however sure.
    """

    request_id: int
    prompt: Prompt
    following: str
    often: float
    choice: int = 0


@dataclass(frozen=True, slots=True)
class Insert:
    """Write texts to stand between two others. Ends with Inserted or Failed, or Finished when cancelled.

    following: what stands behind the place.
    """

    request_id: int
    prompt: Prompt
    following: str
    sampling: Sampling
    max_new_tokens: int


@dataclass(frozen=True, slots=True)
class WeighNextWords:
    """Tell which words the model weighs behind a prompt. Ends with NextWords or Failed."""

    request_id: int
    prompt: Prompt
    count: int


@dataclass(frozen=True, slots=True)
class WeighTexts:
    """Tell how likely some texts are behind a prompt. Ends with TextsWeighed or Failed.

    gives_way: any request that is not served between its steps ends it.
    """

    request_id: int
    prompt: Prompt
    texts: tuple[str, ...]
    gives_way: bool = False


@dataclass(frozen=True, slots=True)
class FitPrompt:
    """Tell what of a prompt the model would read. Ends with PromptFitted or Failed."""

    request_id: int
    prompt: Prompt


@dataclass(frozen=True, slots=True)
class SuggestWords:
    """Offer words for `text[start:end]` (code points). Ends with Suggestions or Failed.

    Served between two tokens of a running Generate, never behind it.
    """

    request_id: int
    text: str
    start: int
    end: int
    count: int


@dataclass(frozen=True, slots=True)
class FillGap:
    """Offer words to put in at `text[position]` (code points). Ends with Suggestions or Failed.

    Served as SuggestWords is.
    """

    request_id: int
    text: str
    position: int
    count: int


@dataclass(frozen=True, slots=True)
class FindNeedless:
    """Find words in `text[start:end]` (code points) that may go.

    Ends with NeedlessWords or Failed, or with Finished when cancelled.
    """

    request_id: int
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ReadJoins:
    """Weigh how well each sentence follows from the one before it.

    Ends with Joins or Failed, or with Finished when cancelled.
    """

    request_id: int
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Warm:
    """Prefill a prompt, so that a Generate that begins with it starts at once. Ends with Finished.

    Nothing waits for it: any request that is not served between its steps ends it, another Warm as well.
    """

    request_id: int
    prompt: Prompt


@dataclass(frozen=True, slots=True)
class Shutdown:
    """Give everything back and end the thread. Ends with Finished."""

    request_id: int


# --- progress events: worker to window --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Loading:
    """A model is being loaded: the fraction that is done, and what is being done."""

    request_id: int
    fraction: float
    what: str


@dataclass(frozen=True, slots=True)
class Prefilling:
    """The prompt is being read: the fraction that is done."""

    request_id: int
    fraction: float


@dataclass(frozen=True, slots=True)
class Checking:
    """A text is being looked at: the fraction that is done."""

    request_id: int
    fraction: float


@dataclass(frozen=True, slots=True)
class Tokens:
    """All tokens of one take made since the last hand-over, at most one of these a frame and take."""

    request_id: int
    tokens: tuple[Token, ...]
    take: int = 0

    @property
    def text(self) -> str:
        """The characters of all the tokens."""
        return "".join(token.text for token in self.tokens)


@dataclass(frozen=True, slots=True)
class Drafting:
    """The ghost text as far as it is sure; what comes later begins with it."""

    request_id: int
    text: str


# --- terminal events: worker to window --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ready:
    """The model is loaded."""

    request_id: int
    role: Role
    model: ModelDescription


@dataclass(frozen=True, slots=True)
class Finished:
    """The request has ended; "done" for those that produce nothing."""

    request_id: int
    reason: FinishReason | Literal["done"]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The words that fit, best first; none is an answer too."""

    request_id: int
    words: tuple[Suggestion, ...]


@dataclass(frozen=True, slots=True)
class NeedlessWords:
    """The words that may go, in their order in the text; none is an answer too."""

    request_id: int
    words: tuple[NeedlessWord, ...]


@dataclass(frozen=True, slots=True)
class Joins:
    """For each pair of neighbouring sentences, the probability that the second follows the first."""

    request_id: int
    probabilities: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Drafted:
    """The whole ghost text; empty for silence."""

    request_id: int
    text: str


@dataclass(frozen=True, slots=True)
class Inserted:
    """Texts with the spaces and line breaks around them, the best join first; none is an answer too."""

    request_id: int
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NextWords:
    """The words that the model weighed, likeliest first."""

    request_id: int
    words: tuple[NextWord, ...]


@dataclass(frozen=True, slots=True)
class TextsWeighed:
    """For each text its pieces, with how likely they are."""

    request_id: int
    texts: tuple[tuple[WeighedPiece, ...], ...]


@dataclass(frozen=True, slots=True)
class PromptFitted:
    """The passages of a prompt, as they fit into the model's context."""

    request_id: int
    passages: tuple[FittedPassage, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """The request failed: words for the writer, and frames for a report (never manuscript text)."""

    request_id: int
    message: str
    hint: str
    details: str = ""


Urgent = SuggestWords | FillGap
Writing = Generate | Draft | Insert | WeighNextWords | WeighTexts | FitPrompt | Warm  # asks the causal model
Request = LoadModel | UnloadModel | Writing | Urgent | FindNeedless | ReadJoins | Shutdown
Progress = Loading | Prefilling | Checking | Tokens | Drafting
Answer = Suggestions | NeedlessWords | Joins | Drafted | Inserted | NextWords | TextsWeighed | PromptFitted
Terminal = Ready | Finished | Answer | Failed
Event = Progress | Terminal
