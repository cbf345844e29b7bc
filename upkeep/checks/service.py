"""Whether the portal can work: database, disks, migrations, worker, queue, working days, mail, logins, versions."""

import os
import shutil
import sys
import tempfile
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import django
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Min

from accounts.models import LoginFailures
from areas import workdays as calendar
from common import clock
from common import replica as standby
from jobs.models import Job, JobState
from upkeep.backups.making import version
from upkeep.heartbeat import WORKER
from upkeep.hooks import StatusFinding, StatusLight, check
from upkeep.models import Heartbeat
from upkeep.words import ago, command, size

MB = 1024 * 1024
CROWDED = 0.8
"""The share of all connections that a server gives at which they are soon too few."""
LONG_WAIT = timedelta(minutes=5)
TOO_LONG_WAIT = timedelta(minutes=30)
MANY_LOCKED = 10
"""Pairs of name and address that are locked at once; so many are no slips of the hand."""
PSQL = "runuser -u postgres -- psql -c"


@check("database", label="数据库", manual="503 数据库不可用", is_needed=True)
def database() -> StatusFinding:
    """Whether it answers; what it is, how large, how many connections."""
    try:
        return {"postgresql": _postgresql, "sqlite": _sqlite}[connection.vendor]()
    except DatabaseError as fault:
        todo = "检查数据库服务是否在运行、磁盘是否已满、DATABASE_URL 是否正确；恢复后门户自行恢复，不必重启。"
        to_type = "systemctl status postgresql" if connection.vendor == "postgresql" else f"ls -l {settings.VAR_DIR}"
        why = f"数据库没有应答（{type(fault).__name__}）。"
        return StatusFinding(light=StatusLight.BAD, figure="没有应答", why=why, todo=todo, command=to_type)


def _postgresql() -> StatusFinding:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), pg_database_size(current_database()),"
            " (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),"
            " current_setting('max_connections')::int"
        )
        version, bytes_, used, most = cursor.fetchone()
    figure = f"PostgreSQL {version}，{size(bytes_)}，连接 {used}/{most}"
    numbers = {"database_bytes": bytes_, "database_connections": used}
    if used < CROWDED * most:
        return StatusFinding(light=StatusLight.GOOD, figure=figure, numbers=numbers)
    return StatusFinding(
        light=StatusLight.NOTE,
        figure=figure,
        why="数据库连接将要用完。",
        todo="查看是谁占用了连接；确属门户需要的，调大 max_connections 后重启数据库。",
        command=f"{PSQL} 'SELECT usename, application_name, count(*) FROM pg_stat_activity GROUP BY 1, 2'",
        numbers=numbers,
    )


def _sqlite() -> StatusFinding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()")
        version = cursor.fetchone()[0]
    kept = [Path(f"{connection.settings_dict['NAME']}{end}") for end in ("", "-wal")]
    bytes_ = sum(path.stat().st_size for path in kept if path.exists())
    return StatusFinding(
        light=StatusLight.GOOD, figure=f"SQLite {version}，{size(bytes_)}", numbers={"database_bytes": bytes_}
    )


@check("replica", label="从库", manual="从库落后")
def replica() -> StatusFinding:
    """Whether the standby is asked, and how far it is behind."""
    if not standby.is_set():
        why, todo = "所有查询都由主库办理。", "需要分担查询的，按 docs/replica.md 设置 PORTAL_REPLICA_URL。"
        return StatusFinding(light=StatusLight.OFF, figure="未启用", why=why, todo=todo)
    standing = standby.standing(anew=True)
    numbers = {} if standing.lag_s is None else {"replica_lag_seconds": standing.lag_s}
    if standing.is_asked:
        return StatusFinding(light=StatusLight.GOOD, figure=f"落后 {standing.lag_s:.1f} 秒", numbers=numbers)
    fault = standing.fault if standing.fault.startswith("落后") else "没有应答"
    return StatusFinding(
        light=StatusLight.NOTE,
        figure="未使用",
        why=f"从库{fault}：查询都由主库办理，页面不受影响。",
        todo="查看从库是否在运行、与主库的连接是否正常；恢复后门户自行使用。",
        command=f"{PSQL} 'SELECT client_addr, state, replay_lag FROM pg_stat_replication'",
        numbers=numbers,
    )


