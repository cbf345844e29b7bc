from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    name = "returns"
    verbose_name = "季报"

    def ready(self) -> None:
        from inbox.hooks import PENDING, PLACES
        from register.hooks import FINDERS

        FINDERS.register("returns.searching.urges")
        PENDING.register("returns.tasks.pending")
        PENDING.register("returns.counts.tasks.pending")
        PLACES.register("returns.tasks.places")
