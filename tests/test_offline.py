"""The model libraries are told to stay off the network."""

import os
import subprocess
import sys

from app.offline import go_offline

PROBE = """
from huggingface_hub import constants
print(constants.HF_HUB_OFFLINE, constants.HF_HUB_DISABLE_TELEMETRY, constants.HF_HUB_DISABLE_UPDATE_CHECK)
"""


def test_the_hub_library_obeys_whatever_was_set_before() -> None:
    environ = dict(os.environ) | {"HF_HUB_OFFLINE": "0", "HF_HUB_DISABLE_TELEMETRY": "0"}
    go_offline(environ)
    done = subprocess.run(
        [sys.executable, "-c", PROBE], env=environ, capture_output=True, text=True, timeout=120
    )
    assert done.stdout.split() == ["True"] * 3, done.stderr
