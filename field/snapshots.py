"""What a phone brings along: photos with what it knows of them, and moments by its own clock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import DateTimeField, Field, FloatField

from common import clock
from gate.uploads import IncomingFile

_FUTURE = timedelta(days=1)
PAST = timedelta(days=366)
"""What was longer ago, by the phone's clock, was not then."""


@dataclass(frozen=True)
class Snapshot:
    """A photo as the phone sends it, with what the phone knows of it."""

    name: str
    data: bytes
    at: datetime | None = None
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None

    @property
    def seen(self) -> dict[str, Any]:
        """When and where it was taken, as far as the phone says so: it goes before what the camera wrote, of which
        little is left in a picture that was made smaller.
        """
        seen: dict[str, Any] = {} if self.at is None else {"taken_at": moment(self.at)}
        if self.lon is not None and self.lat is not None:
            seen |= {"taken_lon": self.lon, "taken_lat": self.lat}
        return seen


def moment(at: datetime) -> datetime:
    """The phone's moment in the life of the district: as long ago as it really is."""
    return clock.now() - (clock.real_now() - at)


def plausible(at: datetime | None, real_now: datetime) -> datetime:
    """The moment that a phone says, the portal's own when it says none; ValidationError where its clock is wrong."""
    at = at or real_now
    if at > real_now + _FUTURE or at < real_now - PAST:
        raise ValidationError("手机日期有误，请校准手机时间后报送。")
    return min(at, real_now)


def snapshots_of(said: Mapping[str, str], files: Iterable[IncomingFile]) -> list[Snapshot]:
    """The photos of an entry, with what its fields ``photo1_at`` … say of the first one and so on; what cannot be read is not known."""
    return [_snapshot(said, number, file) for number, file in enumerate(files, start=1)]


def _snapshot(said: Mapping[str, str], number: int, file: IncomingFile) -> Snapshot:
    def of(name: str, field: Field) -> Any:
        try:
            return field.clean(said.get(f"photo{number}_{name}", ""))
        except ValidationError:
            return None

    at, now = of("at", DateTimeField(required=False)), clock.real_now()
    degrees, metres = FloatField(required=False), FloatField(required=False, min_value=0)
    lon, lat = of("lon", degrees), of("lat", degrees)
    taken_at = min(at, now) if at and at > now - PAST else None
    return Snapshot(file.name, file.data, taken_at, lon, lat, of("accuracy", metres))
