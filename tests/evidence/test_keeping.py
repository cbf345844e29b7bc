"""Files that are kept: where they lie, what is shown of them, how they go, and what happens on a full or damaged disk."""

import os

import pytest
from django.http import Http404

from common.exceptions import Refused
from evidence import answers, keeping, pictures, store
from evidence.models import KeptFile, KeptPhoto
from inspection.models import Evidence
from inspection.spotcheck.models import HeldPhoto, Photo
from tests.evidence.files import JPEG, PDF, PNG, exif, photo, png

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def kept(data: bytes = JPEG, name: str = "现场.jpg") -> Evidence:
    """The row of a file, as a room above would make it."""
    return Evidence(**keeping.keep(data, name, Evidence))


def names(folder) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file() and path.name != ".lock"}


def test_original_lies_apart_from_what_is_shown(tmp_path):
    file = kept()
    assert (file.name, file.media_type, file.size) == ("现场.jpg", "image/jpeg", len(JPEG))
    assert names(tmp_path) == {file.digest, f"{file.digest}.jpg"}
    assert keeping.original(file) == JPEG != pictures.shown(file)


@pytest.mark.parametrize(
    ("model", "place"), [(KeptFile, "kept-"), (Evidence, ""), (Photo, "field-"), (HeldPhoto, "field-")]
)
def test_each_kind_of_file_has_its_place(model, place, tmp_path):
    fields = keeping.keep(PDF, "a.pdf", model)
    assert names(tmp_path) == {f"{place}{fields['digest']}"}


def test_row_that_wants_it_is_told_what_the_camera_wrote():
    fields = keeping.keep(photo(exif=exif("2018:07:20 09:30:00")), "a.jpg", KeptPhoto)
    assert set(fields) == set(KeptPhoto.file_fields()) and fields["taken_at"].year == 2018
    assert set(keeping.keep(JPEG, "a.jpg")) == set(KeptFile.file_fields())


def test_what_is_shown_is_made_again_when_it_is_missing(tmp_path):
    file = kept()
    shown = pictures.shown(file)
    store.shown_path(file.key).unlink()
    assert pictures.shown(file) == shown and store.shown_path(file.key).read_bytes() == shown


def test_picture_from_before_is_shown_however_small(tmp_path):
    """What was accepted once stays to be seen: the least size is asked of new ones."""
    data = png(2, 2)
    file = Evidence(name="a.png", media_type="image/png", algorithm="sha256", digest=keeping.digest(data, "sha256")[1])
    store.keep(data, file.key)
    assert pictures.shown(file).startswith(b"\xff\xd8\xff")


def test_damaged_original_is_neither_shown_nor_handed_out():
    file = kept()
    store.path_of(file.key).write_bytes(PNG)
    for ask in (keeping.original, pictures.shown, answers.attachment):
        with pytest.raises(store.Damaged, match=r"佐证材料“现场.*与上传时的摘要不符"):
            ask(file)
    with pytest.raises(Http404):
        answers.inline(file)
    store.path_of(file.key).unlink()
    with pytest.raises(store.Damaged, match="无法读取"):
        keeping.original(file)


def test_pdf_is_no_picture():
    file = kept(PDF, "a.pdf")
    with pytest.raises(Http404):
        answers.inline(file)
    assert answers.attachment(file).content == PDF


def test_answers_keep_the_browser_from_running_anything():
    file = kept(JPEG + b"<script>")
    shown, saved = answers.inline(file), answers.attachment(file)
    assert shown["Content-Type"] == "image/jpeg" and b"<script>" not in shown.content
    assert saved["Content-Disposition"] == "attachment; filename*=UTF-8''%E7%8E%B0%E5%9C%BA.jpg"
    for answer in (shown, saved):
        assert answer["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("broken_at", [1, 2])
def test_full_disk_has_its_sentence_and_leaves_no_part(broken_at, tmp_path, monkeypatch):
    """Whether the original or what is shown of it finds no room."""
    really, seen = os.fsync, []

    def full(handle):
        seen.append(handle)
        if len(seen) >= broken_at:
            raise OSError(28, "No space left on device")
        really(handle)

    monkeypatch.setattr(store.os, "fsync", full)
    with pytest.raises(store.NoSpace, match="磁盘已满"):
        kept()
    assert not [name for name in names(tmp_path) if name.startswith(".part")]


def test_what_is_shown_needs_no_room_on_the_disk(monkeypatch):
    file = kept()
    store.shown_path(file.key).unlink()

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store.os, "fsync", full)
    assert pictures.shown(file).startswith(b"\xff\xd8\xff") and not store.shown_path(file.key).exists()


def test_file_that_nobody_names_goes_with_what_is_shown(tmp_path, django_capture_on_commit_callbacks):
    file = kept()
    with django_capture_on_commit_callbacks(execute=True):
        keeping.let_go(Evidence, [file.digest])
        assert len(names(tmp_path)) == 2
    assert names(tmp_path) == set()


@pytest.mark.parametrize(("data", "said"), [(b"", "文件是空的"), (bytes(1024 * 1024 + 1), "文件超过 1 MB")])
def test_size_is_looked_at_first(data, said, settings):
    settings.EVIDENCE_MB = 1
    with pytest.raises(Refused, match=said):
        keeping.keep(data, "a.jpg")


def finds(path, name) -> str:
    return f"{name} 里有病毒" if b"virus" in path.read_bytes() else ""


def test_scanner_sees_the_original(settings, tmp_path):
    settings.EVIDENCE_SCAN = "tests.evidence.test_keeping.finds"
    with pytest.raises(Refused, match=r"a\.jpg 里有病毒"):
        keeping.keep(JPEG + b"virus", "a.jpg")
    assert names(tmp_path) == set()
    keeping.keep(JPEG, "a.jpg")