@check("migrations", label="数据库结构", manual="升级与回退", is_needed=True)
def migrations() -> StatusFinding:
    """Whether the tables are those that this version of the portal expects."""
    expected, applied = _expected_migrations(), set(MigrationRecorder(connection).applied_migrations())
    missing = sorted(expected - applied)
    later = sorted((app, name) for app, name in applied - expected if app in {app for app, _ in expected})
    if missing:
        return StatusFinding(
            light=StatusLight.BAD,
            figure=f"缺 {len(missing)} 项变更",
            why=f"数据库结构比程序旧，缺 {'.'.join(missing[0])} 等。",
            todo="先备份，再执行迁移。",
            command=command("migrate", by_owner=True),
        )
    if later:
        return StatusFinding(
            light=StatusLight.NOTE,
            figure=f"多 {len(later)} 项变更",
            why=f"数据库结构比程序新，有 {'.'.join(later[0])} 等。",
            todo="程序可能被换回旧版本：换上与数据库相符的版本，或按降级步骤办理。",
            command=command("showmigrations"),
        )
    return StatusFinding(light=StatusLight.GOOD, figure=f"与程序一致（{len(expected)} 项）")


@cache
def _expected_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


@check("disk", label="数据盘", manual="507 磁盘满", is_needed=True, asks_database=False)
def disk() -> StatusFinding:
    """How much room is left where the portal keeps its files, and on SQLite its database."""
    return _room(Path(settings.VAR_DIR), "disk_free_bytes")


@check("temporary_disk", label="临时文件盘", manual="507 磁盘满", is_needed=True, asks_database=False)
def temporary_disk() -> StatusFinding:
    """How much room is left for what is being uploaded."""
    return _room(Path(settings.FILE_UPLOAD_TEMP_DIR or tempfile.gettempdir()), "temporary_disk_free_bytes")


def _room(folder: Path, name: str) -> StatusFinding:
    free, wanted = shutil.disk_usage(folder).free, settings.DISK_FREE_MB * MB
    figure, numbers = f"{folder} 剩余 {size(free)}", {name: free}
    if not os.access(folder, os.W_OK | os.X_OK):
        return StatusFinding(
            light=StatusLight.BAD,
            figure=figure,
            why="门户不能在其中写文件。",
            todo="核对文件夹的属主和权限，以及磁盘是否被挂载为只读。",
            command=f"ls -ld {folder}",
            numbers=numbers,
        )
    if free >= 2 * wanted:
        return StatusFinding(light=StatusLight.GOOD, figure=figure, numbers=numbers)
    return StatusFinding(
        light=StatusLight.NOTE if free >= wanted else StatusLight.BAD,
        figure=figure,
        why=f"剩余不足 {size(wanted if free < wanted else 2 * wanted)}，写满后不能保存。",
        todo="把旧备份移到其他磁盘，清理日志，或扩容。不要删除数据文件夹里的文件。",
        command=f"du -xh --max-depth=2 {folder} | sort -h | tail",
        numbers=numbers,
    )


@check("worker", label="后台程序", manual="后台程序停了", is_needed=True)
def worker() -> StatusFinding:
    """When the worker was last heard of; it judges, and does what takes long."""
    heard = Heartbeat.objects.filter(name=WORKER).first()
    todo = "查看运行日志，再重启门户服务；后台程序随门户一起启动。"
    to_type = "systemctl restart portal"
    if heard is None:
        why = "后台程序从未运行：评定不会更新，任务不会办理。"
        return StatusFinding(light=StatusLight.BAD, figure="从未运行", why=why, todo=todo, command=to_type)
    age = clock.real_now() - heard.at
    figure, numbers = f"{ago(heard.at)}有信号", {"worker_heartbeat_age_seconds": age.total_seconds()}
    if age.total_seconds() <= settings.WORKER_SILENT_SECONDS:
        return StatusFinding(light=StatusLight.GOOD, figure=figure, numbers=numbers)
    why = "后台程序没有信号：评定不会更新，任务不会办理。"
    return StatusFinding(light=StatusLight.BAD, figure=figure, why=why, todo=todo, command=to_type, numbers=numbers)


