"""Training's tokens a second beside the plain transformers Trainer, on the same model and data."""
