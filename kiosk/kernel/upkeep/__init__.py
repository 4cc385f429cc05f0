"""The booth's own files: settings, keys, copies of the database, who has the turn. Never a resident's data."""
