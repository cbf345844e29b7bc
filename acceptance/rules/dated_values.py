"""What dated values of the data package's columns are in the columns of the facts."""

from collections.abc import Callable, Mapping

from acceptance.rules.facts import KIND, NOWHERE, SETTINGS, SITE_KIND

Said = Mapping[str, tuple[str, Callable]]
"""By column of the data package the column of the facts, and how a value is said there."""

_SETTING = ("setting", SETTINGS.index)

AREA_SAID: Said = {
    "kind": ("kind", KIND.__getitem__),
    "permanent_households": ("permanent_households", lambda value: -1 if value is None else value),
    "setting": _SETTING,
    "demonstration": ("demonstration", bool),
}
POINT_SAID: Said = {"downstream_mbps": ("downstream_mbps", float), "tv_only": ("tv_only", bool)}


def site_said(place: Mapping[str, int]) -> Said:
    """``place`` gives the row of each area at hand."""
    return {
        "kind": ("kind", SITE_KIND.__getitem__),
        "area_code": ("area", lambda code: place.get(code, NOWHERE)),
        "setting": _SETTING,
    }
