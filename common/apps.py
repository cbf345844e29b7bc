from django.apps import AppConfig
from django.urls import register_converter


class CommonConfig(AppConfig):
    name = "common"
    verbose_name = "公用"

    def ready(self) -> None:
        from common.converters import QuarterConverter

        register_converter(QuarterConverter, "quarter")
