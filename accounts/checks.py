"""System checks of Django that concern accounts."""

import hashlib

from django.conf import settings
from django.core.checks import Error, register


@register()
def audit_hash_exists(app_configs, **options) -> list[Error]:
    """Check that hashlib has settings.AUDIT_HASH: SM3 depends on the OpenSSL with which Python was built."""
    try:
        hashlib.new(settings.AUDIT_HASH)
    except ValueError:
        sentence = f"本机的 Python 不支持审计链的摘要算法 {settings.AUDIT_HASH}，请改用 sha256（PORTAL_AUDIT_HASH）。"
        return [Error(sentence, id="accounts.E001")]
    return []
