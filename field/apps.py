from django.apps import AppConfig


class FieldConfig(AppConfig):
    name = "field"
    verbose_name = "走村"

    def ready(self) -> None:
        from inbox.hooks import PLACES
        from offline.hooks import OFFLINE_PAGES

        OFFLINE_PAGES.register("field.pages.offline_page")
        PLACES.register("field.tasks.places")
