from django.apps import AppConfig
from django.core.exceptions import ImproperlyConfigured


class AcceptanceConfig(AppConfig):
    name = "acceptance"
    verbose_name = "评定"

    def ready(self) -> None:
        """Have the worker judge what is behind; say on the pages of things what is judged. Refuse a plan that cannot be right."""
        from acceptance import plan
        from inbox.hooks import FOLLOWED
        from jobs.hooks import CHORES
        from register.hooks import PANELS
        from returns.hooks import SOURCES
        from witness.hooks import FURTHER, KINDS

        KINDS.register("acceptance.sealed_register.kinds")
        FURTHER.register("acceptance.judging.sealed_runs.JudgingRuns")
        CHORES.register("acceptance.judging.working_off.work_off")
        FOLLOWED.register("acceptance.judging.standing.seen_by")
        SOURCES.register("acceptance.judging.covered_households.covered")
        PANELS.register("acceptance.verdicts.things.verdicts")
        PANELS.register("acceptance.verdicts.order_test.service")
        PANELS.register("acceptance.verdicts.surroundings.surroundings")

        try:
            plan.current()
        except plan.PlanError as error:
            raise ImproperlyConfigured(str(error)) from None
