"""Named SQL statements, one a file, grain stated at the top."""
