"""Whether the portal was set up as deploy/ says: what is asked once, by ``deploy_check``, not all the time."""

import stat
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core import checks
from django.db import connection

from accounts.models import User
from accounts.posts import ADMINISTRATORS
from areas.models import Area
from common.exceptions import Refused
from upkeep.backups.acting import IN_CLEAR, recipient
from upkeep.hooks import StatusCheck, StatusFinding, StatusLight, check
from upkeep.words import command

EXAMPLE = "example.gov.cn"
"""The names of deploy/portal.env, which are nobody's."""
UNITS = Path("/etc/systemd/system")
OWNER_ENV = "/etc/portal/owner.env"
"""The variables of whoever owns the tables, which deploy/systemd/owner.conf names."""
BY_OWNER = ("portal-drill", "portal-archive")
"""Units that do what the portal's role on PostgreSQL may not: make a database, thin out a table of history."""
OWN_MACHINE = ("localhost", "127.0.0.1", "::1")
ENCRYPTED = ("require", "verify-ca", "verify-full")


def _wrong(figure: str, why: str, todo: str, command: str = "") -> StatusFinding:
    return StatusFinding(light=StatusLight.BAD, figure=figure, why=why, todo=todo, command=command)


@check("mode", label="运行模式", asks_database=False)
def mode() -> StatusFinding:
    """Production, and all of Django's own advice for it taken."""
    if not settings.PRODUCTION:
        why = "不是生产模式：登录页可能列出演示账号，出错时可能显示程序内容。"
        return _wrong(settings.MODE, why, "在 portal.env 里设置 PORTAL_MODE=production。")
    said = checks.run_checks(include_deployment_checks=True)
    if found := [each for each in said if each.level >= checks.WARNING and not each.is_silenced()]:
        why = "；".join(str(each.msg) for each in found)
        return _wrong(f"{len(found)} 项不合要求", why, "逐项改正设置。", command("check --deploy"))
    return StatusFinding(light=StatusLight.GOOD, figure="生产模式")


@check("names", label="门户名称", asks_database=False)
def names() -> StatusFinding:
    """The names by which the portal is called are the district's own, and the public pages have an https address."""
    hosts = settings.ALLOWED_HOSTS
    if bad := [host for host in hosts if host == "*" or host.endswith(EXAMPLE)]:
        why = "任何人可以用任意域名访问。" if "*" in bad else "仍是样例里的域名。"
        return _wrong("、".join(bad), why, "PORTAL_ALLOWED_HOSTS 写门户自己的域名。")
    public = urlsplit(settings.PUBLIC_ADDRESS)
    if public.scheme != "https" or public.hostname not in hosts:
        why = "牌匾二维码里的地址取自 PORTAL_PUBLIC_ADDRESS，印出后不能更改。"
        todo = "设为 https:// 加 PORTAL_ALLOWED_HOSTS 里的域名，制作第一块牌匾之前完成。"
        return _wrong(settings.PUBLIC_ADDRESS or "未设置", why, todo)
    return StatusFinding(light=StatusLight.GOOD, figure=settings.PUBLIC_ADDRESS)


@check("proxy", label="代理", asks_database=False)
def proxy() -> StatusFinding:
    """Behind nginx, whose word about the client's address and https is taken."""
    if settings.BEHIND_PROXY:
        return StatusFinding(light=StatusLight.GOOD, figure="采信 " + "、".join(settings.PROXIES))
    why = "门户看不到来访地址：登录锁定按代理的地址计，审计记录也记成代理的地址。"
    return _wrong("未设置", why, "前面有 nginx 的，设置 PORTAL_BEHIND_PROXY=1 和 PORTAL_PROXIES。")


