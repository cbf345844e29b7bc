"""What day it is, for the views; everything below them is told."""

from datetime import date

from django.conf import settings
from django.utils import timezone


def today() -> date:
    """Today in Asia/Shanghai, or the day on which the demonstration stands (PORTAL_TODAY)."""
    return settings.PORTAL_TODAY or timezone.localdate()
