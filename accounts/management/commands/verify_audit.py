"""verify_audit: does the audit trail hold?"""

from django.core.management.base import CommandError
from django.db import connection, transaction

from accounts import triggers
from accounts.actions import COMMAND_LINE
from accounts.audit import holds, record, verified
from common.commands import SpeakingCommand


@transaction.atomic
def protect_trail() -> None:
    """Put the triggers back; what was missing goes into the trail."""
    lost = triggers.missing(connection)
    triggers.install(connection)
    record(action="audit.protect", by=COMMAND_LINE, detail={"missing": lost})


class Command(SpeakingCommand):
    help = "验证审计链：完整则给出条数和末条摘要（退出码 0），否则指出在哪一条断开（退出码 1）。"

    def add_arguments(self, parser):
        parser.add_argument(
            "--expect", metavar="摘要", help="以前记下的末条摘要，它应当仍在链中；用来发现整条链被重写或截断"
        )

        parser.add_argument("--protect", action="store_true", help="先重新安装防止改动的触发器，并记入审计链")

    def handle(self, *args, expect: str | None, protect: bool, **options):
        if protect:
            protect_trail()
        finding = verified()
        if finding.problem:
            raise CommandError(f"审计链不完整：{finding.problem}在此之前的 {finding.count} 条完整。", returncode=1)
        if expect and not holds(expect):
            raise CommandError(f"审计链与以前记下的不符：找不到摘要 {expect}，整条链可能被重写或截断。", returncode=1)
        if missing := triggers.missing(connection):
            raise CommandError(
                f"审计链完整（{finding.count} 条），但数据库中缺少防止改动的触发器：{'、'.join(missing)}。"
                "请查明原因，再用 verify_audit --protect 重新安装。",
                returncode=1,
            )
        self.stdout.write(f"审计链完整：共 {finding.count} 条，末条摘要 {finding.last_hash or '（无）'}")
