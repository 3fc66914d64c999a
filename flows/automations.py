"""The automation that docs/operate.md describes: a promoted copywriter writes again. `python -m flows.automations`.

Prefect keeps it on its server (PREFECT_API_URL); running this again puts it in place of the earlier one.
"""

from __future__ import annotations

import sys
from typing import Any, cast

from flows.settings import load_settings, prepare_prefect
from tasks.errors import InputError, ShelftalkError

NAME = "shelftalk: a promoted copywriter writes again"
WITHIN_SECONDS = 600.0
"""Two promotions within this time start one run."""


def write_again_when_promoted(deployment: str = "produce-content/shop") -> str:
    """Run ``deployment`` whenever the event shelftalk.model.promoted comes; gives the automation's id.

    InputError when the server has no such deployment, or does not answer.
    """
    import httpx
    from prefect.automations import Automation
    from prefect.client.orchestration import get_client
    from prefect.events.actions import RunDeployment
    from prefect.events.schemas.automations import EventTrigger, Posture
    from prefect.exceptions import ObjectNotFound

    try:
        with get_client(sync_client=True) as client:
            found = client.read_deployment_by_name(deployment)
    except ObjectNotFound as error:
        raise InputError(
            f"the Prefect server has no deployment {deployment}; start `shelftalk serve` first."
        ) from error
    except (httpx.HTTPError, RuntimeError) as error:
        raise InputError(
            f"the Prefect server does not answer ({type(error).__name__}); start `shelftalk serve`, and set "
            "PREFECT_API_URL to its address."
        ) from error
    for earlier in _named(NAME):
        earlier.delete()
    wanted = Automation(
        name=NAME,
        description="Content is written again as soon as a better copywriter is in use.",
        trigger=EventTrigger(
            expect={"shelftalk.model.promoted"},
            posture=Posture.Reactive,
            threshold=1,
            within=WITHIN_SECONDS,
        ),
        actions=[RunDeployment(source="selected", deployment_id=found.id, parameters={})],
    )
    return str(cast(Automation, wanted.create()).id)


def _named(name: str) -> list[Any]:
    """The automation of this name, as a list of one or none."""
    from prefect.automations import Automation

    try:
        return [Automation.read(name=name)]
    except ValueError:
        return []


def main() -> int:
    """The command; 0, or 2 with one sentence."""
    try:
        prepare_prefect(load_settings())
        print(f"automation {write_again_when_promoted()} is in place: {NAME}")
    except ShelftalkError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
