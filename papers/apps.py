from django.apps import AppConfig
from django.urls import register_converter


class PapersConfig(AppConfig):
    name = "papers"
    verbose_name = "公文"

    def ready(self) -> None:
        from papers.converters import FormConverter
        from papers.hooks import DRAFTABLES
        from register.hooks import FINDERS
        from witness.hooks import KINDS

        register_converter(FormConverter, "paper_form")
        KINDS.register("papers.witnessing.kinds")
        FINDERS.register("papers.searching.documents")
        DRAFTABLES.register("papers.correcting.draftable")
