"""A server process that is killed in the middle of an upload: no row of it is left, and the next try is taken in once."""

import io
import os
import socket
import uuid
from contextlib import suppress

import pytest
from django.conf import settings
from django.test import Client, RequestFactory

from accounts.posts import Post
from common.clock import real_now
from evidence import store
from field.models import Visit, VisitPhoto
from offline.models import Delivery
from tests.evidence.files import photo
from tests.field.walk import TOWN, build_walk, entry
from tests.jobs.test_worker import on_test_database, wait_until
from tests.qingcheng_fiber.test_serving import Service

pytestmark = pytest.mark.django_db(transaction=True)


def request_of(service: Service, client: Client, said: dict) -> bytes:
    """A whole upload as it goes over the line."""
    token = "x" * 32
    made = RequestFactory().post(
        "/field/visits/", said | {"csrfmiddlewaretoken": token, "photos": io.BytesIO(photo(1200, 900))}
    )
    body = made.body
    head = (
        f"POST /field/visits/ HTTP/1.1\r\nHost: {service.address}\r\nContent-Type: {made.content_type}; boundary=BoUnDaRyStRiNg\r\n"
        f"Content-Length: {len(body)}\r\nCookie: session={client.cookies['session'].value}; csrf={token}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body


def exchanged(service: Service, sent: bytes) -> bytes:
    host, port = service.address.split(":")
    with socket.create_connection((host, int(port)), timeout=60) as line:
        line.sendall(sent)
        return line.recv(65536)


ENDS_WHILE_WRITING = """
import os, signal

really = os.fsync

def fsync(handle):
    flag = os.environ.get("QCF_KILL", "")
    if flag and os.path.exists(flag):
        os.unlink(flag)
        os.kill(os.getpid(), signal.SIGKILL)
    really(handle)

os.fsync = fsync
"""
"""The first file that is kept while the flag lies there is the last thing that the process does."""


def test_upload_whose_server_was_killed_leaves_no_row_and_can_be_sent_again(
    make_area, make_user, client, monkeypatch, tmp_path
):
    var, flag = tmp_path / "var", tmp_path / "flag"
    var.mkdir()
    build_walk(make_area)
    client.force_login(make_user(Post.CLERK, area=TOWN))
    on_test_database(monkeypatch)
    (tmp_path / "sitecustomize.py").write_text(ENDS_WHILE_WRITING)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{settings.BASE_DIR}")
    monkeypatch.setenv("QCF_KILL", str(flag))
    monkeypatch.setenv("PORTAL_VAR", str(var))
    monkeypatch.setenv("PORTAL_SECRET_KEY", settings.SECRET_KEY)
    monkeypatch.setattr(settings, "VAR_DIR", var)
    service = Service(1)
    try:
        wait_until(service.answers, "the portal answers")
        whole = request_of(service, client, entry(number=str(uuid.uuid4())))
        flag.touch()
        with suppress(OSError):
            exchanged(service, whole)
        assert not flag.exists()
        wait_until(service.answers, "another process answers")
        assert not Visit.objects.exists() and not Delivery.objects.exists() and not VisitPhoto.objects.exists()
        (stray,) = (var / "evidence").glob("*/.part-*")

        for _ in range(2):
            assert b"200 OK" in exchanged(service, whole).splitlines()[0]
            assert VisitPhoto.objects.count() == Visit.objects.count() == 1
        store.sweep(real_now() + 2 * store.STRAY_AFTER)
        assert not stray.exists()
        (photo,) = VisitPhoto.objects.all()
        assert store.original(photo)
    finally:
        service.end()
