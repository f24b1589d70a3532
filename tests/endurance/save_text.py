"""A program that saves texts one after the other: FILE TEXT... It prints what a writer would be told."""

import sys
from pathlib import Path

from app.document.storage import TextFormat, save
from app.errors import InklingError

for text in sys.argv[2:]:
    try:
        save(Path(sys.argv[1]), text, TextFormat())
    except InklingError as error:
        print(error.message, error.hint)
