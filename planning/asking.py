"""What was asked of a plan on a page: plain values that a form, an address, a job and the core each take in their own way.

An action is named by its key in one line: ``new telecom 113.1 23.9``, ``upgrade DX-1``, ``orders mobile 441802107``; a pin is
``with`` or ``without`` before it. Places keep the coordinates to the last digit, for only so are they the same place.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.http import urlencode

from planning.question import BuildQuestion

WITH, WITHOUT = "with", "without"
KEYS = {
    "new": ("operator", "lon", "lat"),
    "upgrade": ("ap_id",),
    "open": ("ap_id",),
    "orders": ("operator", "area_code"),
}
"""By what each action is known (docs/build-plan.md)."""


@dataclass(frozen=True)
class PlanAsked:
    """A question as it was typed; ``pins`` are actions that the plan must or must not have."""

    area: str
    period: str
    milestone: str = ""
    basis: str = "approved"
    objective: str = "fewest"
    places: str = "sites"
    operators: tuple[str, ...] = ()
    at_most: int | None = None
    time_limit: int = 300
    pins: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "PlanAsked":
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in plain.items()
        }
        return cls(**values)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def county(self) -> str:
        return self.area[:6]

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The question as a form sends it, its pins apart: pairs of name and value; what is blank is left out."""
        plain = self.to_json()
        pairs = [
            (name, each) for name, value in plain.items() for each in (value if isinstance(value, tuple) else [value])
        ]
        return [(name, str(value)) for name, value in pairs if name != "pins" and value not in (None, "")]

    @property
    def query(self) -> str:
        """The address's part that asks the same again."""
        return urlencode([*self.fields, *(("pins", pin) for pin in self.pins)])


def key_of(action: Mapping[str, Any]) -> str:
    """The key of an action of the answer, in one line."""
    return " ".join([action["action"], *(str(action[name]) for name in KEYS[action["action"]])])


def parse_pin(text: str) -> tuple[str, dict[str, Any]]:
    """``with`` or ``without``, and the action; ValueError where the text says neither."""
    side, kind, *parts = text.split(" ")
    names = KEYS.get(kind, ())
    if side not in (WITH, WITHOUT) or not names or len(parts) < len(names):
        raise ValueError(f"“{text}”不是措施。")
    if len(names) == 1:  # The number of an access point may hold blanks.
        parts = [" ".join(parts)]
    if len(parts) != len(names):
        raise ValueError(f"“{text}”不是措施。")
    action: dict[str, Any] = {"action": kind, **dict(zip(names, parts, strict=True))}
    if kind == "new":
        action |= {"lon": float(action["lon"]), "lat": float(action["lat"])}
    return side, action


def for_core(asked: PlanAsked) -> BuildQuestion:
    """The question as the core takes it."""
    pins = [parse_pin(pin) for pin in asked.pins]
    return BuildQuestion(
        period=asked.period,
        area=asked.area,
        milestone=asked.milestone or None,
        basis=asked.basis,
        objective=asked.objective,
        places=asked.places,
        operators=asked.operators,
        time_limit=asked.time_limit,
        without=tuple(action for side, action in pins if side == WITHOUT),
        with_=tuple(action for side, action in pins if side == WITH),
        at_most=asked.at_most,
    )
