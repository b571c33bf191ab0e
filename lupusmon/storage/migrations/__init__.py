"""Schema versions of the store (Alembic). A new one: copy the last file of `versions`, raise models.SCHEMA_VERSION."""
