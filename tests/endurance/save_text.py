"""A program that saves a text so many times: FILE TEXT [TIMES]. It prints what a writer would be told."""

import sys
from pathlib import Path

from app.document.storage import TextFormat, save
from app.errors import InklingError

file, text, *times = sys.argv[1:]
for _ in range(int(times[0]) if times else 1):
    try:
        save(Path(file), text, TextFormat())
    except InklingError as error:
        print(error.message, error.hint)
