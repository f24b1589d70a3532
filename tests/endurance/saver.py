"""A process that has a file open and saves what it is told: `python -m tests.endurance.saver FOLDER FILE`.

It answers with a line of JSON once it has opened the file, and behind each line on standard input, which is a
text to save: the texts of somebody else that it found in the file and then saved over.
"""

import json
import sys
from datetime import datetime
from pathlib import Path

from app.document.document import ChangedElsewhereError, open_document
from app.document.manuscript import WRITER, Manuscript
from app.paths import Paths


def main(folder: Path, file: Path) -> int:
    """Save each line until there are no more."""
    document = open_document(Paths.under(folder), file).document
    print(json.dumps([]), flush=True)
    for line in sys.stdin:
        manuscript = Manuscript.of_one(line.rstrip("\n"), WRITER)
        found: list[str] = []
        over = ""
        while True:
            try:
                problems = document.save(file, manuscript, document.format, datetime.now().astimezone(), over)
            except ChangedElsewhereError as error:
                found.append(error.finding.file.text if error.finding.file else "no text")
                over = error.finding.digest
            else:
                break
        assert problems == []
        print(json.dumps(found), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
