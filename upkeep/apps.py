from django.apps import AppConfig


class UpkeepConfig(AppConfig):
    name = "upkeep"

    def ready(self) -> None:
        from inbox.hooks import PENDING
        from jobs.hooks import CHORES

        CHORES.register("upkeep.auditing.keep_trail")
        PENDING.register("upkeep.auditing.pending")
