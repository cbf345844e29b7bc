from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    name = "returns"
    verbose_name = "季报"

    def ready(self) -> None:
        from register.hooks import FINDERS

        FINDERS.register("returns.searching.urges")
