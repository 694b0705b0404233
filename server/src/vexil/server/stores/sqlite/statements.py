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

HEADS = "SELECT id, name, revision, compact_revision, epoch FROM namespaces ORDER BY name"
HEAD = "SELECT id, name, revision, compact_revision, epoch FROM namespaces WHERE name = ?"
ADD_NAMESPACE = "INSERT INTO namespaces (name, revision, compact_revision, epoch) VALUES (?, 1, 0, ?)"
MOVE_HEAD = "UPDATE namespaces SET revision = ? WHERE id = ?"

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
REQUEST = "SELECT revision FROM commits WHERE namespace_id = ? AND request_id = ?"

VERSIONS = f"""
    SELECT {_CHANGE} FROM changes
    WHERE namespace_id = ? AND kind = ? AND environment = ? AND key = ? AND version < ?
    ORDER BY version DESC LIMIT ?
"""

STATE = f"""
    SELECT {_CHANGE}
    FROM (
        SELECT kind, environment, key, max(version) AS version
        FROM changes INDEXED BY changes_by_resource
        WHERE namespace_id = :namespace AND revision <= :revision
        GROUP BY kind, environment, key
    ) AS newest
    CROSS JOIN changes ON changes.namespace_id = :namespace
        AND changes.kind = newest.kind
        AND changes.environment = newest.environment
        AND changes.key = newest.key
        AND changes.version = newest.version
"""
"""The newest change of each resource at a revision. The inner query needs the index only: it stays fast when
there is much history."""

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
MOVE_COMPACTED = "UPDATE namespaces SET compact_revision = ? WHERE id = ?"

ALL_COMMITS = f"SELECT {_COMMIT} FROM commits WHERE namespace_id = ? ORDER BY revision"
ALL_CHANGES = f"SELECT {_CHANGE} FROM changes WHERE namespace_id = ? ORDER BY revision, ordinal"
STRAYS = """
    SELECT namespace_id FROM commits WHERE namespace_id NOT IN (SELECT id FROM namespaces)
    UNION SELECT namespace_id FROM changes WHERE namespace_id NOT IN (SELECT id FROM namespaces)
"""
"""Numbers of namespaces that rows name and that do not exist."""
