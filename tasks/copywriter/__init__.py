"""The model room: torch and transformers; no Prefect, no DuckDB."""
