"""The report page: what it shows, its charts, and its package files (template, style, script)."""
