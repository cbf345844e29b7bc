"""What makes the audit trail append-only in the database itself; ``verify_audit`` looks whether it is still there."""

from common.append_only import AppendOnly

TABLE = "accounts_auditentry"

_TRAIL = AppendOnly(TABLE, "audit", "审计记录只能增加，不能修改或删除。", key="sequence")

install, remove, missing = _TRAIL.install, _TRAIL.remove, _TRAIL.missing
