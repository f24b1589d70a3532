import os
from pathlib import Path

from tests.endurance.ordinary_user import REPOSITORY, OrdinaryUser


def test_an_ordinary_user_writes_only_to_its_own_folders(ordinary: OrdinaryUser, tmp_path: Path) -> None:
    def write(path: Path) -> str:
        return ordinary.python("-c", "import sys; open(sys.argv[1], 'w')", path).stderr

    own = ordinary.folder()
    assert write(own / "new") == ""
    (own / "read-only").touch(mode=0o444)
    ordinary.give(own / "read-only")
    assert "PermissionError" in write(own / "read-only")
    if os.geteuid() == 0:
        assert "PermissionError" in write(REPOSITORY / "new")
        assert "PermissionError" in write(tmp_path / "new")


def test_an_ordinary_user_is_not_root(ordinary: OrdinaryUser) -> None:
    said = ordinary.python("-c", "import os; print(os.getuid(), os.geteuid(), os.getgroups())").stdout
    assert said.split()[:2] == [str(ordinary.uid)] * 2
    assert not said.startswith("0 ")
