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


def of_correction(world: World, place: Place) -> list:
    """Of a body that is nobody's here, so that nobody may correct it."""
    return of_document(world, place)


def of_draft(world: World, place: Place) -> list:
    """About a row that is not there: whose draft one may see depends on the body, which tests/papers/test_drafts.py asks."""
    return ["compilation", "inspection.submission:999999"]


KEEPING, DRAFTING = {Power.KEEP_OFFICE}, {Power.DRAFT_PAPERS, Power.COUNTERSIGN_PAPERS}

ROWS = [
    Row("papers:correct", KEEPING, of_correction, scoped=True, answer=403),
    Row("papers:preview_correction", KEEPING, of_correction, scoped=True, method="post", answer=403),
    Row("papers:draft", DRAFTING, of_draft, answer=404),
    Row("papers:draft", DRAFTING, of_draft, method="post", answer=404),
    Row("papers:draft_file", DRAFTING, lambda world, place: [*of_draft(world, place), "pdf"], answer=404),
    Row("papers:office", KEEPING),
    Row("papers:office", KEEPING, method="post", answer=422),
    Row("papers:numbers", {Power.DRAFT_PAPERS}),
    Row("papers:keep_numbers", KEEPING, method="post", answer=422),
    Row("papers:void_number", KEEPING, method="post", answer=422),
    Row("papers:documents", DOCUMENTS),
    Row("papers:document", DOCUMENTS, of_document, scoped=True),
    Row("papers:download", DOCUMENTS, of_document_file, scoped=True),
    Row("papers:wordings", WORDING),
    Row("papers:wording", WORDING, of_wording),
    Row("papers:wording", WORDING, of_wording, method="post", answer=422),
    Row("papers:restore_wording", WORDING, of_wording, method="post", answer=302),
    Row("papers:preview_wording", WORDING, of_wording),
]
