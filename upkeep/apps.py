from django.apps import AppConfig


class UpkeepConfig(AppConfig):
    name = "upkeep"

    def ready(self) -> None:
        from inbox.hooks import PENDING
        from jobs.hooks import CHORES

        CHORES.register("upkeep.logins.look_after")
        PENDING.register("upkeep.logins.pending")
