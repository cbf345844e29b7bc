"""The entry for a WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qingcheng_fiber.settings")
application = get_wsgi_application()

from gate import judging  # noqa: E402
from qingcheng_fiber.database import hold_open  # noqa: E402

judging.start()
hold_open()
