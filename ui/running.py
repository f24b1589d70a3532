"""The program from the open window to the last of its threads and processes."""

import logging
import os
import sys
from collections.abc import Callable

from PySide6.QtWidgets import QApplication

from app.logs import start_logging
from app.paths import Paths
from app.worker.engine_process import EngineProcess
from ui.application import Inkling, WindowOptions
from ui.async_tasks import run_event_loop
from ui.editor import clipboard
from ui.program import HOST_ENGINES, own_command

log = logging.getLogger(__name__)
STEP_MS = 500  # that the models have to come to the end of a step when the program ends
PATIENCE_MS = 5000  # for each thread after that


def run(options: WindowOptions, lead: Callable[[Inkling], object] = lambda _: None) -> int:
    """Open the window, stay until the writer closes it, and return the exit status.

    Args:
        options: the command line.
        lead: is called with the program as its loop begins, and may do what a writer does.
    """
    paths = Paths.under(options.data_dir) if options.data_dir else Paths.of_this_machine()
    start_logging(paths.log_file)
    application = QApplication(sys.argv[:1])
    engines = EngineProcess(own_command(HOST_ENGINES))
    inkling = Inkling(application, paths, options, engines.create_engine)
    engines.lost.connect(inkling.models.load_lost)
    inkling.crash_reporter.install()
    inkling.start()
    lead(inkling)
    status = run_event_loop(application, inkling.documents.leave, inkling.tasks.cancel_all)
    if not end_program(inkling, engines):
        # The window is gone; destroying a thread would crash, and waiting would keep its process alive.
        log.warning("a thread did not end in time")
        logging.shutdown()
        os._exit(status)
    return status


def end_program(inkling: Inkling, engines: EngineProcess) -> bool:
    """End the threads of the program and the models' process, and return whether all threads have ended.

    What is on its way to the disk arrives there. One step of a model library may take seconds; there is
    nothing in it to be saved, so it is cut short.
    """
    clipboard.let_go()
    disk_is_done = inkling.documents.end(PATIENCE_MS)
    worker_is_done = inkling.client.shut_down(STEP_MS)
    engines.end()
    return (worker_is_done or inkling.client.shut_down(PATIENCE_MS)) and disk_is_done
