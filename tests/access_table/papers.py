"""Official documents and their wordings."""

from datetime import date

from django.utils import timezone

from accounts.posts import Post, Power
from papers.document import Paper, paragraphs, to_json
from papers.models import Document
from papers.wording import wordings
from tests.access_table.row import Place, Row, World

DOCUMENTS, WORDING = {Power.SEE_DOCUMENTS}, {Power.EDIT_WORDINGS}


def of_document(world: World, place: Place) -> list:
    paper = to_json(Paper("通报", paragraphs("现予通报。")))
    fields = {"issuer": "区经信局", "subject": "通报", "issued_on": date(2018, 7, 5), "issued_at": timezone.now()}
    by = world.make_user(Post.CLERK, area=place.area)
    return [Document.objects.create(kind="notice", area_id=place.area, by=by, paper=paper, **fields).pk]


def of_document_file(world: World, place: Place) -> list:
    return [*of_document(world, place), "pdf"]


def of_wording(world: World, place: Place) -> list:
    return [wordings()[0].key]


ROWS = [
    Row("papers:documents", DOCUMENTS),
    Row("papers:document", DOCUMENTS, of_document, scoped=True),
    Row("papers:download", DOCUMENTS, of_document_file, scoped=True),
    Row("papers:wordings", WORDING),
    Row("papers:wording", WORDING, of_wording),
    Row("papers:wording", WORDING, of_wording, method="post", answer=422),
    Row("papers:restore_wording", WORDING, of_wording, method="post", answer=302),
    Row("papers:preview_wording", WORDING, of_wording),
]
