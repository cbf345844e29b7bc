"""reset_password: a new initial password, given on the server; the only way for the three administrators."""

from django.core.management.base import CommandError

from accounts.actions import reset_password_on_server
from accounts.models import User
from common.commands import SpeakingCommand


class Command(SpeakingCommand):
    help = (
        "重置一个账号的密码，显示一次初始密码。系统管理员、安全管理员、审计员的密码只能这样重置。"
        "没有该账号时退出码为 2。"
    )

    def add_arguments(self, parser):
        parser.add_argument("username", metavar="用户名")

    def handle(self, *args, username: str, **options):
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"没有用户名为“{username}”的账号，请核对后重试。", returncode=2)
        self.stdout.write(f"{user.name}（{user.post_label}）的初始密码：{reset_password_on_server(user)}")
        self.stdout.write("只显示这一次，首次登录后必须修改；其已有的登录已全部失效。")
