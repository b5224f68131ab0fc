"""Receiving files: a file that is too large is dropped while it arrives and named beside its field."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

MAX_FILE_BYTES = 15 * 1024 * 1024


class TooLargeFile(SimpleUploadedFile):
    """Stands for a file of which nothing was kept because it passed `MAX_FILE_BYTES`."""

    too_large = True


class LimitedUploadHandler(FileUploadHandler):
    """Stop keeping a file once it passes `MAX_FILE_BYTES`; the rest of the form arrives as usual."""

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data, start):
        self.received += len(raw_data)
        return None if self.received > MAX_FILE_BYTES else raw_data

    def file_complete(self, file_size):
        if self.received <= MAX_FILE_BYTES:
            return None
        return TooLargeFile(self.file_name, b"-", content_type=self.content_type)


