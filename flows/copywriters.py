"""Which copywriter writes for which content type: the trained one in use, or the endpoint of the settings."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flows.settings import Settings
from tasks.copywriter_registry import ENDPOINT
from tasks.errors import ShopIncomplete
from tasks.warehouse import Connection, fetch_dicts, run_named

if TYPE_CHECKING:
    from tasks.openai_writer import OpenAIEndpoint


def endpoint_of(settings: Settings) -> OpenAIEndpoint:
    """The endpoint of the settings; SettingsError where its address cannot be asked."""
    from tasks.openai_writer import OpenAIEndpoint  # brings httpx, which no other command needs

    endpoint = OpenAIEndpoint(
        base_url=settings.openai_base_url or "",
        model=settings.openai_model or "",
        api=settings.openai_api,
        timeout_seconds=settings.openai_timeout_seconds,
        max_requests=settings.openai_max_requests,
        token_budget=settings.openai_token_budget,
        key_variable=settings.openai_key_variable,
    )
    endpoint.check()
    return endpoint


def is_endpoint(settings: Settings, plugin: str) -> bool:
    """Whether this content type is written by the endpoint."""
    return settings.copywriters.get(plugin, settings.copywriter_kind) == "openai"


def asks_endpoint(settings: Settings) -> bool:
    """Whether any content type is written by the endpoint."""
    return "openai" in {settings.copywriter_kind, *settings.copywriters.values()}


def model_in_use(con: Connection) -> dict[str, Any] | None:
    """The row of content.models whose state is in_use, or None."""
    found = fetch_dicts(
        con.execute("select * from content.models where state = 'in_use' order by created_at desc")
    )
    return found[0] if found else None


def copywriter_of(settings: Settings, con: Connection, plugin: str = "") -> dict[str, Any] | None:
    """The row of the copywriter of a plugin (of the default kind without one); None before any is trained."""
    if not is_endpoint(settings, plugin):
        return model_in_use(con)
    endpoint = endpoint_of(settings)
    return {
        "model_hash": endpoint.model_hash,
        "folder": endpoint.base_url,
        "base": endpoint.model,
        "state": ENDPOINT,
    }


def check_trained(settings: Settings, con: Connection) -> None:
    """Raises ShopIncomplete where the settings ask for a model of the warehouse and none is in use."""
    kinds = {settings.copywriter_kind, *settings.copywriters.values()}
    if "transformers" in kinds and model_in_use(con) is None:
        raise ShopIncomplete("there is no copywriter in use yet; train one with `shelftalk train`.")


def require_copywriter(settings: Settings, con: Connection) -> dict[str, Any]:
    """Within a transaction: the default copywriter's row; endpoints of the settings are registered.

    ShopIncomplete where one is needed that was not trained yet.
    """
    if asks_endpoint(settings):
        from tasks.openai_writer import described

        endpoint = endpoint_of(settings)
        known = {"model_hash": endpoint.model_hash}
        run_named(con, "corpus/forget_model", known)
        row = {
            "folder": endpoint.base_url,
            "base": endpoint.model,
            "revision": None,
            "corpus": "{}",
            "settings": json.dumps(described(endpoint)),
            "figures": "{}",
            "state": ENDPOINT,
            "created_at": datetime.now(UTC).replace(tzinfo=None),
        }
        run_named(con, "corpus/register_model", known | row)
    check_trained(settings, con)
    found = copywriter_of(settings, con)
    assert found is not None
    return found
