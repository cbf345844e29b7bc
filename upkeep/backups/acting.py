"""What the commands do: a backup or a drill with its trace, as an event of upkeep and in the audit trail."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError
from django.db import transaction

from accounts.actions import COMMAND_LINE
from accounts.audit import FAILED, OK, record
from common.exceptions import Refused
from upkeep.backups.archive import Identity, Recipient
from upkeep.models import UpkeepEvent, UpkeepKind

IN_CLEAR = "in-clear"
"""What PORTAL_BACKUP_RECIPIENTS says for backups that are not encrypted."""
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


def recipients(given: list[str], folder: Path, *, in_clear: bool) -> list[Recipient]:
    """To whom a backup in ``folder`` is encrypted: as given, else as PORTAL_BACKUP_RECIPIENTS says; none for one in clear.

    Refused where a backup would leave PORTAL_VAR in clear and nobody said that it may.
    """
    if given and in_clear:
        raise Refused("--recipient 与 --in-clear 不能同时使用。")
    said = given or settings.BACKUP_RECIPIENTS
    if in_clear or said == [IN_CLEAR]:
        return []
    if not said and not folder.resolve().is_relative_to(Path(settings.VAR_DIR).resolve()):
        raise Refused(
            f"备份含有数据库、密钥和佐证材料，存到 {folder} 须加密：请用 --recipient（或变量 PORTAL_BACKUP_RECIPIENTS）给出 age 公钥；"
            "该处与服务器同样保管、确需不加密的，加上 --in-clear。未作备份。"
        )
    return [recipient(key) for key in said]


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
