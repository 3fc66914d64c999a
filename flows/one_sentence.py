"""In a terminal an expected error is one sentence, which the command says; Prefect's console would add a traceback."""

from __future__ import annotations

import logging

from tasks.errors import ShelftalkError

_LOGGERS = ("prefect.flow_runs", "prefect.task_runs", "prefect.flow_engine", "prefect.task_engine")


class _OneSentence(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        """Drops what Prefect says of a ShelftalkError, which the command itself says and content.runs keeps."""
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        is_end = record.getMessage().startswith("Finished in state Failed")
        return not (is_end or isinstance(error, ShelftalkError))


def keep_errors_to_one_sentence() -> None:
    """Filter Prefect's loggers of this process. On loggers: Prefect makes its handlers anew when a flow starts."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(known, _OneSentence) for known in logger.filters):
            logger.addFilter(_OneSentence())
