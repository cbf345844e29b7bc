"""What makes the audit trail append-only in the database itself; ``verify_audit`` looks whether it is still there."""

from dataclasses import replace

from common.append_only import AppendOnly

TABLE = "accounts_auditentry"
ARCHIVES = "accounts_auditarchive"

_IS_ARCHIVED = (
    f"EXISTS (SELECT 1 FROM {ARCHIVES} WHERE first_sequence <= OLD.sequence AND last_sequence >= OLD.sequence)"
)
_TRAIL = AppendOnly(TABLE, "audit", "审计记录只能增加，不能修改或删除。", key="sequence", deleted_when=_IS_ARCHIVED)
GUARD_OF_ARCHIVES = AppendOnly(ARCHIVES, "audit_archive", "审计归档只能增加，不能修改或删除。", key="first_sequence")

remove, missing = _TRAIL.remove, _TRAIL.missing


def install(connection, strict: bool = False) -> None:
    """The triggers of the trail; ``strict``, or where there is no table of archives yet: no row is ever deleted."""
    with connection.cursor() as cursor:
        is_kept_for_ever = strict or ARCHIVES not in connection.introspection.table_names(cursor)
    (replace(_TRAIL, deleted_when="1 = 0") if is_kept_for_ever else _TRAIL).install(connection)
