from django.apps import AppConfig


class UpkeepConfig(AppConfig):
    name = "upkeep"
    verbose_name = "运行维护"

    def ready(self) -> None:
        from inbox.hooks import PENDING
        from jobs.hooks import BEATS, CHORES
        from upkeep.hooks import CHECKS

        BEATS.register("upkeep.heartbeat.beat")
        CHORES.register("upkeep.chores.tidy")
        CHORES.register("upkeep.chores.close_unused_accounts")
        CHORES.register("upkeep.chores.look_back")
        CHORES.register("upkeep.chores.look_out")
        CHORES.register("upkeep.chores.archive")
        PENDING.register("upkeep.logins.pending")
        PENDING.register("upkeep.auditing.pending")
        PENDING.register("upkeep.tasks.pending")
        CHECKS.register("upkeep.checks.service.database")
        CHECKS.register("upkeep.checks.service.migrations")
        CHECKS.register("upkeep.checks.service.replica")
        CHECKS.register("upkeep.checks.service.disk")
        CHECKS.register("upkeep.checks.service.temporary_disk")
        CHECKS.register("upkeep.checks.service.worker")
        CHECKS.register("upkeep.checks.service.queue")
        CHECKS.register("upkeep.checks.keeping.backup")
        CHECKS.register("upkeep.checks.keeping.drill")
        CHECKS.register("upkeep.checks.keeping.stream")
        CHECKS.register("upkeep.checks.keeping.verification")
        CHECKS.register("upkeep.checks.keeping.certificate_key")
        CHECKS.register("upkeep.checks.service.workdays")
        CHECKS.register("upkeep.checks.service.mail")
        CHECKS.register("upkeep.checks.service.logins")
        CHECKS.register("upkeep.checks.service.versions")
