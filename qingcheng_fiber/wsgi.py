"""The entry for a WSGI server: all is loaded, to the last address, before anybody asks for one."""

import gc
import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qingcheng_fiber.settings")
application = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402

from gate import judging  # noqa: E402
from qingcheng_fiber.database import hold_open  # noqa: E402

_ = get_resolver().url_patterns
judging.start()
hold_open()
# What was loaded stays. Else each full collection of garbage looks at all of it again, for a sixth of a second amid somebody's save.
gc.collect()
gc.freeze()
# A save asks the database some twenty times, and after each waits until whoever computes in another thread lets go: else 5 ms.
sys.setswitchinterval(0.0005)
