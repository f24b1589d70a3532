"""Places where a test can have the program die, to see what is left of the writer's files."""

import os
import signal

VARIABLE = "INKLING_KILL_POINT"  # "name", or "name:3" for the third time that it is reached


def reach(name: str) -> None:
    """Die here, as by a loss of power, if the environment says so.

    The name is a literal, so that tests find all of them in the source. How many times are left is kept in
    the environment too.
    """
    wanted = os.environ.get(VARIABLE)
    if wanted is None:
        return
    point, _, left = wanted.partition(":")
    if point != name:
        return
    if left and int(left) > 1:
        os.environ[VARIABLE] = f"{name}:{int(left) - 1}"
    else:
        # Windows has no SIGKILL, and ends a process at once with any signal that is sent this way.
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
