from tests.databases import database_url, new_database, postgres  # noqa: F401  (fixtures)
