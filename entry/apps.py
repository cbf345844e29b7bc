from django.apps import AppConfig


class EntryConfig(AppConfig):
    name = "entry"
    verbose_name = "填报"

    def ready(self) -> None:
        from offline.hooks import OFFLINE_PAGES

        OFFLINE_PAGES.register("entry.pages.offline_page")
