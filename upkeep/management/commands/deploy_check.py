"""Say what is missing of a deployment: ``deploy_check``, run as the portal's user with the portal's variables."""

from django.core.management import CommandError

from common.commands import SpeakingCommand
from upkeep.checking import looked
from upkeep.checks.deployment import DEPLOYMENT
from upkeep.hooks import CHECKS, StatusCheck, StatusFinding, StatusLight


class Command(SpeakingCommand):
    help = "核对部署：逐项检查设置、文件、账号、备份和服务，说明缺什么、如何办理。退出码 1：有异常。"
    # What Django's checks find is told as one of ours.
    requires_system_checks = ()

    def handle(self, **options) -> None:
        found = list(looked(checks=(*CHECKS, *DEPLOYMENT)))
        for check, finding in found:
            self._told(check, finding)
        bad = [check.label for check, finding in found if finding.light is StatusLight.BAD]
        if bad:
            raise CommandError(f"{len(found)} 项中 {len(bad)} 项异常：{'、'.join(bad)}。", returncode=1)
        self.stdout.write(f"{len(found)} 项，没有异常。")

    def _told(self, check: StatusCheck, finding: StatusFinding) -> None:
        self.stdout.write(f"[{finding.light.label}] {check.label}：{finding.figure}")
        manual = f"运维手册：{check.manual}" if check.manual and finding.is_amiss else ""
        for text in (finding.why, finding.todo, finding.command, manual):
            if text and finding.light is not StatusLight.GOOD:
                self.stdout.write(f"        {text}")