@check("ways", label="传输加密", asks_database=False)
def ways() -> StatusFinding:
    """What leaves this machine leaves it encrypted: to the database, to its standby, to the mail server."""
    databases = {"数据库": settings.DATABASES["default"], "只读副本": settings.DATABASES.get("replica", {})}
    clear = [name for name, each in databases.items() if _is_in_clear(each)]
    if _is_elsewhere(settings.EMAIL_HOST) and not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL):
        clear.append("邮件服务器")
    if clear:
        todo = "数据库地址后加 ?sslmode=verify-full（或 require）；邮件设 PORTAL_MAIL_SECURITY=starttls 或 ssl。"
        return _wrong("、".join(clear), "与其他机器之间明文传送，口令和数据可能被截取。", todo)
    return StatusFinding(light=StatusLight.GOOD, figure="没有明文外连")


def _is_in_clear(database: dict) -> bool:
    return _is_elsewhere(database.get("HOST", "")) and database.get("OPTIONS", {}).get("sslmode") not in ENCRYPTED


def _is_elsewhere(host: str) -> bool:
    """Whether a host is another machine; a path is a socket of this one."""
    return bool(host) and not host.startswith("/") and host not in OWN_MACHINE


@check("static_files", label="静态文件", asks_database=False)
def static_files() -> StatusFinding:
    """Collected, and those of this version."""
    if not settings.STATIC_ROOT:
        return StatusFinding(light=StatusLight.OFF, figure="随程序", why="只有生产模式才收集静态文件。")
    todo, to_type = "重新收集静态文件。", "portal_root collectstatic --no-input"
    try:
        staticfiles_storage.url("css/errors.css")
    except ValueError:
        return _wrong("未收集", "页面会缺少样式和脚本，或无法打开。", todo, to_type)
    kept = staticfiles_storage.path(staticfiles_storage.stored_name("css/errors.css"))
    if not Path(kept).exists():
        return _wrong("不全", "清单里有的文件不在磁盘上。", todo, to_type)
    return StatusFinding(light=StatusLight.GOOD, figure=str(settings.STATIC_ROOT))


@check("own_files", label="数据文件夹权限", asks_database=False)
def own_files() -> StatusFinding:
    """Nobody else reads what the portal keeps."""
    folder = Path(settings.VAR_DIR)
    if folder.stat().st_mode & stat.S_IRWXO:
        why = "服务器上其他用户能读取其中的佐证材料和密钥。"
        return _wrong(str(folder), why, "收回其他用户的权限。", f"chmod o= {folder}")
    return StatusFinding(light=StatusLight.GOOD, figure=str(folder))


@check("administrators", label="三员")
def administrators() -> StatusFinding:
    """Each of the three administrators is there, and they are three people."""
    held = User.objects.active().filter(post__in=ADMINISTRATORS)
    missing = [post.label for post in ADMINISTRATORS if post not in set(held.values_list("post", flat=True))]
    if missing:
        why = "三员缺岗：账号、授权、审计无人办理。"
        to_type = command("create_user --post … --username … --name …")
        return _wrong("缺" + "、".join(missing), why, "在服务器上建立账号。", to_type)
    return StatusFinding(light=StatusLight.GOOD, figure=f"{held.count()} 个账号在用")


@check("register", label="台账")
def register() -> StatusFinding:
    """There is a county to report on."""
    count = Area.objects.count()
    if count:
        return StatusFinding(light=StatusLight.GOOD, figure=f"{count} 个区划")
    return _wrong("空", "没有区划，各街镇无从填报。", "导入数据包。", command("import_package 数据包文件夹"))


