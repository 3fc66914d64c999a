"""Tokens a second of the copywriter's decoder beside what a user would pick instead."""
