"""certificate_key: show the public key by which signed answers are verified, make the first key, or change it."""

from django.core.management.base import CommandError

from accounts import audit
from accounts.actions import COMMAND_LINE
from accounts.models import AuditArchive, AuditEntry
from common.clock import today
from common.commands import SpeakingCommand
from reports.certificates import signing
from reports.certificates.models import Certificate

SIGNED = ("certificate.make_key", "certificate.rotate_key", "witness.export")
"""What the trail holds where there was a key."""


class Command(SpeakingCommand):
    help = "显示签名用的公钥；--first 首次安装时生成密钥；--rotate 更换密钥，旧公钥保留在公钥页。"

    def add_arguments(self, parser):
        asked = parser.add_mutually_exclusive_group()
        asked.add_argument("--first", action="store_true", help="首次安装：生成密钥；已有密钥或已签过名的，不生成")
        asked.add_argument("--rotate", action="store_true", help="启用新密钥签名，旧的私钥销毁")

    def handle(self, *args, first: bool, rotate: bool, **options):
        if first:
            self._make()
        if rotate:
            self._rotate()
        try:
            public = signing.public_key()
        except signing.KeyMissing as problem:
            raise CommandError(str(problem), returncode=2) from None
        self.stdout.write(f"{signing.SIGNING_WITH} {signing.key_id(public)}")
        self.stdout.write(public.decode())

    def _make(self) -> None:
        if signing.kept_at().exists():
            raise CommandError(f"已有密钥 {signing.kept_at()}，未作改动。", returncode=1)
        if _was_signed():
            raise CommandError(f"本门户以前有密钥，未作改动。{signing.missing()}", returncode=1)
        signing.make()
        audit.record(
            action="certificate.make_key", by=COMMAND_LINE, detail={"key": signing.key_id(signing.public_key())}
        )

    def _rotate(self) -> None:
        old = signing.key_id(signing.public_key()) if signing.kept_at().exists() else None
        try:
            new = signing.rotate(today())
        except ValueError as problem:
            raise CommandError(str(problem), returncode=2) from None
        audit.record(action="certificate.rotate_key", by=COMMAND_LINE, detail={"key": [old, new]})


def _was_signed() -> bool:
    """Whether anything may have been signed here: then the key is lost, and not yet to be made."""
    return (
        bool(signing.former_keys())
        or Certificate.objects.exists()
        or AuditArchive.objects.exists()
        or AuditEntry.objects.filter(action__in=SIGNED).exists()
    )
