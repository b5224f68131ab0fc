"""Vouchers and documents of one page, which say on their face that they are worth nothing."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.files.uploadedfile import SimpleUploadedFile

from portal.ground.uploads import AcceptedFile, accept_document


def paper(name: str, title: str, lines: Sequence[str]) -> AcceptedFile:
    """Return a one-page PDF with a title and some lines; letters outside Latin-1 become question marks."""
    return accept_document(SimpleUploadedFile(f"{name}.pdf", _pdf(title, lines), "application/pdf"))


def _pdf(title: str, lines: Sequence[str]) -> bytes:
    """Write the page in A5, in a font that every reader of PDF brings along."""
    drawn = [
        b"0.93 0.88 0.80 rg 0 515 420 80 re f",
        b"0.82 0.80 0.78 rg",
        _text("DEMONSTRATION", x=58, y=120, size=46, turn="0.87 0.5 -0.5 0.87"),
        b"0.15 0.15 0.2 rg",
        _text(title, x=36, y=548, size=18),
        *(_text(line, x=36, y=480 - 22 * at, size=11) for at, line in enumerate(lines)),
        _text("Demonstration: invented, without value.", x=36, y=40, size=9),
    ]
    content = b"\n".join(drawn)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 595] /Contents 4 0 R /Resources 6 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Font << /F 5 0 R >> >>",
    ]
    return _file(objects)


def _file(objects: Sequence[bytes]) -> bytes:
    """Give each object its number and close the file with the table of where each begins."""
    file, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return file + end % (size, table, size, len(file))


def _text(text: str, *, x: int, y: int, size: int, turn: str = "1 0 0 1") -> bytes:
    plain = text.encode("cp1252", errors="replace")
    for letter in (b"\\", b"(", b")"):
        plain = plain.replace(letter, b"\\" + letter)
    return b"BT /F %d Tf %s %d %d Tm (%s) Tj ET" % (size, turn.encode(), x, y, plain)
