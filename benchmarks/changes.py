"""Changes of one fact in the district, saved and noted as the portal does it; for a database that is set up."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

from county import DISTRICT
from django.db.models import Model

from acceptance.judging import impact
from acceptance.judging.nearness import NearPoint
from areas.changes import note_area
from areas.models import AccessPoint, ServiceOrder, Site
from returns.models import LineStatus, ReturnLine


class Changes:
    """Each kind of change picks a fact by chance, changes it, and says at which area."""

    def __init__(self) -> None:
        approved = ReturnLine.objects.filter(status=LineStatus.APPROVED, period="2018Q2")
        self._lines = list(approved.filter(county=DISTRICT))
        self._orders = list(ServiceOrder.objects.filter(county=DISTRICT).order_by("pk"))
        self._sites = list(Site.objects.filter(county=DISTRICT, lon__isnull=False).order_by("pk"))
        self._points = list(AccessPoint.objects.filter(county=DISTRICT).order_by("pk"))
        self.touched: Model | None = None
        """The row that the last change wrote."""

    @property
    def kinds(self) -> dict[str, Callable[[random.Random], str]]:
        return {
            "a figure of a return": self._figure,
            "an order": self._order,
            "a site moved": self._site,
            "an access point added": self._added,
            "an access point moved": self._moved,
            "an access point closed": self._closed,
        }

    def _figure(self, chance: random.Random) -> str:
        line = self.touched = chance.choice(self._lines)
        line.fibre_users = chance.randint(0, line.broadband_users)
        line.save()
        note_area(line.area_id, line.period)
        return line.area_id

    def _order(self, chance: random.Random) -> str:
        order = self.touched = chance.choice(self._orders)
        impact.note_orders([order])
        order.completed_on, order.cancelled_on = order.accepted_on + timedelta(days=chance.randint(5, 120)), None
        order.save()
        impact.note_orders([order])
        return order.area_id

    def _site(self, chance: random.Random) -> str:
        site = self.touched = chance.choice(self._sites)
        site.lon += 0.001
        site.save()
        impact.note_sites([site], only_place=True)
        return site.area_id

    def _added(self, chance: random.Random) -> str:
        near = chance.choice(self._sites)
        point = self.touched = AccessPoint.objects.create(
            ap_id=f"new-{uuid4()}",
            operator=self._points[0].operator,
            lon=near.lon + chance.uniform(-0.005, 0.005),
            lat=near.lat + chance.uniform(-0.005, 0.005),
            downstream_mbps=100,
            tv_only=False,
            opened_on=date(2019, 1, 15),
            county=DISTRICT,
        )
        impact.note_access_points([(None, NearPoint.of(point))])
        return near.area_id

    def _moved(self, chance: random.Random) -> str:
        point = self.touched = chance.choice(self._points)
        return _changed(point, lon=point.lon + 0.002)

    def _closed(self, chance: random.Random) -> str:
        point = self.touched = chance.choice(self._points)
        return _changed(point, closed_on=max(point.opened_on, date(2019, 2, 1)))


def _changed(point: AccessPoint, **values) -> str:
    was = NearPoint.of(point)
    for name, value in values.items():
        setattr(point, name, value)
    point.save()
    impact.note_access_points([(was, NearPoint.of(point))])
    return point.township_id or ""