@check("queue", label="后台任务", manual="任务排队不动")
def queue() -> StatusFinding:
    """How many jobs wait, and the first of them how long."""
    waiting = Job.objects.filter(state=JobState.WAITING)
    count, oldest = waiting.count(), waiting.aggregate(oldest=Min("queued_at"))["oldest"]
    running = Job.objects.filter(state=JobState.RUNNING).count()
    age = _since(oldest)
    numbers = {"queue_waiting": count, "queue_running": running, "queue_oldest_seconds": age.total_seconds()}
    figure = f"排队 {count} 个，进行中 {running} 个" + (f"，最早的{ago(oldest)}排队" if oldest else "")
    if age < LONG_WAIT:
        return StatusFinding(light=StatusLight.GOOD, figure=figure, numbers=numbers)
    return StatusFinding(
        light=StatusLight.NOTE if age < TOO_LONG_WAIT else StatusLight.BAD,
        figure=figure,
        why="任务等待过久。",
        todo="后台程序正常的，是前面的任务尚未办结，可以等待；否则先恢复后台程序。",
        numbers=numbers,
    )


def _since(moment: datetime | None) -> timedelta:
    return max(clock.real_now() - moment, timedelta()) if moment else timedelta()


@check("workdays", label="工作日表", manual="放假安排未补录")
def workdays() -> StatusFinding:
    """How long due dates in working days can be told: from December on through the next year, else through this one."""
    today = clock.today()
    last = calendar.load().known_until(today)
    figure = f"止于 {last:%Y-%m-%d}"
    if last >= date(today.year + 1, 12, 31) or (today.month < 12 and last >= date(today.year, 12, 31)):
        return StatusFinding(light=StatusLight.GOOD, figure=figure)
    is_late = last < date(today.year, 12, 31)
    return StatusFinding(
        light=StatusLight.BAD if is_late else StatusLight.NOTE,
        figure=figure,
        why=f"{'本' if is_late else '下一'}年的工作日表不全：之后的期限（15 个工作日等）不能计算，有关评定会停在上一次。",
        todo="按国务院办公厅的放假通知补录整年。",
        command=command("calendar 文件.csv --document 文号"),
    )


@check("mail", label="邮件", manual="邮件", asks_database=False)
def mail() -> StatusFinding:
    """Whether mail can be sent at all."""
    if not settings.EMAIL_HOST:
        return StatusFinding(
            light=StatusLight.OFF,
            figure="未设置邮件服务器",
            why="待办和催办不发邮件，只在门户内显示。",
            todo="需要邮件的，设置 PORTAL_MAIL_HOST 等变量后重新加载。",
        )
    figure = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}，发件人 {settings.DEFAULT_FROM_EMAIL}"
    if settings.PORTAL_ADDRESS:
        return StatusFinding(light=StatusLight.GOOD, figure=figure)
    why = "没有设置 PORTAL_ADDRESS，邮件里没有门户的链接。"
    return StatusFinding(light=StatusLight.NOTE, figure=figure, why=why, todo="设置 PORTAL_ADDRESS 后重新加载。")


@check("logins", label="登录锁定", manual="大量登录失败告警")
def logins() -> StatusFinding:
    """How many pairs of a user name and an address are locked; whose, the security administrator sees."""
    since = clock.real_now() - timedelta(minutes=settings.LOGIN_LOCK_MINUTES)
    failed = LoginFailures.objects.exclude(username="").exclude(address="")
    count = failed.filter(failures__gte=settings.LOGIN_FAILURES, last_at__gt=since).count()
    figure, numbers = f"现有 {count} 组用户名和地址被锁定", {"login_locked_pairs": count}
    if count < MANY_LOCKED:
        return StatusFinding(light=StatusLight.GOOD, figure=figure, numbers=numbers)
    return StatusFinding(
        light=StatusLight.NOTE,
        figure=figure,
        why="同时被锁定的较多，可能有人在猜测密码。",
        todo="请安全管理员和审计员查看登录失败的来源地址，必要时在防火墙上拒绝该地址。",
        numbers=numbers,
    )


@check("versions", label="版本", asks_database=False)
def versions() -> StatusFinding:
    """Which version of the portal this is, and of what it runs on."""
    figure = f"Python {sys.version.split()[0]}，Django {django.get_version()}"
    if known := _version():
        return StatusFinding(light=StatusLight.GOOD, figure=f"门户 {known}，{figure}")
    return StatusFinding(
        light=StatusLight.NOTE,
        figure=f"门户版本不明，{figure}",
        why="程序文件夹里没有 git 的版本信息，或门户无权读取。",
        todo="用 git 部署；属主不同的，将程序文件夹登记为可信。",
        command=f"git config --system --add safe.directory {settings.BASE_DIR}",
    )


_version = cache(version)
"""As git says it when first asked: what this process runs is what lay there when it began."""
