"""A server process that is killed in the middle of an upload: nothing of it is left, and the next try is taken in."""

import io
import os
import signal
import socket
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, RequestFactory

from accounts.posts import Post
from field.models import Visit, VisitPhoto
from gate.models import UploadDay
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


def test_upload_that_broke_off_leaves_nothing_and_can_be_sent_again(make_area, make_user, client, monkeypatch):
    build_walk(make_area)
    client.force_login(make_user(Post.CLERK, area=TOWN))
    on_test_database(monkeypatch)
    monkeypatch.setenv("PORTAL_SECRET_KEY", settings.SECRET_KEY)
    service = Service(1)
    try:
        wait_until(service.answers, "the portal answers")
        before = {path for path in Path(settings.VAR_DIR).rglob("*") if path.is_file()}
        whole = request_of(service, client, entry(number=str(uuid.uuid4())))
        host, port = service.address.split(":")
        (killed,) = service.servers()
        with socket.create_connection((host, int(port)), timeout=60) as line:
            line.sendall(whole[:-5000])
            os.kill(killed, signal.SIGKILL)
        wait_until(lambda: service.servers() - {killed} and service.answers(), "another process answers")
        connection.close()
        assert not Visit.objects.exists() and not UploadDay.objects.exists()
        left = {path for path in Path(settings.VAR_DIR).rglob("*") if path.is_file()} - before
        assert not [path for path in left if "evidence" in path.parts]

        assert b"200 OK" in exchanged(service, whole).splitlines()[0]
        assert VisitPhoto.objects.count() == 1
        assert b"200 OK" in exchanged(service, whole).splitlines()[0]
        assert VisitPhoto.objects.count() == 1
    finally:
        service.end()
