from django.apps import AppConfig


class UpkeepConfig(AppConfig):
    name = "upkeep"

    def ready(self) -> None:
        from jobs.hooks import CHORES

        CHORES.register("upkeep.tidying.tidy")
