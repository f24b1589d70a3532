"""JSON that notices when a bit of it has changed."""

import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.document.damage import DamagedError
from app.document.private_files import replace_private_file

_CHECKSUM = "checksum"


def write(path: Path, content: Mapping[str, Any]) -> None:
    """Replace a file in one step by `content` and its checksum.

    Raises:
        OSError: it could not be written; what it held before is untouched.
    """
    body = _canonical(content)
    replace_private_file(path, f'{body[:-1]},"{_CHECKSUM}":"{_checksum(body)}"}}\n'.encode())


def read(path: Path) -> dict[str, Any]:
    """Return what was written.

    Raises:
        DamagedError: it is something else now.
        OSError: the file could not be read, or is not there.
    """
    try:
        content = json.loads(path.read_bytes())
        checksum = content.pop(_CHECKSUM)
        is_right = checksum == _checksum(_canonical(content))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DamagedError("this is not what was written") from error
    if not is_right:
        raise DamagedError("the checksum is another")
    assert isinstance(content, dict)
    return content


def _canonical(content: Mapping[str, Any]) -> str:
    # Plain ASCII holds even the half surrogate pairs by which Python writes a path that is not UTF-8.
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def _checksum(body: str) -> str:
    return f"{zlib.crc32(body.encode()):08x}"
