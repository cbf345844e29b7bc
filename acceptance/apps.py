from django.apps import AppConfig
from django.core.exceptions import ImproperlyConfigured


class AcceptanceConfig(AppConfig):
    name = "acceptance"
    verbose_name = "评定"

    def ready(self) -> None:
        """Refuse to start with a plan that cannot be right; say on the pages of things what is judged of them."""
        from acceptance import plan
        from register.hooks import PANELS

        try:
            plan.current()
        except plan.PlanError as error:
            raise ImproperlyConfigured(str(error)) from None
        PANELS.register("acceptance.verdicts.things.verdicts")
        PANELS.register("acceptance.verdicts.order_test.service")
        PANELS.register("acceptance.verdicts.surroundings.surroundings")
