from django.apps import AppConfig
from django.core.exceptions import ImproperlyConfigured


class AcceptanceConfig(AppConfig):
    name = "acceptance"
    verbose_name = "评定"

    def ready(self) -> None:
        """Have the worker judge what is behind. Refuse to start with a plan that cannot be right."""
        from acceptance import plan
        from jobs.hooks import CHORES

        CHORES.register("acceptance.judging.working_off.work_off")

        try:
            plan.current()
        except plan.PlanError as error:
            raise ImproperlyConfigured(str(error)) from None
