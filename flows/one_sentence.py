"""In a terminal an expected error is one sentence, which the command says; Prefect's console would add a traceback."""

from __future__ import annotations

import atexit
import logging
import os

from httpx import TransportError

from tasks.errors import ShelftalkError

_LOGGERS = ("prefect.flow_runs", "prefect.task_runs", "prefect.flow_engine", "prefect.task_engine")
_LOGGERS_OF_EVENTS = ("prefect.events.clients", "prefect._internal.concurrency")
_OF_A_LOST_SERVER = ("Unable to connect to", "Service 'EventsWorker' failed to process item")
"""Once an event and at length; the run itself says once that the server does not answer."""


class _OneSentence(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        """Drops what Prefect says of a ShelftalkError, which the command itself says and content.runs keeps."""
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        is_end = record.getMessage().startswith("Finished in state Failed")
        return not (is_end or isinstance(error, ShelftalkError | TransportError))


class _SaidElsewhere(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        """Drops what Prefect says of each event that it could not send."""
        return not record.getMessage().startswith(_OF_A_LOST_SERVER)


def keep_errors_to_one_sentence() -> None:
    """Filter Prefect's loggers of this process. On loggers: Prefect makes its handlers anew when a flow starts."""
    _filter(_LOGGERS, _OneSentence())


def keep_lost_events_quiet() -> None:
    """A server that is gone is told of once, by the run, and not at length for each event."""
    _filter(_LOGGERS_OF_EVENTS, _SaidElsewhere())


def end_quietly() -> None:
    """Close standard error once the process has nothing left to say.

    At teardown duckdb's binding prints a page of "leaked" types whenever a thread of Prefect's still holds one; of a
    served run that page would be the last thing in the log.
    """
    atexit.register(lambda: os.dup2(os.open(os.devnull, os.O_WRONLY), 2))


def _filter(names: tuple[str, ...], wanted: logging.Filter) -> None:
    for name in names:
        logger = logging.getLogger(name)
        if not any(isinstance(known, type(wanted)) for known in logger.filters):
            logger.addFilter(wanted)
