from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "evidence"
    verbose_name = "佐证文件"

    def ready(self) -> None:
        from gate.hooks import JUDGES

        JUDGES.register("evidence.content.judge")
        JUDGES.register("evidence.decoders.anew")
