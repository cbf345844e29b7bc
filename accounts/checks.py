"""System checks of Django that concern accounts."""

import hashlib

from django.conf import settings
from django.core.checks import Error, register

from accounts.posts import Post


@register()
def audit_hash_exists(app_configs, **options) -> list[Error]:
    """Check that hashlib has settings.AUDIT_HASH: SM3 depends on the OpenSSL with which Python was built."""
    try:
        hashlib.new(settings.AUDIT_HASH)
    except ValueError:
        sentence = f"本机的 Python 不支持审计链的摘要算法 {settings.AUDIT_HASH}，请改用 sha256（PORTAL_AUDIT_HASH）。"
        return [Error(sentence, id="accounts.E001")]
    return []


@register()
def second_factor_posts_exist(app_configs, **options) -> list[Error]:
    """Check that PORTAL_SECOND_FACTOR names posts: a misspelt one would let its holders in with a password alone."""
    unknown = [post for post in settings.SECOND_FACTOR_POSTS if post not in ("none", *Post.values)]
    sentence = (
        f"PORTAL_SECOND_FACTOR 中没有岗位{'、'.join(unknown)}；应为 none，或以逗号分隔的：{'、'.join(Post.values)}。"
    )
    return [Error(sentence, id="accounts.E002")] if unknown else []
