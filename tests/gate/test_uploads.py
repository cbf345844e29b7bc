"""The one door for files: nobody goes round it, what it counts, and when it stays shut."""

import ast
from collections import namedtuple
from datetime import timedelta

import pytest
from django.conf import settings as portal
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.posts import Post
from common.clock import real_now
from evidence import store
from gate import uploads
from gate.models import UploadDay
from tests.evidence.files import PDF, photo
from tests.field.walk import TOWN, build_walk, entry
from tests.test_structure import product_files

DOOR = "gate/uploads.py"
DECODERS = {
    "PIL": {"evidence/decoders.py", "evidence/looks.py", "demonstration/pictures.py"},
    "pypdf": {"evidence/pdfs.py", "papers/joining.py", "papers/pdf.py"},
    "python_calamine": {"areas/package/large.py", "intake/legacy.py"},
    "zipfile": {
        "areas/package/workbook.py", "intake/files.py", "intake/ooxml.py", "intake/opendocument.py", "workbooks/files.py",
        "inspection/dossier.py", "papers/word.py", "workbooks/summary_writing.py",
    },
}  # fmt: skip
"""Who imports what reads files: modules of judges, and those that draw, join and pack what is the portal's own."""


def test_no_view_reads_files_but_through_the_door():
    found = set()
    for file in product_files():
        name = file.relative_to(portal.BASE_DIR).as_posix()
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr == "FILES":
                found.add(name)
    assert found == {DOOR}


def test_form_fields_of_files_get_no_files():
    """A form that was given the files of a request would read them past the door."""
    wrong = []
    for file in product_files():
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                wrong += [
                    f"{file}:{node.lineno}"
                    for each in node.keywords
                    if each.arg == "files" and "orm" in ast.unparse(node.func)
                ]
    assert not wrong


def test_decoders_stand_only_in_what_the_child_runs():
    found: dict[str, set[str]] = {name: set() for name in DECODERS}
    for file in product_files():
        name = file.relative_to(portal.BASE_DIR).as_posix()
        if name.startswith("devtools/"):
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            modules = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for module in modules:
                if (top := module.partition(".")[0]) in found:
                    found[top].add(name)
    assert found == DECODERS


@pytest.fixture
def clerk(make_area, make_user, client):
    make_area("441802103")
    user = make_user(Post.CLERK, area="441802103")
    client.force_login(user)
    return user


@pytest.fixture
def asking(clerk, rf):
    """A request of the clerk's with a file."""

    def made(data: bytes = b"x" * 1000, name: str = "a.jpg"):
        request = rf.post("/", {"file": SimpleUploadedFile(name, data)})
        request.user = clerk
        return request

    return made


@pytest.mark.django_db
def test_files_are_counted_by_account_and_day(asking, clerk):
    for _ in range(2):
        (file,) = uploads.uploads(asking(), "file")
    assert (file.name, file.data, file.size) == ("a.jpg", b"x" * 1000, 1000)
    assert UploadDay.objects.get().size == 2000
    assert uploads.uploads(asking(), "other") == [] and uploads.one_upload(asking(), "other") is None
    assert UploadDay.objects.get().size == 2000


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "said"), [("UPLOAD_DAY_MB", "您今天上传的"), ("UPLOAD_DAY_TOTAL_MB", "全区今天上传的")]
)
def test_quota_of_a_day_is_not_exceeded_and_ends_with_the_day(asking, settings, clerk, make_user, name, said):
    setattr(settings, name, 1)
    today = timezone.localdate(real_now())
    UploadDay.objects.create(day=today, user=clerk, size=2**20 - 1000)
    uploads.uploads(asking(), "file")
    with pytest.raises(uploads.OverQuota, match=said):
        uploads.uploads(asking(b"x"), "file")
    assert UploadDay.objects.get().size == 2**20
    UploadDay.objects.update(day=today - timedelta(days=1))
    assert len(uploads.uploads(asking(), "file")) == 1
    uploads.thin(today + timedelta(days=uploads.KEPT_DAYS))
    assert [row.day for row in UploadDay.objects.all()] == [today]


@pytest.mark.django_db
def test_no_file_is_taken_in_while_little_of_the_disk_is_free(asking, monkeypatch, settings):
    free = namedtuple("Usage", "total used free")
    monkeypatch.setattr(uploads.shutil, "disk_usage", lambda place: free(0, 0, settings.DISK_RESERVE_MB * 2**20 - 1))
    with pytest.raises(uploads.NoSpace, match="磁盘所剩空间不多"):
        uploads.uploads(asking(), "file")
    assert not UploadDay.objects.exists()
    monkeypatch.setattr(uploads.shutil, "disk_usage", lambda place: free(0, 0, settings.DISK_RESERVE_MB * 2**20))
    assert uploads.uploads(asking(), "file")


@pytest.mark.parametrize(
    ("name", "kept"),
    [("a\u202egpj.exe", "agpj.exe"), ("a\x00b\n.xlsx", "ab.xlsx"), ("表" * 300 + ".xlsx", "表" * 195 + ".xlsx")],
)
def test_name_turns_no_writing_and_holds_nothing_unprintable(name, kept):
    assert uploads.harmless(name) == kept


def test_what_a_killed_process_left_half_written_is_swept(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    folder = tmp_path / "evidence" / "ab"
    folder.mkdir(parents=True)
    for name in (".part-1", "ab12"):
        (folder / name).write_bytes(b"x")
    assert store.sweep(real_now()) == 0
    assert store.sweep(real_now() + 2 * store.STRAY_AFTER) == 1
    assert [path.name for path in folder.iterdir()] == ["ab12"]


@pytest.mark.django_db
def test_page_says_that_the_day_is_full_and_keeps_what_was_typed(client, make_area, make_user, settings):
    """The phone's visit, which no view catches: a script is told in JSON, a person on a page."""
    settings.UPLOAD_DAY_MB = 1
    build_walk(make_area)
    clerk = make_user(Post.CLERK, area=TOWN)
    client.force_login(clerk)
    UploadDay.objects.create(day=timezone.localdate(real_now()), user=clerk, size=2**20)
    said = {**entry(note="门口有牌"), "photos": SimpleUploadedFile("a.jpg", photo())}
    answer = client.post(reverse("field:visits"), said)
    assert answer.status_code == 429 and "门口有牌" in answer.text and "所选文件须重新选择" in answer.text
    said["photos"] = SimpleUploadedFile("a.jpg", PDF)
    answer = client.post(reverse("field:visits"), said, headers={"Accept": "application/json"})
    assert answer.status_code == 429 and "您今天上传的文件" in answer.json()["detail"]
