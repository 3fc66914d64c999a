"""Which of several drafts that passed every check is published, by stated terms. No Prefect, DuckDB or torch here."""
