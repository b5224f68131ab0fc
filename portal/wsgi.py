"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

from portal.ground.whole import whole_forms

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = whole_forms(get_wsgi_application())
