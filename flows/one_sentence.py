"""In a terminal an expected error is one sentence, which the command says; Prefect's console would add a traceback."""

from __future__ import annotations

import logging

from httpx import TransportError

from tasks.errors import ShelftalkError

_LOGGERS = (
    *("prefect.flow_runs", "prefect.task_runs", "prefect.flow_engine", "prefect.task_engine"),
    *("prefect.events.clients", "prefect._internal.concurrency"),
)
_OF_A_LOST_SERVER = ("Unable to connect to", "Service 'EventsWorker' failed to process item")
"""Once an event and at length; the run itself says once that the server does not answer."""


class _OneSentence(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        """Drops what Prefect says of a ShelftalkError, which the command itself says and content.runs keeps."""
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        said = record.getMessage()
        is_known = said.startswith(("Finished in state Failed", *_OF_A_LOST_SERVER))
        return not (is_known or isinstance(error, ShelftalkError | TransportError))


def keep_errors_to_one_sentence() -> None:
    """Filter Prefect's loggers of this process. On loggers: Prefect makes its handlers anew when a flow starts."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(known, _OneSentence) for known in logger.filters):
            logger.addFilter(_OneSentence())
