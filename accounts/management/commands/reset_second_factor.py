"""reset_second_factor: takes an account's authenticator off, on the server; the only way for the three administrators."""

from django.core.management.base import CommandError

from accounts import second_factor
from accounts.actions import COMMAND_LINE
from accounts.models import User
from common.commands import SpeakingCommand


class Command(SpeakingCommand):
    help = (
        "解除一个账号的两步验证，下次登录时重新绑定。系统管理员、安全管理员、审计员的两步验证只能这样重置。"
        "没有该账号或未启用时退出码为 2。"
    )

    def add_arguments(self, parser):
        parser.add_argument("username", metavar="用户名")

    def handle(self, *args, username: str, **options):
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"没有用户名为“{username}”的账号，请核对后重试。", returncode=2)
        if second_factor.of(user) is None:
            raise CommandError(f"账号“{username}”没有启用两步验证，无须重置。", returncode=2)
        second_factor.reset_by(user, COMMAND_LINE)
        self.stdout.write(f"{user.name}（{user.post_label}）的两步验证已解除，其已有的登录已全部失效。")
