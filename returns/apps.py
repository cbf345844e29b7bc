from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    name = "returns"
    verbose_name = "季报"

    def ready(self) -> None:
        from register.hooks import FINDERS
        from returns.hooks import SOURCES

        FINDERS.register("returns.searching.urges")
        SOURCES.register("returns.sources.own.operators")
        SOURCES.register("returns.sources.own.register")
        SOURCES.register("returns.sources.own.last")
