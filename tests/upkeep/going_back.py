"""An earlier version's own code, let loose on a database that was taken back to it."""

import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path

from django.conf import settings as portal
from django.db import connection

from upkeep.backups.databases import own_database

STARTS = """
import django, sys
from django.core.management import call_command
django.setup()
call_command("migrate", check_unapplied=True, verbosity=0)
call_command("verify_audit", verbosity=0)
from django.db import transaction
from django.test import Client
from accounts.models import User
from acceptance.inspection.models import Report
with transaction.atomic():
    client = Client(SERVER_NAME="localhost")
    assert client.get("/accounts/login/").status_code == 200
    client.force_login(User.objects.get(username=sys.argv[1]), backend="accounts.access.PortalBackend")
    for address in ("/", "/inspection/"):
        answer = client.get(address, follow=True)
        assert answer.status_code == 200, (address, answer.status_code)
    transaction.set_rollback(True)
print(Report.objects.count(), "reports")
"""
"""What whoever goes back does first, by the code of then."""


def code_of(version: str, folder: Path) -> Path | None:
    """The portal as it was in a version; None, with a warning on stderr, where the checkout has not its tag."""
    said = subprocess.run(["git", "-C", portal.BASE_DIR, "archive", version], capture_output=True)
    if said.returncode:
        sys.stderr.write(f"No tag {version} here (git fetch --tags): its code is not tried.\n")
        return None
    with tarfile.open(fileobj=io.BytesIO(said.stdout)) as tar:
        tar.extractall(folder, filter="data")
    return folder


def started(tree: Path, var: Path, person: str) -> str:
    """What the code of then says that is let loose on the database as it is, which it leaves as it was."""
    connection.close()
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": own_database().url,
        "PORTAL_VAR": str(var),
        "DJANGO_SETTINGS_MODULE": "qingcheng_fiber.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", STARTS, person], cwd=tree, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout
