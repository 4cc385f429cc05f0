"""How the tables came to be. Self-contained: a migration never imports the project, which moves on without it."""
