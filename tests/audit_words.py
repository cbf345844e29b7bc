"""Whether the auditor can read an entry of the trail: asked of every entry that any test writes (tests/conftest.py)."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from accounts import audit, wording
from accounts.models import AuditEntry

_RECORDING = (audit.record.__code__, audit.record_each.__code__)
"""By which entries come about."""
SEEN: set[str] = set()
"""The actions that the portal wrote so far."""

GIVEN = frozenset(
    {
        "condition",
        "email",
        "file",
        "format",
        "headline",
        "hint",
        "missing",
        "name",
        "operator",
        "path",
        "reason",
        "title",
        "unit",
        "username",
    }
)
"""Details whose values are names, or in the words of whoever typed them: nobody's to translate."""

_IDENTIFIER = re.compile(r"[a-z]+(_[a-z]+)*")


def unworded(entry: AuditEntry) -> list[str]:
    """What of an entry is not in the auditor's words; raises where the page would."""
    if entry.action.startswith("test."):
        return []
    wording.summary(entry), wording.subject_label(entry), wording.result_label(entry)
    found = [] if entry.action in wording.ACTIONS else [f"no word for the action {entry.action}"]
    if entry.by is None and not entry.action.startswith("session.") and _IDENTIFIER.fullmatch(entry.username):
        found.append(f"{entry.action}: done by {entry.username}")
    model = wording.model_of(entry)
    texts = dict(zip(entry.facts, (text for _, text in wording.changes(entry)), strict=True))
    for key, fact in entry.facts.items():
        for name, value in _leaves(key, fact):
            if not (
                wording.name_of(model if name == key else None, name) or name.isdecimal() or name.startswith("test.")
            ):
                found.append(f"{entry.action}: no name for {name}")
            if isinstance(value, str) and _IDENTIFIER.fullmatch(value) and name not in GIVEN and value in texts[key]:
                found.append(f"{entry.action}: {name} is shown as {value}")
    return list(dict.fromkeys(found))


def note(entry: AuditEntry) -> None:
    """Remember the action as seen, if it was the portal that wrote the entry, and not a test in its stead."""
    frame = sys._getframe()
    while frame and frame.f_code not in _RECORDING:
        frame = frame.f_back
    while frame and frame.f_back.f_code in _RECORDING:
        frame = frame.f_back
    if frame and not Path(frame.f_back.f_code.co_filename).is_relative_to(settings.BASE_DIR / "tests"):
        SEEN.add(entry.action)


def _leaves(key: str, fact) -> Iterator[tuple[str, object]]:
    """Each name in a fact with each value that is given to it; a name without a value with None."""
    yield key, None
    if isinstance(fact, dict):
        for name, inner in fact.items():
            yield from _leaves(name, inner)
    elif isinstance(fact, list):
        for each in fact:
            yield from _leaves(key, each)
    else:
        yield key, fact
