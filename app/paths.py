"""Where Inkling keeps its files."""

from dataclasses import dataclass
from pathlib import Path

from platformdirs import PlatformDirs


@dataclass(frozen=True)
class Paths:
    """The folders of one installation. None of them needs to exist yet."""

    config: Path
    data: Path
    state: Path
    cache: Path
    log: Path

    @classmethod
    def of_this_machine(cls) -> "Paths":
        """Return the places that the operating system means for each kind of file."""
        dirs = PlatformDirs("inkling", appauthor=False)
        return cls(
            config=dirs.user_config_path,
            data=dirs.user_data_path,
            state=dirs.user_state_path,
            cache=dirs.user_cache_path,
            log=dirs.user_log_path,
        )

    @classmethod
    def under(cls, root: Path) -> "Paths":
        """Return all folders below `root`, as `--data-dir` asks."""
        root = root.expanduser().absolute()
        return cls(**{name: root / name for name in ("config", "data", "state", "cache", "log")})

    @property
    def settings_file(self) -> Path:
        """The writer's preferences, as TOML."""
        return self.config / "settings.toml"

    @property
    def window_file(self) -> Path:
        """Window geometry and recent files: state, not preference."""
        return self.state / "window.ini"

    @property
    def log_file(self) -> Path:
        """The current log; older ones lie beside it."""
        return self.log / "inkling.log"

    @property
    def models(self) -> Path:
        """Models that were prepared or added on this machine, one folder each."""
        return self.data / "models"

    @property
    def journals(self) -> Path:
        """What open documents hold that is not saved yet."""
        return self.state / "journals"

    @property
    def history(self) -> Path:
        """Versions of documents and who wrote them, one folder each."""
        return self.data / "history"

    @property
    def acceptance_file(self) -> Path:
        """How much of what the models offered was taken, by day."""
        return self.data / "acceptance.sqlite"
