"""The second reader: a small cross-encoder that reads a text beside its facts, after the rules have judged it."""
