"""database_roles: a role for the portal that can add to what is history, and neither change it nor take it away."""

from django.core.management.base import CommandError
from django.db import connection, transaction

from common.commands import SpeakingCommand
from upkeep import database_roles


class Command(SpeakingCommand):
    help = (
        "PostgreSQL 角色：表属于属主角色，门户角色对历史记录各表（审计、流转、存证等）只能查询和增加。"
        "默认只列出语句；--apply 以当前连接执行（须为超级用户）；--check 检查当前连接的权限。"
        "每次 migrate 后由属主再运行一次。"
    )

    def add_arguments(self, parser):
        parser.add_argument("--owner", default="portal_owner", metavar="角色", help="属主，默认 portal_owner")
        parser.add_argument("--portal", default="portal", metavar="角色", help="门户使用的角色，默认 portal")
        parser.add_argument("--apply", action="store_true", help="执行")
        parser.add_argument("--check", action="store_true", help="当前连接多余的权限；有则退出码 1")

    def handle(self, *args, owner: str, portal: str, apply: bool, check: bool, **options):
        if connection.vendor != "postgresql":
            raise CommandError("只适用于 PostgreSQL：SQLite 没有角色，能写数据库文件的就能改动一切。", returncode=2)
        if check:
            return self._check()
        wanted = list(database_roles.statements(owner, portal, existing=database_roles.roles()))
        if not apply:
            self.stdout.write("".join(f"{each};\n" for each in wanted))
            return None
        with transaction.atomic(), connection.cursor() as cursor:
            for each in wanted:
                cursor.execute(each)
        self.stdout.write(
            f"已设置：属主 {owner}，门户 {portal}；{len(database_roles.history())} 张历史记录表只能增加。"
            "请分别设置口令（\\password），门户的 DATABASE_URL 改用门户角色，migrate 用属主。"
        )
        return None

    def _check(self) -> None:
        if found := database_roles.excess():
            raise CommandError(f"当前角色可以改动或删除历史记录：{'、'.join(found)}。", returncode=1)
        self.stdout.write(f"当前角色对 {len(database_roles.history())} 张历史记录表只能查询和增加。")
