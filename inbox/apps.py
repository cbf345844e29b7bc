from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "inbox"
    verbose_name = "待办"

    def ready(self) -> None:
        from accounts.hooks import TELLING
        from inbox.hooks import PENDING

        TELLING.register("inbox.account_news.told")
        PENDING.register("inbox.account_news.pending")
