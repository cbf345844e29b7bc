"""Pictures of forecasts, and the forecast beside a light."""

from collections.abc import Sequence

from django import template

from acceptance.models import MilestoneVerdict
from outlook import forecasting
from outlook.backtest import Bin

register = template.Library()

_LEFT, _FOOT, _SIDE = 30, 190, 180


@register.simple_tag
def outlook_of(row: MilestoneVerdict) -> forecasting.Prospect | None:
    """The forecast of an open light; None where there is none, or it has not proven itself."""
    return forecasting.of_row(row)


@register.filter
def per_cent(share: float) -> str:
    """A share of 1 in per cent, cut."""
    return f"{int(share * 100 + 1e-9)}%"


@register.inclusion_tag("outlook/_calibration_picture.html")
def calibration_picture(bins: Sequence[Bin], key: str, name: str) -> dict:
    """Each step of chances as a dot whose area grows with the number of questions."""
    most = max((each.count for each in bins), default=1)
    dots = [
        {
            "x": round(_LEFT + _SIDE * each.told),
            "y": round(_FOOT - _SIDE * each.came),
            "r": round(3 + 7 * (each.count / most) ** 0.5, 1),
        }
        for each in bins
    ]
    return {"dots": dots, "key": key, "name": name}