@check("encrypted_backups", label="备份加密", asks_database=False)
def encrypted_backups() -> StatusFinding:
    """Backups that leave the portal's folder are encrypted, or somebody said that they are not."""
    said = settings.BACKUP_RECIPIENTS
    if not said:
        todo = "在另一台机器上执行 age-keygen -o portal-backup.key，把公钥写入 PORTAL_BACKUP_RECIPIENTS，私钥放保险柜。"
        return _wrong("未设置", "没有指明以哪个公钥加密，每天的备份不会进行。", todo)
    if said == [IN_CLEAR]:
        why, todo = "备份里的数据、密钥能被拿到备份的人读取。", "备份存到其他机器的，改为写 age 公钥。"
        return StatusFinding(light=StatusLight.NOTE, figure="不加密", why=why, todo=todo)
    try:
        count = len([recipient(each) for each in said])
    except Refused as problem:
        return _wrong("无法识别", str(problem), "PORTAL_BACKUP_RECIPIENTS 写 age 公钥，多个用逗号隔开。")
    return StatusFinding(light=StatusLight.GOOD, figure=f"{count} 个公钥")


@check("timers", label="定时任务", asks_database=False)
def timers() -> StatusFinding:
    """Each timer that deploy/ ships is switched on; that of the mails only where mails are sent."""
    if not (UNITS / "portal.service").exists():
        return StatusFinding(light=StatusLight.OFF, figure="不由 systemd 运行", why="备份、演练、核验须另行定时。")
    shipped = {unit.name for unit in (settings.BASE_DIR / "deploy/systemd").glob("*.timer")}
    wanted = shipped if settings.EMAIL_HOST else shipped - {"portal-remind.timer"}
    missing = sorted(name for name in wanted if not (UNITS / "timers.target.wants" / name).is_symlink())
    if missing:
        command = f"systemctl enable --now {' '.join(missing)}"
        todo = "照运维手册“服务和定时任务”放置单元文件，再启用。"
        return _wrong("缺" + "、".join(missing), "这些任务不会自动运行。", todo, command)
    return StatusFinding(light=StatusLight.GOOD, figure=f"{len(wanted)} 个已启用")


@check("owner", label="属主任务")
def owner() -> StatusFinding:
    """On PostgreSQL the drill and the archiving of the trail run as the owner of the tables, as far as the portal's role may not do it."""
    if connection.vendor != "postgresql" or _may_all():
        return StatusFinding(light=StatusLight.GOOD, figure="门户的数据库用户可以办理")
    if not (UNITS / "portal.service").exists():
        return StatusFinding(light=StatusLight.OFF, figure="不由 systemd 运行", why="恢复演练和审计归档须以属主运行。")
    without = [unit for unit in BY_OWNER if not _runs_as_owner(unit)]
    why = "门户的数据库角色不能建库、不能删减历史：恢复演练和审计归档须以属主运行。"
    if without:
        command = "".join(
            f"install -D -m 0644 {settings.BASE_DIR}/deploy/systemd/owner.conf {UNITS}/{unit}.service.d/owner.conf; "
            for unit in without
        )
        return _wrong("缺" + "、".join(without), why, "放置属主的设置。", command + "systemctl daemon-reload")
    if not Path(OWNER_ENV).exists():
        return _wrong(f"缺 {OWNER_ENV}", why, "写入属主的 DATABASE_URL，属主 root，权限 0600。")
    return StatusFinding(light=StatusLight.GOOD, figure="以属主运行")


def _may_all() -> bool:
    """Whether the portal's own role may make a database and thin out the audit trail."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR (rolcreatedb AND has_table_privilege('accounts_auditentry', 'DELETE')) "
            "FROM pg_roles WHERE rolname = current_user"
        )
        return bool(cursor.fetchone()[0])


def _runs_as_owner(unit: str) -> bool:
    """Whether a drop-in of the unit names the owner's variables."""
    files = (UNITS / f"{unit}.service.d").glob("*.conf")
    lines = [line for file in files for line in file.read_text("utf-8").splitlines()]
    return any(line.startswith("EnvironmentFile=") and OWNER_ENV in line for line in lines)


DEPLOYMENT: tuple[StatusCheck, ...] = (
    mode,
    names,
    proxy,
    ways,
    static_files,
    own_files,
    administrators,
    register,
    encrypted_backups,
    timers,
    owner,
)
