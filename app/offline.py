"""Keeps the model libraries off the network."""

from collections.abc import MutableMapping

OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1",
    "HF_HUB_DISABLE_UPDATE_CHECK": "1",
    "HF_HUB_DISABLE_XET": "1",
    "DO_NOT_TRACK": "1",
}
QUIET = {
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}


def go_offline(environ: MutableMapping[str, str]) -> None:
    """Forbid downloads and telemetry to the Hugging Face libraries, whatever `environ` said before.

    They read the variables when they are imported, so this comes first.
    """
    environ.update(OFFLINE | QUIET)
