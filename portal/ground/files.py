"""Where files of the portal lie: outside every address, and whole or not at all."""

import uuid
from pathlib import Path

from django.core.files.storage import FileSystemStorage


class PrivateStorage(FileSystemStorage):
    """Files without an address of their own: a view that asks `visible_to` serves them.

    A file gets its final name only once it is complete, so that a full disk leaves no cut file behind.
    """

    def url(self, name):
        raise ValueError("Files of the portal have no address; link to the view that serves them.")

    def _save(self, name, content):
        part = super()._save(f"{name}.{uuid.uuid4().hex}.part", content)
        try:
            Path(self.path(part)).rename(self.path(name))
        except OSError:
            self.delete(part)
            raise
        return name
