"""The second factor (两步验证): codes of an authenticator by TOTP (RFC 6238), and recovery codes for when it is lost.

The secret lies encrypted under a key made of SECRET_KEY, which no backup of the database holds; nobody but the
owner ever sees it, and she only while she enrols.
"""

import re
import secrets
from base64 import b32encode, urlsafe_b64encode
from hashlib import sha256
from urllib.parse import quote, urlencode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.crypto import salted_hmac
from django_otp.oath import TOTP
from zxingcpp import BarcodeFormat, create_barcode

from accounts import sessions
from accounts.access import refusal
from accounts.audit import record
from accounts.models import RecoveryCode, SecondFactor, User
from accounts.posts import ADMINISTRATORS, Power
from accounts.telling import tell
from common import clock
from common.exceptions import Refused

ISSUER = "清城光网门户"
STEP, TOLERANCE = 30, 1
"""Seconds that a code lasts, and how many of these the telephone's clock may be off."""

CODES = 10
"""Recovery codes that an account is given."""

PASSED = "second_factor"
"""In a session: the second step was taken in it."""

_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_CODE_LENGTH = 16
"""Characters of a recovery code, with five bits each."""

FEW = 2
"""Recovery codes left from which on the owner is warned."""


def is_required(user: User) -> bool:
    """Whether the post asks for a second factor (PORTAL_SECOND_FACTOR)."""
    return user.post in settings.SECOND_FACTOR_POSTS


def of(user: User) -> SecondFactor | None:
    return SecondFactor.objects.filter(user=user).first()


def is_due(request) -> bool:
    """Whether the person must enrol before anything else: the post asks for it, and the session has seen no code."""
    return is_required(request.user) and not request.session.get(PASSED)


def new_secret() -> bytes:
    """As long as RFC 4226 recommends."""
    return secrets.token_bytes(20)


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [Fernet(urlsafe_b64encode(sha256(f"accounts.second_factor:{key}".encode()).digest())) for key in keys]
    )


def seal(secret: bytes) -> str:
    return _box().encrypt(secret).decode("ascii")


def unseal(sealed: str) -> bytes | None:
    """The secret; None where another SECRET_KEY sealed it."""
    try:
        return _box().decrypt(sealed.encode("utf-8"))
    except InvalidToken:
        return None


def written(secret: bytes) -> str:
    """The secret as it is typed into an authenticator, in groups of four."""
    text = b32encode(secret).decode("ascii")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def qr(user: User, secret: bytes) -> str:
    """A QR code of the secret as SVG, for an authenticator."""
    query = urlencode({"secret": b32encode(secret).decode("ascii"), "issuer": ISSUER}, quote_via=quote)
    address = f"otpauth://totp/{quote(f'{ISSUER}:{user.username}')}?{query}"
    svg = create_barcode(address, BarcodeFormat.QRCode, ec_level="M").to_svg(scale=5, add_quiet_zones=True)
    return re.sub(r'^.*?<svg width="(\d+)" height="(\d+)"', r'<svg viewBox="0 0 \1 \2"', svg, flags=re.DOTALL)


def step_of(secret: bytes, code: str) -> int:
    """The step of time whose code this is; 0 when it is none."""
    totp = TOTP(secret, step=STEP)
    totp.time = clock.real_now().timestamp()
    is_code = len(code) == 6 and code.isascii() and code.isdigit()
    return totp.t() if is_code and totp.verify(int(code), tolerance=TOLERANCE) else 0


def passes(user: User, typed: str) -> bool:
    """Whether ``typed`` is a code of the authenticator or an unused recovery code; either is used up by that."""
    factor = of(user)
    return factor is not None and (_passes_by_time(factor, typed) or _passes_by_recovery(factor, typed))


def _passes_by_time(factor: SecondFactor, typed: str) -> bool:
    """One conditional update uses the code and all older ones up, so that of two at once one passes."""
    secret = unseal(factor.sealed)
    step = step_of(secret, "".join(typed.split())) if secret else 0
    return bool(step and SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step).update(last_step=step))


@transaction.atomic
def _passes_by_recovery(factor: SecondFactor, typed: str) -> bool:
    used, _ = factor.recovery_codes.filter(digest=_digest(typed)).delete()
    if used:
        record(action="second_factor.recover", by=factor.user, subject=factor.user)
        tell(factor.user, "second_factor.recover", factor.user)
    return bool(used)


def codes_left(user: User) -> int:
    """How many recovery codes the account has."""
    return RecoveryCode.objects.filter(factor__user=user).count()


def left_words(left: int) -> str:
    """What somebody reads who has just used one."""
    warning = "请尽快在“我的账号”中更换恢复码。" if left <= FEW else ""
    return f"已使用一个恢复码，还剩 {left} 个。{warning}"


def _digest(code: str) -> str:
    plain = "".join(character for character in code.upper() if character.isalnum())
    return salted_hmac("accounts.recovery_code", plain, algorithm="sha256").hexdigest()


@transaction.atomic
def enrol(*, user: User, secret: bytes, step: int) -> list[str]:
    """Bind the authenticator whose code was just typed; the recovery codes, which are not kept anywhere.

    Refused when the account has one already.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if of(user):
        raise Refused("该账号已启用两步验证。更换手机的，请先解除绑定。")
    factor = SecondFactor.objects.create(user=user, sealed=seal(secret), last_step=step)
    codes = _new_codes(factor)
    record(action="second_factor.enrol", by=user, subject=user)
    tell(user, "second_factor.enrol", user)
    return codes


def _new_codes(factor: SecondFactor) -> list[str]:
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH)) for _ in range(CODES)]
    RecoveryCode.objects.bulk_create([RecoveryCode(factor=factor, digest=_digest(code)) for code in codes])
    return ["-".join(code[at : at + 4] for at in range(0, _CODE_LENGTH, 4)) for code in codes]


@transaction.atomic
def renew_codes(user: User) -> list[str]:
    """Other recovery codes in place of all former ones."""
    factor = SecondFactor.objects.select_for_update().get(user=user)
    factor.recovery_codes.all().delete()
    codes = _new_codes(factor)
    record(action="second_factor.renew_codes", by=user, subject=user)
    tell(user, "second_factor.renew_codes", user)
    return codes


@transaction.atomic
def remove(user: User) -> None:
    """The owner takes her authenticator off; where the post asks for one she enrols anew at once."""
    SecondFactor.objects.filter(user=user).delete()
    record(action="second_factor.remove", by=user, subject=user)
    tell(user, "second_factor.remove", user)


@transaction.atomic
def reset(*, user: User, by: User) -> None:
    """The telephone is lost: the account enrols anew at its next login; Refused for oneself and for the three administrators."""
    if not by.may(Power.ASSIGN_POSTS):
        raise PermissionDenied(refusal(by, (Power.ASSIGN_POSTS,)))
    if user.pk == by.pk:
        raise Refused("不能重置自己的两步验证，请由另一名管理员办理。")
    if user.post in ADMINISTRATORS:
        raise Refused("系统管理员、安全管理员、审计员的两步验证只能在服务器上用命令 reset_second_factor 重置。")
    reset_by(user, by)


@transaction.atomic
def reset_by(user: User, by: User | str) -> None:
    """Take the authenticator and the recovery codes off, and end all logins; ``by`` is a word on the command line."""
    if SecondFactor.objects.filter(user=user).delete()[0]:
        record(action="second_factor.reset", by=by, subject=user)
        sessions.end_everywhere(user, sessions.ACCOUNT_CHANGED)
        tell(user, "second_factor.reset", by)
