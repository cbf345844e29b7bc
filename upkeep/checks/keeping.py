"""Whether what the portal holds is kept: backups, drills, the stream, verifications, the key of the certificates."""

from contextlib import suppress
from datetime import timedelta

from django.conf import settings

from common import clock
from reports.certificates import signing
from upkeep.hooks import StatusFinding, StatusLight, check
from upkeep.models import UpkeepEvent, UpkeepKind
from upkeep.words import ago, command, size, unit

DRILL_EVERY = timedelta(days=100)
"""A quarter and some days: a backup that nobody has restored for so long is a hope."""
VERIFY_EVERY = timedelta(days=8)
KEY_REMEMBERED = timedelta(days=90)
"""For how long after the last verification that saw it a key is missed."""


def _backup() -> str:
    return unit("portal-backup", "backup 备份文件夹")


def _drill() -> str:
    return unit("portal-drill", "backup_drill")


def _verify() -> str:
    return f"{command('verify_all')}; {command('verify_audit')}"


def last(kind: UpkeepKind, **which) -> UpkeepEvent | None:
    return UpkeepEvent.objects.filter(kind=kind, **which).order_by("-at").first()


@check("backup", label="备份", manual="备份失败", is_needed=True)
def backup() -> StatusFinding:
    """The last whole backup, by its age; a later one that failed is told."""
    good, latest = last(UpkeepKind.BACKUP, ok=True), last(UpkeepKind.BACKUP)
    todo = "查看备份的定时任务和备份文件夹的剩余空间，并立即备份一次。"
    if good is None:
        light = StatusLight.BAD if settings.BACKUP_HOURS else StatusLight.OFF
        why = "从未有过完整的备份，磁盘损坏时数据无法找回。"
        return StatusFinding(
            light=light, figure="从未备份", why=why, todo="立即备份一次，并设好定时任务。", command=_backup()
        )
    age = clock.real_now() - good.at
    figure = f"{ago(good.at)}" + (f"，{size(good.size)}" if good.size else "")
    numbers = {"backup_age_seconds": age.total_seconds()}
    if settings.BACKUP_HOURS and age > timedelta(hours=settings.BACKUP_HOURS):
        why = f"超过 {settings.BACKUP_HOURS} 小时没有完整的备份。"
        return StatusFinding(
            light=StatusLight.BAD, figure=figure, why=why, todo=todo, command=_backup(), numbers=numbers
        )
    if not latest.ok:
        why = f"{ago(latest.at)}的一次备份没有成功。"
        return StatusFinding(
            light=StatusLight.NOTE, figure=figure, why=why, todo=todo, command=_backup(), numbers=numbers
        )
    return StatusFinding(light=StatusLight.GOOD, figure=figure, numbers=numbers)


@check("drill", label="恢复演练", manual="备份失败")
def drill() -> StatusFinding:
    """When a backup was last restored to see that it can be."""
    latest = last(UpkeepKind.DRILL)
    if latest is None:
        why = "从未演练，备份能否恢复尚无法判断。"
        return StatusFinding(
            light=StatusLight.NOTE, figure="从未演练", why=why, todo="备份并演练一次。", command=_drill()
        )
    age = clock.real_now() - latest.at
    numbers = {"drill_age_seconds": age.total_seconds()}
    if not latest.ok:
        why = "最近一次演练没有成功：备份可能无法恢复。"
        todo = "查看演练的输出，重新备份后再演练。"
        return StatusFinding(
            light=StatusLight.BAD, figure=ago(latest.at), why=why, todo=todo, command=_drill(), numbers=numbers
        )
    if age > DRILL_EVERY:
        why, todo = f"超过 {DRILL_EVERY.days} 天没有演练。", "备份并演练一次。"
        return StatusFinding(
            light=StatusLight.NOTE, figure=ago(latest.at), why=why, todo=todo, command=_drill(), numbers=numbers
        )
    return StatusFinding(light=StatusLight.GOOD, figure=f"{ago(latest.at)}演练成功", numbers=numbers)


@check("stream", label="连续备份", manual="备份失败")
def stream() -> StatusFinding:
    """Whether what is written is copied elsewhere at once."""
    if not settings.STREAM_TO:
        why = "两次备份之间的数据在磁盘损坏时会丢失。"
        todo = "设置 PORTAL_STREAM_TO（另一块磁盘上的文件夹）后重启门户服务。"
        return StatusFinding(light=StatusLight.OFF, figure="未启用", why=why, todo=todo)
    latest, todo = last(UpkeepKind.STREAM), "核对 PORTAL_STREAM_TO 所指的文件夹可写、未满，再重启门户服务。"
    if latest is None:
        return StatusFinding(light=StatusLight.NOTE, figure="尚未开始", why="连续备份尚未运行过。", todo=todo)
    if latest.ok:
        return StatusFinding(light=StatusLight.GOOD, figure=f"{ago(latest.at)}起正常")
    figure = f"{ago(latest.at)}中断"
    return StatusFinding(light=StatusLight.BAD, figure=figure, why="连续备份已中断。", todo=todo)


