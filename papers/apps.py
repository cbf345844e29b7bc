from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PapersConfig(AppConfig):
    name = "papers"
    verbose_name = "公文"

    def ready(self) -> None:
        """Every app may declare the wordings of its documents in a module ``wordings``."""
        from register.hooks import FINDERS

        autodiscover_modules("wordings")
        FINDERS.register("papers.searching.documents")
