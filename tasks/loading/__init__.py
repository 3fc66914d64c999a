"""The parts of loading: reading files, judging rows, writing them; ``tasks.load_exports`` is the door."""
