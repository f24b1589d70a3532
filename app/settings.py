"""Every setting, declared once: the file, the Preferences window and the code all read from here."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Generic, TypeVar

import tomli_w

from app.document.damage import set_aside
from app.engines.protocols import Sampling

T = TypeVar("T", bool, int, float, str)
Write = Callable[[Path, bytes], object]


class Kind(Enum):
    """How a setting is edited, where its type alone does not say."""

    PLAIN = "plain"
    CHOICE = "choice"
    FOLDER = "folder"
    FONT = "font"
    SLIDER = "slider"


@dataclass(frozen=True)
class Setting(Generic[T]):
    """One setting: its place in the file (`section.name`), its default, its bounds and its words."""

    key: str
    default: T
    title: str
    help: str
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    kind: Kind = Kind.PLAIN
    choices: tuple[tuple[str, str], ...] = ()  # (value in the file, words in the window)
    degrees: tuple[str, ...] = ()  # words for values from the least to the most, which a slider uses
    unit: str = ""

    @property
    def section(self) -> str:
        """The part of the key before the dot."""
        return self.key.partition(".")[0]

    def accepts(self, value: object) -> bool:
        """Tell whether `value` has the right type and lies within the bounds."""
        if isinstance(self.default, float):
            right_type = isinstance(value, int | float) and not isinstance(value, bool)
        else:
            right_type = type(value) is type(self.default)
        if not right_type:
            return False
        if self.choices:
            return value in {name for name, _ in self.choices}
        if isinstance(value, int | float) and not isinstance(value, bool):
            above = self.minimum is None or value >= self.minimum
            return above and (self.maximum is None or value <= self.maximum)
        return True


SECTIONS = {
    "page": "Page",
    "continue": "Continue",
    "ghost": "Ghost text",
    "words": "Other words",
    "models": "Models",
    "privacy": "Privacy",
}

THEME = Setting(
    "page.theme", "system", "Theme", "Light, dark, or whichever the system uses.",
    kind=Kind.CHOICE, choices=(("system", "Like the system"), ("light", "Light"), ("dark", "Dark")),
)  # fmt: skip
FONT_FAMILY = Setting(
    "page.font", "", "Typeface", "The typeface of the page. Literata comes with Inkling.",
    kind=Kind.FONT,
)  # fmt: skip
FONT_SIZE = Setting(
    "page.font_size", 12.5, "Type size",
    "The size of the page’s type. Ctrl and the mouse wheel change it too.",
    minimum=6.0, maximum=48.0, step=0.5, unit=" pt",
)  # fmt: skip
COLUMN = Setting(
    "page.column", 68, "Column width", "How many characters a line of the page holds at most.",
    minimum=30, maximum=200, step=1, unit=" characters",
)  # fmt: skip
PROVENANCE = Setting(
    "page.provenance", False, "Show who wrote what",
    "Tints what you did not type: what a model wrote, what was pasted, and what was there before.",
)  # fmt: skip
SURPRISE = Setting(
    "page.surprise", False, "Show surprise",
    "Tints your own words by how unexpected they are to the model. What a model wrote stays plain.",
)  # fmt: skip
TEMPERATURE = Setting(
    "continue.temperature", 0.8, "Temperature",
    "How freely words are chosen. 0 always takes the likeliest word; above 1 the text grows wild.",
    minimum=0.0, maximum=2.0, step=0.05,
)  # fmt: skip
TOP_K = Setting(
    "continue.top_k", 50, "Top-k", "Chooses only among this many of the likeliest tokens. 0 switches it off.",
    minimum=0, maximum=1000, step=5,
)  # fmt: skip
TOP_P = Setting(
    "continue.top_p", 0.95, "Top-p",
    "Chooses only among the likeliest tokens that together reach this probability. 1 switches it off.",
    minimum=0.01, maximum=1.0, step=0.01,
)  # fmt: skip
MIN_P = Setting(
    "continue.min_p", 0.05, "Min-p",
    "Leaves out tokens less likely than this share of the likeliest one. 0 switches it off.",
    minimum=0.0, maximum=1.0, step=0.01,
)  # fmt: skip
REPETITION_PENALTY = Setting(
    "continue.repetition_penalty", 1.1, "Repetition penalty",
    "Makes words that already stand in the text less likely. 1 switches it off.",
    minimum=1.0, maximum=2.0, step=0.05,
)  # fmt: skip
NO_REPEAT_NGRAM = Setting(
    "continue.no_repeat_ngram_size", 4, "Never repeat",
    "No run of this many tokens is written twice. 0 switches it off.",
    minimum=0, maximum=20, step=1, unit=" tokens",
)  # fmt: skip
MAX_NEW_TOKENS = Setting(
    "continue.max_new_tokens", 120, "Length",
    "How many tokens Continue writes at most; a word is about 1.3 tokens.",
    minimum=1, maximum=4096, step=20, unit=" tokens",
)  # fmt: skip
TAKES = Setting(
    "continue.takes", 3, "Takes",
    "In how many ways Continue writes on at once. Alt+Up and Alt+Down swap them; fewer are faster.",
    minimum=1, maximum=5, step=1,
)  # fmt: skip
READ_FOLLOWING = Setting(
    "continue.read_following", True, "Read what follows",
    "Where text stands behind the caret, Continue weighs a few ways on by how well they lead into it.",
)  # fmt: skip
SEED = Setting(
    "continue.seed", -1, "Seed",
    "The same seed gives the same continuation of the same text. -1 gives a new one each time.",
    minimum=-1, maximum=2**31 - 1, step=1,
)  # fmt: skip
GHOST = Setting(
    "ghost.enabled", True, "Show ghost text",
    "After a pause, shows a few words in grey at the caret, in mid-line too. Tab takes them, Ctrl+Right one.",
)  # fmt: skip
GHOST_PAUSE = Setting(
    "ghost.pause_ms", 500, "Pause",  # two keys of an average typist are 240 ms apart (Dhakal et al. 2018)
    "How long the keyboard rests before ghost text appears. It grows while you dismiss what is shown.",
    minimum=50, maximum=10_000, step=50, unit=" ms",
)  # fmt: skip
GHOST_OFTEN = Setting(
    "ghost.often", 0.5, "How often it appears",
    "Seldom: only when it is all but sure. Often: a word that is quite likely is enough.",
    minimum=0.0, maximum=1.0, step=0.05, kind=Kind.SLIDER,
    degrees=("Seldom", "Rather seldom", "Now and then", "Rather often", "Often"),
)  # fmt: skip
WORDS_ON_DOUBLE_CLICK = Setting(
    "words.on_double_click", True, "Offer other words on a double click",
    "Ctrl+. offers them for the word at the caret in any case.",
)  # fmt: skip
CAUSAL_MODEL = Setting(
    "models.causal", "", "Model that continues",
    "A folder with a causal language model. Empty means the starter model.", kind=Kind.FOLDER,
)  # fmt: skip
MASKED_MODEL = Setting(
    "models.masked", "", "Model that finds words",
    "A folder with a masked language model. Empty means the one that comes with Inkling.", kind=Kind.FOLDER,
)  # fmt: skip
DEVICE = Setting(
    "models.device", "auto", "Run on",
    "The processor that runs the models. Automatic takes CUDA, then Apple’s GPU, then the CPU.",
    kind=Kind.CHOICE,
    choices=(
        ("auto", "Automatic"), ("cuda", "NVIDIA GPU (CUDA)"), ("mps", "Apple GPU (MPS)"), ("cpu", "CPU"),
    ),
)  # fmt: skip
PRECISION = Setting(
    "models.precision", "auto", "Keep weights in",
    "How exactly the model that continues text keeps its weights on a CPU. Fewer bits are faster "
    "and smaller; 4 can cost quality. Automatic takes 4 where nothing is lost by it, else 8.",
    kind=Kind.CHOICE,
    choices=(
        ("auto", "Automatic"), ("int4", "4 bits"), ("int8", "8 bits"), ("bfloat16", "16 bits"),
        ("float32", "32 bits"),
    ),
)  # fmt: skip

COUNT_TAKEN = Setting(
    "privacy.count_taken", True, "Count what is taken",
    "How many suggestions were shown and taken each day, never which words. It stays on this machine.",
)  # fmt: skip

SETTINGS: tuple[Setting[Any], ...] = (
    THEME, FONT_FAMILY, FONT_SIZE, COLUMN, PROVENANCE, SURPRISE,
    TEMPERATURE, TOP_K, TOP_P, MIN_P, REPETITION_PENALTY, NO_REPEAT_NGRAM, MAX_NEW_TOKENS, TAKES,
    READ_FOLLOWING, SEED,
    GHOST, GHOST_PAUSE, GHOST_OFTEN,
    WORDS_ON_DOUBLE_CLICK,
    CAUSAL_MODEL, MASKED_MODEL, DEVICE, PRECISION,
    COUNT_TAKEN,
)  # fmt: skip


class Settings:
    """The writer's settings: read from a TOML file, written back when one changes.

    Args:
        file: the TOML file; None keeps nothing.
        write: replaces the content of a file; it tells the writer itself when it cannot.

    Listeners are called with the setting after it changed. What is missing has its default; what this
    version does not know is kept as it is.
    """

    def __init__(self, file: Path | None = None, write: Write | None = None) -> None:
        self._file = file
        self._write = write
        self._values: dict[str, Any] = {}
        self._unknown: dict[str, Any] = {}
        self._listeners: list[Callable[[Setting[Any]], None]] = []

    def load(self) -> list[str]:
        """Read the file and return notices for the writer, one for each thing that could not be used.

        A file that is not TOML is set aside; the defaults apply.
        """
        if self._file is None or not self._file.exists():
            return []
        try:
            content = tomllib.loads(self._file.read_text(encoding="utf-8"))
        except OSError:
            return [f"The settings in {self._file} could not be read. The defaults are used."]
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            return [self._set_aside(self._file)]
        return self._take(content)

    def __getitem__(self, setting: Setting[T]) -> T:
        value: T = self._values.get(setting.key, setting.default)
        return value

    def change(self, setting: Setting[T], value: T) -> None:
        """Set a value, tell the listeners and save the file.

        Raises:
            ValueError: the setting does not accept the value.
        """
        if not setting.accepts(value):
            raise ValueError(f"{setting.key} does not accept {value!r}")
        if value == self[setting]:
            return
        self._values[setting.key] = value
        for listener in list(self._listeners):
            listener(setting)
        self._save()

    def subscribe(self, listener: Callable[[Setting[Any]], None]) -> None:
        """Call `listener` with each setting that changes."""
        self._listeners.append(listener)

    def sampling(self) -> Sampling:
        """Return how Continue chooses tokens."""
        return Sampling(
            temperature=self[TEMPERATURE],
            top_k=self[TOP_K],
            top_p=self[TOP_P],
            min_p=self[MIN_P],
            repetition_penalty=self[REPETITION_PENALTY],
            no_repeat_ngram_size=self[NO_REPEAT_NGRAM],
            seed=None if self[SEED] < 0 else self[SEED],
        )

    def _take(self, content: dict[str, Any]) -> list[str]:
        known = {setting.key: setting for setting in SETTINGS}
        notices = []
        for key, value in _flattened(content).items():
            if key not in known:
                self._unknown[key] = value
            elif known[key].accepts(value):
                self._values[key] = type(known[key].default)(value)
            else:
                title = known[key].title
                notices.append(f"“{title}” in the settings file cannot be {value!r}. The default is used.")
        return notices

    def _set_aside(self, file: Path) -> str:
        try:
            aside = set_aside(file)
        except OSError:
            return f"The settings in {file} are damaged. The defaults are used."
        return f"The settings were damaged and the defaults are used. The old file is kept as {aside}."

    def _save(self) -> None:
        if self._file is None or self._write is None:
            return
        content: dict[str, Any] = {}
        for key, value in sorted({**self._unknown, **self._values}.items()):
            section, _, name = key.rpartition(".")
            (content.setdefault(section, {}) if section else content)[name] = value
        self._write(self._file, tomli_w.dumps(content).encode())


def _flattened(content: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a settings file by `section.name`; a value outside a section by its name."""
    flat: dict[str, Any] = {}
    for section, table in content.items():
        if isinstance(table, dict):
            flat |= {f"{section}.{name}": value for name, value in table.items()}
        else:
            flat[section] = table
    return flat
