"""The model room: torch and transformers; no Prefect, no DuckDB."""

import os

# Threads that wait give their core away: beside a database and a server, spinning ones halve the speed.
# Read once, when torch is first imported.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
