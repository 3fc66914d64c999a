"""The checks that judge a draft sentence by sentence; no Prefect, no DuckDB, no torch."""
