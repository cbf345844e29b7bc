"""How often an address may ask for certificates and public notices in a minute; what is kept of the address is a keyed digest, for a day."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils.crypto import salted_hmac

from gate.disk import left_out_when_full
from reports.certificates.models import Lookups


def seconds_to_wait(address: str, now: datetime) -> int:
    """0: go ahead, and this counts; else the seconds until the next minute. CERTIFICATE_LOOKUPS are free.

    What a full disk cannot hold is not counted.
    """
    minute = now.replace(second=0, microsecond=0)
    asked = Lookups.objects.filter(address=_digest(address), minute=minute)
    with left_out_when_full("that somebody asked about a certificate"):
        _count(asked, address, minute, now)
    count = asked.values_list("count", flat=True).first() or 0
    return 60 - now.second if count > settings.CERTIFICATE_LOOKUPS else 0


def _count(asked: QuerySet[Lookups], address: str, minute: datetime, now: datetime) -> None:
    if not asked.update(count=F("count") + 1):
        _, is_new = Lookups.objects.get_or_create(address=_digest(address), minute=minute)
        if not is_new:
            asked.update(count=F("count") + 1)
        Lookups.objects.filter(minute__lt=now - timedelta(days=1)).delete()


def _digest(address: str) -> str:
    return salted_hmac("certificates.lookups", address, algorithm="sha256").hexdigest()
