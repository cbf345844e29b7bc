"""remind: mail everybody the digest of the inbox; run once a day (docs/operations.md)."""

from django.core.management.base import CommandError

from common.commands import SpeakingCommand
from inbox import digest, heads, mailing


class Command(SpeakingCommand):
    help = (
        "给有电子邮箱的人员发待办邮件：临近期限或已逾期的（截止前后每天，长期逾期的每周），和上一封以来新增的；每人每天最多一封。"
        "未配置邮件服务器时退出码为 2；有邮件未发出时为 1，再次运行只补发未发出的。"
    )

    def handle(self, *args, **options):
        if not mailing.is_configured():
            raise CommandError(
                "未配置邮件服务器，未发送提醒。请设置环境变量 PORTAL_MAIL_HOST 等，见 docs/operations.md。",
                returncode=2,
            )
        heads.mail_head("每日存证")
        try:
            outcome = digest.send_all()
        except OSError as problem:
            raise CommandError(
                f"无法连接邮件服务器，未发送提醒：{problem}。请检查 PORTAL_MAIL_HOST 等设置。", returncode=1
            ) from None
        told = f"，今天已提醒过 {outcome.told_before} 人" if outcome.told_before else ""
        self.stdout.write(f"已发送 {outcome.sent} 封提醒{told}。")
        if outcome.failed:
            raise CommandError(f"有 {outcome.failed} 封未发出，原因见审计记录；再次运行只补发这些。", returncode=1)
