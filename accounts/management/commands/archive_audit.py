"""archive_audit: entries of the audit trail older than PORTAL_AUDIT_MONTHS go into signed files."""

from django.conf import settings
from django.core.management.base import CommandError

from accounts.actions import COMMAND_LINE
from accounts.retention import archive_expired
from common.commands import SpeakingCommand
from common.exceptions import Refused


class Command(SpeakingCommand):
    help = "审计归档：早于 PORTAL_AUDIT_MONTHS 个月的审计记录写入签名的归档文件，核对无误后从表中删减。"

    def handle(self, **options):
        if not settings.AUDIT_MONTHS:
            self.stdout.write("审计记录永久保留在表中（PORTAL_AUDIT_MONTHS 为 0），无须归档。")
            return
        try:
            made = archive_expired(by=COMMAND_LINE)
        except Refused as refusal:
            raise CommandError(str(refusal), returncode=1) from None
        for archive in made:
            self.stdout.write(f"第 {archive.first_sequence} 至 {archive.last_sequence} 条已归档：{archive.file}")
        if not made:
            self.stdout.write(f"没有早于 {settings.AUDIT_MONTHS} 个月的审计记录。")
