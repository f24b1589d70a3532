"""A program that saves to a full disk of 1 MB: FOLDER. It prints what happened as JSON."""

import json
import sys
from pathlib import Path

from tests.endurance.save_with_faults import contents, save_and_listen

OLD = "The only copy.\n"

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    path, filler = folder / "text.md", folder / "filler"
    path.write_text(OLD)
    filler.write_bytes(bytes(900_000))
    full = save_and_listen(path)
    holds = contents(path, OLD)
    names = sorted(entry.name for entry in folder.iterdir())
    filler.unlink()
    print(json.dumps([full, holds, names, save_and_listen(path), contents(path, OLD)]))
