"""Alembic's entry: run the migrations on the connection that it is given."""

from alembic import context

from service.store.schema import metadata


def run() -> None:
    """Run the migrations in the transaction that ``service.store.migrate`` has begun."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        render_as_batch=True,  # SQLite cannot alter a column
        transactional_ddl=True,  # SQLite can, once the transaction is begun by hand
    )
    with context.begin_transaction():
        context.run_migrations()


if hasattr(context, "config"):  # Alembic executes this file; others only import it
    run()
