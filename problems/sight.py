"""Who sees which problems, and which of them are open, overdue, or a unit's."""

from datetime import date

from django.db import models
from django.db.models import Q

from accounts.posts import Post, Power
from accounts.units import Addressee
from problems.authorities import authority_of
from problems.vocabulary import ENDED, UNSOLVED


class ProblemQuerySet(models.QuerySet):
    def visible_to(self, user) -> "ProblemQuerySet":
        """What lies in somebody's part of the tree, and what is addressed to the own unit; an operator sees what concerns it, an authority
        the cases that were passed to it, and nothing else."""
        if not user.may(Power.SEE_PROBLEMS):
            return self.none()
        if user.post == Post.AUTHORITY:
            referred = self.model.objects.filter(case__referrals__authority=authority_of(user) or "")
            return self.filter(user.scope.areas("area__code"), pk__in=referred.values("pk"))
        unit = Addressee.of(user)
        seen = unit.condition if unit else Q(pk__in=[])
        if user.scope.operator is not None:
            return self.filter(seen | Q(operator=user.scope.operator))
        return self.filter(seen | user.scope.areas("area__code"))

    def open(self) -> "ProblemQuerySet":
        return self.exclude(state__in=ENDED)

    def overdue(self, on: date) -> "ProblemQuerySet":
        """Problems with which the responsible unit is late."""
        return self.filter(state__in=UNSOLVED, due_on__lt=on)

    def of_unit(self, user) -> "ProblemQuerySet":
        """Problems that the unit of a person has to see to."""
        unit = Addressee.of(user)
        return self.filter(unit.condition) if unit else self.none()
