import json
import subprocess
import sys

import pytest

from app.engines.protocols import Role
from app.engines.registry import ENGINES, create_engine
from app.offline import OFFLINE

WATCH_IMPORTS = """
import json, os, sys

seen = {}

class Watcher:
    def find_spec(self, name, path=None, target=None):
        if name in ("transformers", "huggingface_hub", "tokenizers", "torch"):
            seen.setdefault(name, dict(os.environ))

sys.meta_path.insert(0, Watcher())
from app.engines import registry

early = sorted(seen)
registry.create_engine("causal")
registry.create_engine("masked")
print(json.dumps({"early": early, "seen": seen}))
"""


@pytest.mark.parametrize("role", ENGINES)
def test_each_role_has_an_engine(role: Role) -> None:
    engine = create_engine(role)
    assert hasattr(engine, "generate" if role == "causal" else "suggest")


def test_the_libraries_are_offline_before_they_are_imported() -> None:
    result = subprocess.run(
        [sys.executable, "-c", WATCH_IMPORTS], capture_output=True, text=True, check=True, timeout=120
    )
    report = json.loads(result.stdout)
    assert report["early"] == []
    assert {"transformers", "huggingface_hub"} <= report["seen"].keys()
    for environment in report["seen"].values():
        assert environment.items() >= OFFLINE.items()
