"""verify_certificate: does a signed answer about a certificate hold? Asks no network and no database."""

from datetime import datetime
from pathlib import Path

from django.core.management.base import CommandError

from common.commands import SpeakingCommand
from reports.certificates import signing
from reports.certificates.models import CertificateState
from reports.certificates.statement import UNKNOWN

STATES = dict(CertificateState.choices) | {UNKNOWN: "查无此证"}
SHOWN = {
    "title": "称号",
    "unit": "单位",
    "number": "证书编号",
    "issuer": "授牌机关",
    "issued_on": "授牌日期",
    "withdrawn_on": "撤销日期",
    "withdrawal_circular": "撤销通报",
    "withdrawal_ground": "撤销事由",
    "code": "查验码",
}


class Command(SpeakingCommand):
    help = (
        "验证下载的证书查验文件（certificate.json）：不联网、不读数据库。签名有效退出码为 0，无效为 1，无法读取为 2。"
    )
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="文件")
        parser.add_argument("--key", metavar="公钥", help="PEM 公钥文件；不给则用本机的公钥（包括以前的）")

    def handle(self, *args, file: str, key: str | None, **options):
        document = _document(file)
        keys = [_read(key)] if key else [signing.public_key(), *(pem for _, pem in signing.former_keys())]
        try:
            payload = signing.verify(document, _fitting(document, keys))
            standing = _standing(payload)
        except (signing.NotSigned, ValueError) as problem:
            raise CommandError(f"验证没有通过：{problem}", returncode=1) from None
        self.stdout.write("签名有效。")
        self.stdout.write(standing)
        for name, label in SHOWN.items():
            if value := payload.get(name):
                self.stdout.write(f"{label}：{value}")


def _standing(payload: dict) -> str:
    """How the certificate stood, and as of when: what happened later the file does not know."""
    try:
        at, state = datetime.fromisoformat(payload["as_of"]), STATES[payload["state"]]
    except (KeyError, TypeError, ValueError):
        raise signing.NotSigned("文件没有写明证书的状态或截至哪一天，不能据以判断。") from None
    return f"截至{at.year}年{at.month}月{at.day}日 {at:%H:%M}，{state}；此后是否变化，以查验页为准。"


def _document(file: str):
    try:
        return signing.read(_read(file))
    except signing.NotSigned as problem:
        raise CommandError(f"验证没有通过：{problem}", returncode=1) from None
    except ValueError:
        raise CommandError(f"{file} 不是 JSON 文件。", returncode=2) from None


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as problem:
        raise CommandError(f"{path} 无法读取：{problem.strerror}。", returncode=2) from None


def _fitting(document, keys: list[bytes]) -> bytes:
    """The key whose id the document names; the first where none fits, which then says so."""
    signature = document.get("signature") if isinstance(document, dict) else None
    named = signature.get("key") if isinstance(signature, dict) else None
    return next((key for key in keys if signing.key_id(key) == named), keys[0])
