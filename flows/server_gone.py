"""The end of a run whose Prefect server has gone away: told in seconds, and the run's own result stays what it is.

Prefect's engine would ask a server that is gone eighteen times more, over four minutes, and then raise in place of
the result. The warehouse holds the truth, so a run that cannot tell its server ends here.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable
from typing import Any, TypeVar, cast

from httpx import TransportError
from prefect.client.orchestration import get_client
from prefect.logging import get_run_logger
from prefect.settings import (
    PREFECT_API_URL,
    PREFECT_CLIENT_MAX_RETRIES,
    get_current_settings,
    temporary_settings,
)

from flows.one_sentence import end_quietly, keep_lost_events_quiet
from tasks.errors import InputError

__all__ = ["result_of", "unless_gone"]

T = TypeVar("T")
GRACE_SECONDS = 15.0
"""How long a server may take to come back before a run ends without it; one that is restarted needs 3 to 15."""

_kept: list[Any] = []
"""What the last run gave that had no server to tell it to: its result or its error."""


def result_of(run: Callable[[], T]) -> T:
    """What ``run`` (a call of a flow) gives, also where the server went away: the run's own result or error.

    InputError if the server did not answer from the beginning.
    """
    _kept.clear()
    try:
        return run()
    except TransportError:
        if not _kept:
            raise _never_answered() from None
    except RuntimeError as error:
        if not str(error).startswith("Failed to reach API"):
            raise
        raise _never_answered() from None
    if isinstance(_kept[0], Exception):
        raise _kept[0]
    return cast(T, _kept[0])


def _never_answered() -> InputError:
    return InputError(
        f"the Prefect server {PREFECT_API_URL.value()} does not answer, and nothing was changed; start it with "
        "`shelftalk serve`, or unset PREFECT_API_URL: a run then uses a server of its own."
    )


def unless_gone(work: Callable[[], T]) -> T:
    """The result of a flow's ``work``, or its error.

    Where the server to tell it to is gone, a process that Prefect started for this run ends here, with code 1.
    """
    keep_lost_events_quiet()
    if _is_child_of_prefect():
        end_quietly()
    try:
        result = work()
    except Exception as error:  # of any kind: the work's own error is raised again
        _end_if_gone(error)
        raise
    _end_if_gone(result)
    return result


def _end_if_gone(outcome: Any) -> None:
    if _answers_in_time():
        return
    kept = "failed" if isinstance(outcome, Exception) else "ended well"
    get_run_logger().warning(
        "the Prefect server%s does not answer, so its UI will show this run as crashed or running; the run %s, and "
        "what it committed stays: `shelftalk runs` shows it.",
        *(f" {url}" if (url := PREFECT_API_URL.value()) else "", kept),
    )
    if _is_child_of_prefect():
        if isinstance(outcome, Exception):
            get_run_logger().error("%s: %s", type(outcome).__name__, outcome)
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(1)
    # The command line takes what is kept in place of Prefect's exception, which now comes without its pauses.
    _kept[:] = [outcome]
    get_current_settings().client.max_retries = 0


def _answers_in_time() -> bool:
    deadline = time.monotonic() + GRACE_SECONDS
    with temporary_settings({PREFECT_CLIENT_MAX_RETRIES: 0}):
        while True:
            with get_client(sync_client=True) as client:
                if client.api_healthcheck() is None:
                    return True
            if time.monotonic() > deadline:
                return False
            time.sleep(1.0)


def _is_child_of_prefect() -> bool:
    """Whether Prefect started this process for one run, from `shelftalk serve` or a worker."""
    return "PREFECT__FLOW_RUN_ID" in os.environ
