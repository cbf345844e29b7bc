from django.apps import AppConfig


class LedgersConfig(AppConfig):
    name = "workbooks.ledgers"
    label = "ledgers"
    verbose_name = "台账工作簿"