@check("verification", label="防篡改核验", manual="核验报告不符")
def verification() -> StatusFinding:
    """What the last verification of what is sealed and of the audit chain found."""
    latest = last(UpkeepKind.VERIFY)
    if latest is None:
        why = "从未核验，绕过门户的改动尚未查过。"
        return StatusFinding(
            light=StatusLight.NOTE, figure="从未核验", why=why, todo="核验一次，并设好定时任务。", command=_verify()
        )
    age = clock.real_now() - latest.at
    numbers = {"verify_age_seconds": age.total_seconds()}
    if not latest.ok:
        figure = f"{ago(latest.at)}，发现 {latest.detail.get('count') or '若干'} 处不符"
        todo = "不要改动数据库，立即报告安全管理员和审计员；再次核验会逐处列出。"
        return StatusFinding(
            light=StatusLight.BAD, figure=figure, why="数据与存证不符。", todo=todo, command=_verify(), numbers=numbers
        )
    if age > VERIFY_EVERY:
        why = f"超过 {VERIFY_EVERY.days} 天没有核验。"
        return StatusFinding(
            light=StatusLight.NOTE, figure=ago(latest.at), why=why, todo="核验一次，并检查定时任务。", command=_verify()
        )
    return StatusFinding(light=StatusLight.GOOD, figure=f"{ago(latest.at)}核验完整", numbers=numbers)


def known_key() -> dict[str, str]:
    """The id of the key that signs, for a verification to note; nothing where none was made yet, or can be read."""
    with suppress(OSError, ValueError):
        return {"key": signing.key_id(signing.public_key())} if signing.kept_at().exists() else {}
    return {}


def _lost_key() -> str:
    """The key that verifications noted and of which not even the public half is here any more; blank where there is none.

    One that is gone may have been made anew, by command or on a demonstration: nothing else would tell.
    """
    since = clock.real_now() - KEY_REMEMBERED
    noted = UpkeepEvent.objects.filter(kind=UpkeepKind.VERIFY, at__gte=since, detail__has_key="key").order_by("-at")
    here = {*known_key().values(), *(signing.key_id(public) for _, public in signing.former_keys())}
    return next((key for key in noted.values_list("detail__key", flat=True) if key not in here), "")


@check("certificate_key", label="证书密钥", manual="密钥丢失或泄露")
def certificate_key() -> StatusFinding:
    """Whether the key that signs certificates is there, can be read and is the one of before; in production none is made unasked."""
    kept = signing.kept_at()
    restore = "从备份中恢复密钥文件，只让门户的用户可读；不要另做新密钥。"
    if not kept.exists() and not settings.CERTIFICATE_KEY and not signing.makes_itself():
        return StatusFinding(
            light=StatusLight.BAD,
            figure="缺失",
            why="证书查验文件、存证树根、审计归档都不能签名，以前签的不能核对。",
            todo="恢复之后缺失的，从备份取回 keys 文件夹，不要另做新密钥；首次安装的，执行命令生成，并立即备份一次。",
            command=command("certificate_key --first"),
        )
    try:
        lost = _lost_key()
        figure = f"密钥 {signing.key_id(signing.public_key())}" if kept.exists() or settings.CERTIFICATE_KEY else ""
    except (OSError, ValueError, signing.KeyMissing) as fault:
        why = f"证书不能签发，也不能查验（{type(fault).__name__}）。"
        return StatusFinding(light=StatusLight.BAD, figure="无法读取", why=why, todo=restore, command=f"ls -l {kept}")
    if lost:
        why = f"原来的密钥 {lost} 及其公钥都不在了：用它签发的查验文件、存证树根、审计归档不能再验证。"
        return StatusFinding(
            light=StatusLight.BAD,
            figure=figure or "密钥文件不在",
            why=why,
            todo=restore,
            command=f"ls -l {kept.parent}",
        )
    if not figure:
        return StatusFinding(
            light=StatusLight.OFF, figure="尚未生成", why="第一次签名时自动生成。", todo="生成后即备份一次。"
        )
    if kept.stat().st_mode & 0o077:
        why, todo = "其他用户可以读取密钥文件。", "收回权限；可能已泄露的，更换密钥。"
        return StatusFinding(light=StatusLight.NOTE, figure=figure, why=why, todo=todo, command=f"chmod 600 {kept}")
    return StatusFinding(light=StatusLight.GOOD, figure=figure)
