"""Alembic's way into the booth's database: the store passes its open connection, under its own transaction."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], target_metadata=None, transactional_ddl=True)
context.run_migrations()
