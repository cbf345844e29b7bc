from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "用户"

    def ready(self):
        from accounts import checks  # noqa: F401 — checks register themselves
        from common.hooks import AFTER_EXPORT

        AFTER_EXPORT.register("accounts.audit.exported")
