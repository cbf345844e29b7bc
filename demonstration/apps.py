from django.apps import AppConfig


class DemonstrationConfig(AppConfig):
    name = "demonstration"
    verbose_name = "演示"

    def ready(self) -> None:
        """The login page of a demonstration shows its accounts."""
        from django.conf import settings

        from accounts.hooks import SHOWN_ACCOUNTS

        if settings.DEMONSTRATION:
            SHOWN_ACCOUNTS.register("demonstration.accounts.demo_accounts")
