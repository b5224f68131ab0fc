"""`manage.py export_report`: a file, or one sentence and a failure."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from portal.ground.models import AuditEntry
from tests.snapshot_rows import validated
from tests.test_report_pdf import text_of

pytestmark = pytest.mark.django_db


def export(*args: str) -> str:
    out = StringIO()
    call_command("export_report", *args, stdout=out)
    return out.getvalue()


def test_a_year_is_written_and_audited(cast, tmp_path):
    target = tmp_path / "jaarverslag.pdf"
    said = export("jette-belfaa", "2024", "--language", "nl", "--output", str(target))
    assert target.read_bytes().startswith(b"%PDF-1.7")
    assert str(target) in said
    assert [path.name for path in tmp_path.glob("*.p*")] == ["jaarverslag.pdf"]
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.actor) == ("export", None)


def test_any_window_is_written(cast, tmp_path):
    target = tmp_path / "r.pdf"
    export("jette-belfaa", "--from", "2018-01-01", "--until", "2024-12-31", "--language", "ar", "--output", str(target))
    assert target.read_bytes().startswith(b"%PDF-1.7")


@pytest.mark.parametrize(("kind", "start"), [("xlsx", b"PK"), ("docx", b"PK"), ("archive", b"%PDF-1.7")])
def test_each_kind_is_written_and_named_in_the_audit(cast, tmp_path, kind, start):
    validated(cast)
    target = tmp_path / "r"
    export("jette-belfaa", "2024", "--kind", kind, "--language", "nl", "--output", str(target))
    assert target.read_bytes().startswith(start)
    entry = AuditEntry.objects.get(verb="export", target_type="partnerships.partnership")
    assert entry.changes["form"] == [None, kind]


def test_an_older_file_is_replaced(cast, tmp_path):
    target = tmp_path / "r.pdf"
    target.write_text("old")
    export("jette-belfaa", "2024", "--output", str(target))
    assert target.read_bytes().startswith(b"%PDF")


def test_a_validated_year_is_told_as_it_was_frozen_unless_a_draft_is_asked_for(cast, tmp_path):
    row = validated(cast)
    target = tmp_path / "r.pdf"
    export("jette-belfaa", "2024", "--language", "en", "--output", str(target))
    assert f"SHA-256 of the data {row.sha256}" in text_of(target.read_bytes())
    export("jette-belfaa", "2024", "--language", "en", "--draft", "--output", str(target))
    assert "DRAFT" in text_of(target.read_bytes())


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["nowhere", "2024"], "There is no partnership named nowhere"),
        (["jette-belfaa", "2031"], "2031 is no programme year of jette-belfaa"),
        (["jette-belfaa", "soon"], "soon is no programme year"),
        (["jette-belfaa"], "Give either a programme year"),
        (["jette-belfaa", "2024", "--from", "2024-01-01"], "Give either a programme year"),
        (["jette-belfaa", "--from", "2024-01-01"], "Give either a programme year"),
        (["jette-belfaa", "--from", "1/1/2024", "--until", "2024-12-31"], "Write dates as 2018-01-01"),
        (["jette-belfaa", "--from", "2024-12-31", "--until", "2024-01-01"], "The end lies before the start"),
        (["jette-belfaa", "--from", "0001-01-01", "--until", "2024-01-01"], "Give a date between 1990 and 2100"),
        (["jette-belfaa", "2024", "--language", "de"], "There is no report in de"),
        (["jette-belfaa", "2024", "--edition", "x"], "There is no edition named x; there are: none yet"),
        (["jette-belfaa", "2024", "--kind", "odt"], "There is no report as odt; choose pdf, archive, xlsx, docx"),
        (["jette-belfaa", "2024", "--kind", "archive"], "Only the report of a validated year is archived"),
    ],
)
def test_what_cannot_be_fails_with_one_sentence(cast, tmp_path, args, sentence):
    target = tmp_path / "r.pdf"
    with pytest.raises(CommandError, match=sentence) as failure:
        export(*args, "--output", str(target))
    assert "\n" not in str(failure.value)
    assert not target.exists()
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("output", ["missing/r.pdf", "."])
def test_a_file_that_cannot_be_written_fails_before_the_work(cast, tmp_path, monkeypatch, output):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CommandError, match="cannot be written"):
        export("jette-belfaa", "2024", "--output", output)
    assert not AuditEntry.objects.exists()


def test_a_full_disk_leaves_the_older_file_and_no_part(cast, tmp_path, monkeypatch):
    target = tmp_path / "r.pdf"
    target.write_text("old")

    write = Path.write_bytes

    def full(self, content):
        if self.parent != tmp_path:
            return write(self, content)
        self.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(CommandError, match="No space left"):
        export("jette-belfaa", "2024", "--output", str(target))
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir() if path.name != "media"] == ["r.pdf"]


def test_no_room_for_the_rendering_itself_is_one_sentence(cast, tmp_path, monkeypatch):
    from portal.roof.reports import typesetter

    def full(self, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    # A process that made a report has the fonts already, and writes nothing on the way.
    typesetter.fonts.cache_clear()
    with pytest.raises(CommandError, match="its disk may be full"):
        export("jette-belfaa", "2024", "--output", str(tmp_path / "r.pdf"))
    assert typesetter.fonts.cache_info().currsize == 0
