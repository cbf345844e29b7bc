"""Mails that the portal sends of its own accord; without a mail server (PORTAL_MAIL_HOST) it sends none."""

import logging

from django.conf import settings
from django.core.mail import EmailMessage

from accounts import audit

log = logging.getLogger(__name__)


def is_configured() -> bool:
    return bool(settings.EMAIL_HOST)


def mailed(address: str, subject: str, text: str, connection=None) -> str:
    """Why the mail did not go out; blank when it did. The next one begins on a fresh connection."""
    try:
        EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [address], connection=connection).send()
    except Exception as problem:
        log.warning("A mail did not go out: %s", type(problem).__name__)
        if connection:
            connection.close()
        return f"{type(problem).__name__}: {problem}"[:200]
    return ""


def record(action: str, by, user, subject: str, problem: str, address: str = "") -> None:
    """Tell the audit trail that a mail went to the user, or why it did not; to a former ``address`` where one is given."""
    detail = {"email": address or user.email, "subject": subject} | ({"problem": problem} if problem else {})
    audit.record(action=action, by=by, subject=user, detail=detail, result=audit.FAILED if problem else audit.OK)


def foot() -> list[str]:
    """The last lines of every mail."""
    where = f"请登录办理：{settings.PORTAL_ADDRESS}" if settings.PORTAL_ADDRESS else "请登录门户，在“待办”中办理。"
    return [where, "不再接收邮件的，请在“我的账号”中清空电子邮箱。本邮件由系统发出，请勿回复。"]
