"""Wrong arguments get one line and status 2; no model library is imported for that."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from app.cli.arguments import setting_value
from app.cli.main import COMMANDS, build_parser
from app.settings import SEED, TEMPERATURE

WRONG = [
    [],
    ["sing"],
    ["complete"],
    ["complete", "a", "--jsonl", "b"],
    ["complete", "a", "b"],
    ["complete", "a", "--bogus"],
    ["complete", "a", "--temperature", "9"],
    ["complete", "a", "--temperature", "nan"],
    ["complete", "a", "--temperature", "warm"],
    ["complete", "a", "--top-k", "1.5"],
    ["complete", "a", "--top-p", "0"],
    ["complete", "a", "--min-p", "-1"],
    ["complete", "a", "--repetition-penalty", "0.5"],
    ["complete", "a", "--no-repeat-ngram-size", "99"],
    ["complete", "a", "--max-new-tokens", "0"],
    ["complete", "a", "--seed", "-2"],
    ["complete", "a", "--alternatives", "0"],
    ["complete", "a", "--alternatives", "2", "--greedy"],
    ["complete", "a", "--alternatives", "2", "--temperature", "0"],
    ["complete", "a", "--device", "abacus"],
    ["complete", "a\ud800b"],
    ["words"],
    ["words", "no brackets"],
    ["words", "an [open one"],
    ["words", "a close] one"],
    ["words", "an [] empty one"],
    ["words", "a [ ] blank one"],
    ["words", "[two] of [them]"],
    ["words", "[one [in] another]"],
    ["words", "a [fox]", "--top", "0"],
    ["models", "sing"],
    ["bench", "--bogus"],
]


@pytest.mark.parametrize("arguments", WRONG)
def test_one_line_and_status_2(inkling: Callable[..., tuple[int, str, str]], arguments: list[str]) -> None:
    status, output, error = inkling(*arguments)
    assert (status, output) == (2, "")
    assert error.startswith("inkling")
    assert error.count("\n") == 1


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
def test_help_names_every_option(inkling: Callable[..., tuple[int, str, str]], command: list[str]) -> None:
    status, output, error = inkling(*command, "--help")
    assert (status, error) == (0, "")
    assert "--data-dir" in output


def test_the_data_folder_may_stand_anywhere() -> None:
    parser = build_parser()
    for line in ("--data-dir x complete a", "complete --data-dir x a", "complete a --data-dir x"):
        assert str(parser.parse_args(line.split()).data_dir) == "x"
    assert str(parser.parse_args(["models", "prepare", "--data-dir", "x"]).data_dir) == "x"
    assert str(parser.parse_args(["--data-dir", "y", "models", "--data-dir", "x"]).data_dir) == "x"
    assert parser.parse_args(["complete", "a"]).data_dir is None


def test_settings_give_types_and_bounds() -> None:
    assert setting_value(TEMPERATURE)("1") == 1.0
    assert setting_value(SEED)("-1") == -1


def test_no_model_library_is_imported_for_help_and_errors() -> None:
    code = (
        "import sys\nfrom app.cli.main import main\n"
        "try: main(['complete', 'a', '--top-k', 'x'])\nexcept SystemExit: pass\n"
        "print([name for name in ('torch', 'transformers', 'tokenizers', 'PySide6') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
