"""What a user may see: a part of the tree of areas, or one operator's network."""

from dataclasses import dataclass

from django.db.models import Q


@dataclass(frozen=True)
class Scope:
    """Access to the area code ``area`` and all beneath it, or to the network of ``operator``; with neither, to nothing."""

    area: str | None = None
    operator: str | None = None

    def holds(self, code: str) -> bool:
        """Whether the area ``code`` lies in the scope."""
        return self.area is not None and code.startswith(self.area)

    def areas(self, path: str) -> Q:
        """The condition that the area code at the lookup ``path`` lies in the scope."""
        if self.area is None:
            return Q(pk__in=[])
        return Q(**{f"{path}__startswith": self.area})

    def network(self, operator_path: str, area_path: str) -> Q:
        """The condition that a row of an operator's network lies in the scope; its operator sees it wherever it is."""
        if self.operator is not None:
            return Q(**{operator_path: self.operator})
        return self.areas(area_path)
