"""The statements on the log, in one place."""

# ruff: noqa: S608
# What is put into statements here is names of columns; values are always bound.

from vexil.server.stores.sqlite.rows import ChangeRow, CommitRow


def _columns(table: str, row: type[ChangeRow] | type[CommitRow]) -> str:
    return ", ".join(f"{table}.{column}" for column in row._fields)


def _insert(table: str, row: type[ChangeRow] | type[CommitRow]) -> str:
    marks = ", ".join("?" * len(row._fields))
    return f"INSERT INTO {table} (namespace_id, {', '.join(row._fields)}) VALUES (?, {marks})"


_CHANGE = _columns("changes", ChangeRow)
_COMMIT = _columns("commits", CommitRow)

_PLACE = "name, id, revision, compact_revision, epoch, compact_state, chain, checksum"

PLACES = f"SELECT {_PLACE} FROM namespaces ORDER BY name"
PLACE = f"SELECT {_PLACE} FROM namespaces WHERE name = ?"
NEXT_PLACE = "SELECT coalesce(max(id), 0) + 1 FROM namespaces"
SAVE_PLACE = f"REPLACE INTO namespaces ({_PLACE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"

ADD_COMMIT = _insert("commits", CommitRow)
ADD_CHANGE = _insert("changes", ChangeRow)

COMMITS = f"""
    SELECT {_COMMIT} FROM commits
    WHERE namespace_id = ? AND revision BETWEEN ? AND ? ORDER BY revision
"""
CHANGES = f"""
    SELECT {_CHANGE} FROM changes
    WHERE namespace_id = ? AND revision BETWEEN ? AND ? ORDER BY revision, ordinal
"""
CHECKSUMS = "SELECT checksum FROM changes WHERE namespace_id = ? AND revision = ? ORDER BY ordinal"
STATE_CHECKSUM = "SELECT state_checksum FROM commits WHERE namespace_id = ? AND revision = ?"
REQUEST = "SELECT revision FROM commits WHERE namespace_id = ? AND request_id = ?"

VERSIONS = f"""
    SELECT {_CHANGE} FROM changes
    WHERE namespace_id = ? AND kind = ? AND environment = ? AND key = ? AND version < ?
    ORDER BY version DESC LIMIT ?
"""

STATE = f"""
    SELECT {_CHANGE} FROM changes WHERE id IN (
        SELECT id FROM changes INDEXED BY changes_by_resource
        WHERE namespace_id = ? AND revision <= ?
        GROUP BY kind, environment, key HAVING max(version)
    )
"""
"""The newest change of each resource at a revision. The inner query needs the index only, so that it stays
fast when there is much history; with max(), SQLite takes `id` from the row that holds the maximum
(https://www.sqlite.org/lang_select.html#bareagg)."""

TOUCHED = f"""
    WITH RECURSIVE
        places AS MATERIALIZED (
            SELECT kind, key FROM changes INDEXED BY changes_by_commit
            WHERE namespace_id = :namespace AND revision > :at AND revision <= :until
            UNION SELECT kind, key FROM changes INDEXED BY changes_by_resource
            WHERE namespace_id = :namespace AND kind = :environment
        ),
        homes AS (
            SELECT 0 AS kind, '' AS environment
            UNION ALL SELECT next.kind, next.environment
            FROM homes JOIN changes AS next ON next.id = coalesce(
                (
                    SELECT id FROM changes INDEXED BY changes_by_resource
                    WHERE namespace_id = :namespace AND kind = homes.kind AND environment > homes.environment
                    ORDER BY environment LIMIT 1
                ),
                (
                    SELECT id FROM changes INDEXED BY changes_by_resource
                    WHERE namespace_id = :namespace AND kind > homes.kind ORDER BY kind, environment LIMIT 1
                )
            )
        )
    SELECT {_CHANGE} FROM homes
    CROSS JOIN places ON places.kind = homes.kind
    CROSS JOIN changes ON changes.id = (
        SELECT id FROM changes INDEXED BY changes_by_resource
        WHERE namespace_id = :namespace AND kind = places.kind AND environment = homes.environment
            AND key = places.key AND revision <= :at
        ORDER BY version DESC LIMIT 1
    )
"""
"""The newest change at a revision of whatever has the kind and key of something written after it, in each
environment that has had resources of the kind, and of each environment itself. `homes` are those kinds and
environments: each is found in the index from the one before, so that nothing in between is looked at."""

REPLACED = """
    SELECT checksum FROM changes
    WHERE namespace_id = ? AND kind = ? AND environment = ? AND key = ? AND version < ?
    ORDER BY version DESC LIMIT 1
"""
"""The checksum of the version before a version."""

DROP_SUPERSEDED = """
    DELETE FROM changes WHERE id IN (
        SELECT old.id
        FROM changes AS new INDEXED BY changes_by_commit
        CROSS JOIN changes AS old INDEXED BY changes_by_resource ON old.namespace_id = new.namespace_id
            AND old.kind = new.kind
            AND old.environment = new.environment
            AND old.key = new.key
            AND old.version < new.version
        WHERE new.namespace_id = ? AND new.revision > ? AND new.revision <= ?
    )
"""
"""Deletes what forgotten commits wrote over."""

DROP_COMMITS = "DELETE FROM commits WHERE namespace_id = ? AND revision <= ?"

ALL_COMMITS = f"SELECT {_COMMIT} FROM commits WHERE namespace_id = ? ORDER BY revision"
ALL_CHANGES = f"SELECT {_CHANGE} FROM changes WHERE namespace_id = ? ORDER BY revision, ordinal"
STRAYS = """
    SELECT namespace_id FROM commits WHERE namespace_id NOT IN (SELECT id FROM namespaces)
    UNION SELECT namespace_id FROM changes WHERE namespace_id NOT IN (SELECT id FROM namespaces)
"""
"""Numbers of namespaces that rows name and that do not exist."""
