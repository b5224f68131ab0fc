"""Files that are kept all together or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.files.storage import default_storage


@contextmanager
def stored_whole() -> Iterator[None]:
    """Delete the files that the block stored when it fails: the database takes its rows back, a disk does not.

    The storage itself notes the names, because a failing service takes its rows, and with them the names, along.
    """
    names: list[str] = []
    save = default_storage.save

    def noting(*args: Any, **kwargs: Any) -> str:
        names.append(save(*args, **kwargs))
        return names[-1]

    default_storage.save = noting  # type: ignore[method-assign, assignment]
    try:
        yield
    except BaseException:
        for name in names:
            default_storage.delete(name)
        raise
    finally:
        del default_storage.save
