"""The log form as it comes over the wire, and an entry with photos as it is saved, on the real server."""

import http.client
import io
import json
import os
import re
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench.stage import report, set_the_stage

COLD_BYTES, WARM_BYTES = 100_000, 20_000
WORKER_BYTES = 300_000_000
PHOTO_BYTES = 3_000_000
ROUNDS = 4


@contextmanager
def serving() -> Iterator[tuple[int, int]]:
    """Run gunicorn with one worker and yield (port, process id of the worker)."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).parent / "gunicorn"), "--config", "portal/gunicorn.py", "portal.wsgi"]
    variables = {**os.environ, "PORT": str(port), "WEB_CONCURRENCY": "1", "LOG_LEVEL": "ERROR"}
    server = subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                connection.request("GET", "/health/")
                connection.getresponse().read()
                break
            except OSError:
                time.sleep(0.1)
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        # Its other child works in the background.
        yield port, next(int(pid) for pid in children if "gunicorn" in Path(f"/proc/{pid}/cmdline").read_text())
    finally:
        server.terminate()
        server.wait()


def bytes_over_the_wire(address: str, cookie: str) -> tuple[int, int]:
    """Return what Chromium receives for the page (with an empty cache, with a warm one)."""
    from playwright.sync_api import sync_playwright

    from tests.browser.chromium import CHROMIUM, FLAGS

    received: list[float] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        # What a worker answers from what it kept would not be counted.
        context = browser.new_context(viewport={"width": 390, "height": 844}, locale="nl", service_workers="block")
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": address}])
        page = context.new_page()
        network = context.new_cdp_session(page)
        network.send("Network.enable")
        network.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
        totals = []
        for _ in range(2):
            received.clear()
            answer = page.goto(address, wait_until="networkidle")
            assert answer is not None
            assert answer.ok, answer.status
            totals.append(int(sum(received)))
            page.goto("about:blank")
        browser.close()
    return totals[0], totals[1]


def heaviest(address: str, reader: Any, cookie: str) -> tuple[int, int]:
    """Return the bytes over the wire (cold, warm) in the language that is worst for each."""
    from django.conf import settings

    sizes = []
    for code, _name in settings.LANGUAGES:
        reader.language = code
        reader.save(update_fields=["language"])
        sizes.append(bytes_over_the_wire(address, cookie))
    cold, warm = zip(*sizes, strict=True)
    return max(cold), max(warm)


def photo(seed: int) -> bytes:
    """Return a JPEG of twelve megapixels and about three megabytes, like a phone's."""
    from PIL import Image

    grain = Image.effect_noise((4000, 3000), 30 + seed)
    colours = Image.merge("RGB", (grain, grain.rotate(180), Image.linear_gradient("L").resize(grain.size)))
    for quality in range(90, 5, -5):
        buffer = io.BytesIO()
        colours.save(buffer, "JPEG", quality=quality)
        if buffer.tell() <= PHOTO_BYTES:
            break
    return buffer.getvalue()


def entry(cast: Any, photos: list[bytes]) -> dict[str, Any]:
    """Return a filled log form: six rows of participants, three expenses with vouchers, and the photos."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from activities.forms.participants import cell_name
    from tests.log_form import PDF, expense, filled

    cells = [
        cell_name(group.pk, sex, band.pk)
        for group in (cast.youth, cast.women)
        for sex in ("women", "men", "other")
        for band in cast.age_bands[1:2]
    ]
    text = f"Young people met and planned their film, {uuid.uuid4()}."  # the same text twice is refused
    fields = filled(cast.jette.home, cast.officer, text=text, **dict.fromkeys(cells, "7"))
    for index in range(3):
        fields |= expense(cast.own, index, voucher=SimpleUploadedFile(f"{index}.pdf", PDF, "application/pdf"))
    for index, content in enumerate(photos):
        fields[f"photo-{index}-file"] = SimpleUploadedFile(f"{index}.jpg", content, "image/jpeg")
        fields[f"photo-{index}-consent"] = "given"
    return fields | {"expense-TOTAL_FORMS": "3", "photo-TOTAL_FORMS": str(max(len(photos), 1))}


def seconds_to_save(port: int, cookie: str, fields: dict[str, Any]) -> float:
    """Send the form as a browser does and return how long the answer took."""
    from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", "/activities/log/", headers={"Cookie": f"sessionid={cookie}"})
    page = connection.getresponse()
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.read().decode())
    csrf = re.search(r"csrftoken=(\w+)", page.headers["Set-Cookie"])
    assert token
    assert csrf
    body = encode_multipart(BOUNDARY, {**fields, "csrfmiddlewaretoken": token[1]})
    headers = {"Cookie": f"sessionid={cookie}; csrftoken={csrf[1]}", "Content-Type": MULTIPART_CONTENT}
    start = time.perf_counter()
    connection.request("POST", "/activities/log/", body=body, headers=headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    spent = time.perf_counter() - start
    assert answer.status == http.client.FOUND, f"not saved: {re.findall(r'invalid-feedback.{0,300}', text, re.DOTALL)}"
    return spent


def peak_memory(pid: int) -> int:
    """Return the most bytes of memory that a process has held."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) * 1024


def main() -> None:
    """Measure the form's size, and the time and memory of saving."""
    set_the_stage("portal.settings")
    from django.core.management import call_command
    from django.test import Client

    from tests.cast import assemble

    call_command("collectstatic", verbosity=0, interactive=False)
    cast = assemble()
    client = Client()
    client.force_login(cast.officer)
    cookie = client.cookies["sessionid"].value
    photos = [photo(seed) for seed in range(4)]
    with serving() as (port, worker):
        form = f"http://127.0.0.1:{port}/activities/log/?activity={cast.jette.home.pk}"
        cold, warm = heaviest(form, cast.officer, cookie)
        report("log_form_cold", cold / COLD_BYTES)
        report("log_form_warm", warm / WARM_BYTES)
        without = min(seconds_to_save(port, cookie, entry(cast, [])) for _ in range(ROUNDS))
        whole = min(seconds_to_save(port, cookie, entry(cast, photos)) for _ in range(ROUNDS))
        report("save_entry", without / (whole - without))
        report("save_entry_memory", peak_memory(worker) / WORKER_BYTES)
        sizes = {"cold": cold, "warm": warm, "photos": [len(one) for one in photos], "seconds": [without, whole]}
        sys.stderr.write(f"{json.dumps(sizes)}\n")


if __name__ == "__main__":
    main()
