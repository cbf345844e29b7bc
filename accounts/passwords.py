"""Password policy (等保: composition, history, rotation; all from settings), and generated initial passwords."""

import re
import secrets
import string
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError

from accounts import guessable
from accounts.models import PastPassword, User
from areas.models import Area, Operator
from areas.vocabulary import TOWNSHIPS, AreaKind
from common import clock

_CLASSES = {
    "大写字母": str.isupper,
    "小写字母": str.islower,
    "数字": str.isdigit,
    "符号": lambda character: not character.isalnum(),
}


class Composition:
    """Validator: at least ``length`` characters, of at least ``classes`` of the four kinds."""

    def __init__(self, length: int = 10, classes: int = 3):
        self.length, self.classes = length, classes

    def validate(self, password: str, user: User | None = None) -> None:
        kinds = [name for name, test in _CLASSES.items() if any(map(test, password))]
        if len(password) < self.length:
            raise ValidationError(
                f"密码只有 {len(password)} 个字符，至少要 {self.length} 个。", code="password_too_short"
            )
        if len(kinds) < self.classes:
            missing = "、".join(name for name in _CLASSES if name not in kinds)
            raise ValidationError(
                f"密码只含{'、'.join(kinds) or '其他文字'}，{self.get_help_text()}还可加入{missing}。",
                code="password_too_plain",
            )

    def get_help_text(self) -> str:
        mixed = f"，大写字母、小写字母、数字、符号四类中至少有 {self.classes} 类" if self.classes > 1 else ""
        return f"至少 {self.length} 个字符{mixed}。"


class NotPublic:
    """Validator: refuses the password of the demonstration accounts, which is public."""

    def validate(self, password: str, user: User | None = None) -> None:
        if password == settings.DEMONSTRATION_PASSWORD:
            raise ValidationError("该密码为演示账号公开的密码，请另行设置。", code="password_public")

    def get_help_text(self) -> str:
        return "不能是演示账号的密码。"


class NotGuessable:
    """Validator: refuses what guessers try first (``accounts.guessable``), by the names of the district and of the user, too."""

    def validate(self, password: str, user: User | None = None) -> None:
        worth, pieces = guessable.weighed(password, {**_places(), **_own(user)})
        if worth < guessable.LEAST and pieces:
            raise ValidationError(guessable.refusal_of(password, worth, pieces), code="password_guessable")

    def get_help_text(self) -> str:
        return "不能由常见密码、拼音、年份、键盘顺序、本区地名、单位名或本人信息拼成。"


def _places() -> dict[str, str]:
    """Names of the district, its streets and towns and the operators, as they are spelt in a password."""
    kinds = (AreaKind.DISTRICT, *TOWNSHIPS)
    names = [*Area.objects.filter(kind__in=kinds).values_list("name", flat=True)]
    names += Operator.objects.values_list("name", flat=True)
    return {piece: guessable.PLACE for name in names for piece in guessable.spellings(name)}


def _own(user: User | None) -> dict[str, str]:
    """What everybody knows of the user."""
    if user is None:
        return {}
    pieces = {user.username, user.email.partition("@")[0], *re.findall(r"\d{4,}", user.phone)}
    pieces |= guessable.of_person(user.name) | guessable.spellings(user.unit)
    return {piece.lower(): guessable.OWN for piece in pieces if len(piece) > 1}


class NotUsedBefore:
    """Validator: refuses the ``last`` passwords of the user, the present one included; 0 turns it off."""

    def __init__(self, last: int = 5):
        self.last = last

    def validate(self, password: str, user: User | None = None) -> None:
        if self.last and user is not None and user.pk and user.has_used(password, self.last):
            raise ValidationError(f"该密码已使用过，不能与最近 {self.last} 个密码相同。", code="password_used_before")

    def get_help_text(self) -> str:
        return f"不能与最近 {self.last} 个密码相同。"


def change(user: User, password: str, *, must_change: bool) -> None:
    """Give ``user`` a password, keep the old one from coming back, and end all sessions."""
    if user.password:
        PastPassword.objects.create(user=user, password=user.password)
    user.set_password(password)
    user.must_change_password = must_change
    user.session_version += 1
    user.save(update_fields=["password", "password_changed_at", "must_change_password", "session_version"])


def is_due(user: User) -> str:
    """Why ``user`` has to choose a new password before anything else; '' when not."""
    if user.must_change_password:
        return "您使用的是初始密码，请先修改密码。"
    days = settings.PASSWORD_MAX_AGE_DAYS
    if days and clock.real_now() - (user.password_changed_at or user.created_at) > timedelta(days=days):
        return f"密码已使用超过 {days} 天，请更换。"
    return ""


def initial_password() -> str:
    """A random password of 14 characters without look-alikes, such as ``Rk7mQ-x4TzW-9a``: upper, lower and digits."""
    alphabet = [character for character in string.ascii_letters + string.digits if character not in "lIoO01"]
    while True:
        drawn = "".join(secrets.choice(alphabet) for _ in range(12))
        mixed = len([True for test in _CLASSES.values() if any(map(test, drawn))]) == len(_CLASSES) - 1
        if mixed and guessable.weighed(drawn)[0] >= guessable.LEAST:
            return "-".join((drawn[:5], drawn[5:10], drawn[10:]))
