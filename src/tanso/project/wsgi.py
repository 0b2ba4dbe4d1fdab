"""The application for a WSGI server of yours: `gunicorn tanso.project.wsgi`.

It needs TANSO_DATABASE_URL and TANSO_OWNER_DATABASE_URL, because a private server is started by the `tanso` command
only. `tanso serve` uses this module too, after it has connected.
"""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from tanso.interfaces import connect

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tanso.project.settings")

if not connect.is_connected():
    connect.use_configured(settings.TANSO)
application = get_wsgi_application()
