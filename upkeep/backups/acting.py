"""What the commands do: a backup or a drill with its trace, as an event of upkeep and in the audit trail."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management import CommandError
from django.db import transaction

from accounts.actions import COMMAND_LINE
from accounts.audit import FAILED, OK, record
from common.exceptions import Refused
from upkeep.backups.archive import Identity, Recipient
from upkeep.models import UpkeepEvent, UpkeepKind

SHOWN = 20
"""How many names of files stand in an event or a sentence; the manifest has all."""


@transaction.atomic
def leave_trace(kind: UpkeepKind, action: str, *, ok: bool, size: int | None = None, **detail: Any) -> None:
    """An event for whoever looks after the portal, and an entry for the auditor."""
    UpkeepEvent.objects.create(kind=kind, ok=ok, size=size, detail=detail)
    record(action=action, by=COMMAND_LINE, detail=detail, result=OK if ok else FAILED)


@contextmanager
def traced_failure(kind: UpkeepKind, action: str) -> Iterator[None]:
    """A refusal becomes the end of the command, and leaves its trace."""
    try:
        yield
    except Refused as problem:
        leave_trace(kind, action, ok=False, problem=str(problem))
        raise CommandError(str(problem), returncode=1) from problem


def recipient(text: str) -> Recipient:
    """A public key as age writes it; Refused for anything else, a private key without repeating it: the sentence is kept."""
    if "SECRET" in text.upper():
        raise Refused("--recipient 给出的是私钥：应给出以 age1 开头的公钥。该私钥已出现在命令行中，请另生成一对。")
    try:
        return Recipient.from_str(text.strip())
    except Exception as error:
        raise Refused(f"公钥“{text}”无法识别：应以 age1 开头。") from error


def identities(path: Path | None) -> list[Identity]:
    """The private keys of a file as age-keygen writes it; Refused where it has none."""
    if path is None:
        return []
    try:
        lines = path.read_text("utf-8").splitlines()
        found = [Identity.from_str(line.strip()) for line in lines if line.startswith("AGE-SECRET-KEY-")]
    except Exception as error:
        raise Refused(f"私钥文件 {path} 无法读取或无法识别。") from error
    if not found:
        raise Refused(f"文件 {path} 中没有 age 私钥（AGE-SECRET-KEY-…）。")
    return found


def named(names: list[str]) -> str:
    """Names in a sentence, the first of many."""
    more = f" 等 {len(names)} 个" if len(names) > SHOWN else ""
    return "、".join(names[:SHOWN]) + more
