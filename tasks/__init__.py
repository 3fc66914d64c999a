"""The steps of a run: plain functions, each step a file."""
