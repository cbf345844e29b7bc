"""The portal's settings, cheaper and stricter where tests want it."""

import atexit
import os
import shutil
import tempfile

# Before the portal's settings are read: tests do not depend on how the machine is set up, apart from its database.
os.environ.update({name: "" for name in os.environ if name.startswith("PORTAL_")})
os.environ["PORTAL_VAR"] = tempfile.mkdtemp(prefix="qcf-test-")
atexit.register(shutil.rmtree, os.environ["PORTAL_VAR"], ignore_errors=True)

from qingcheng_fiber.settings import *  # noqa: E402, F403

# Jobs are done where they are begun.
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
