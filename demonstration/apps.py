from django.apps import AppConfig


class DemonstrationConfig(AppConfig):
    name = "demonstration"
    verbose_name = "演示"

    def ready(self) -> None:
        """The login page shows the accounts where the portal is a demonstration, and asks for them nowhere else."""
        from accounts.hooks import SHOWN_ACCOUNTS

        SHOWN_ACCOUNTS.register("demonstration.accounts.demo_accounts")
