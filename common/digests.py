"""Digests of what is kept: one algorithm for the whole portal, named beside each digest."""

import hashlib

from django.conf import settings


def digest(data: bytes, algorithm: str = "") -> tuple[str, str]:
    """The algorithm's name and the digest; the portal's own algorithm unless another is named."""
    algorithm = algorithm or settings.AUDIT_HASH
    return algorithm, hashlib.new(algorithm, data).hexdigest()


def holds(data: bytes, algorithm: str, expected: str) -> bool:
    """Whether ``data`` still has the digest that was kept of it."""
    return digest(data, algorithm)[1] == expected
