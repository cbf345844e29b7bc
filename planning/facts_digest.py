"""The digest of a county's facts in a quarter: equal facts give equal digests, whoever reads them."""

import hashlib
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from acceptance.rules.facts import Facts


def digest_of(facts: Facts, plan_digest: str) -> str:
    """SHA-256 over all facts from which a plan was computed, and over the plan file by which they are judged."""
    made = hashlib.sha256(plan_digest.encode())
    _add(made, facts)
    return made.hexdigest()


def _add(made: Any, value: Any) -> None:
    """Every part of a value with its kind and length, so that no two lists of parts run into one another."""
    if is_dataclass(value):
        for field in fields(value):
            made.update(field.name.encode())
            _add(made, getattr(value, field.name))
    elif isinstance(value, np.ndarray):
        made.update(f"{value.dtype}{value.shape}".encode())
        made.update(repr(value.tolist()).encode() if value.dtype == object else np.ascontiguousarray(value).tobytes())
    elif isinstance(value, dict):
        made.update(f"d{len(value)}".encode())
        for key in sorted(value, key=repr):
            _add(made, key)
            _add(made, value[key])
    elif isinstance(value, list | tuple):
        made.update(f"l{len(value)}".encode())
        for each in value:
            _add(made, each)
    else:
        made.update(f"{type(value).__name__}:{value!r};".encode())
