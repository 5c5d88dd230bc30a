"""What a reader on a slow phone waits for: first paint, and what moves after it.

Chromium is slowed by its own means: a processor four times slower, and one of two lines.
"rtt 150 ms" answers a request on an open connection after one round trip; "slow 4G" is
what Lighthouse applies (562.5 ms a request, for the round trips that opening a connection
and TLS would cost). A page paints after two requests, one after the other: itself, and
its sheets. The page is in the journal's page cache; the browser's is empty ("first
visit") or has the sheets of another page ("next page").
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from issue import fill
from machine import machine
from playwright.sync_api import sync_playwright

from journal import SUASION, line, serving

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}
SLOWER = 4
# Milliseconds a request, bytes a second down and up.
LINES = {
    "rtt 150 ms, 1.6 Mbit/s": (150, 1_600_000 / 8, 750_000 / 8),
    "slow 4G of Lighthouse": (562.5, 1_474_560 / 8, 675_000 / 8),
}
PAINTED = """() => {
  const found = performance.getEntriesByName('first-contentful-paint');
  return found.length ? found[0].startTime : null;
}"""
SHIFTED = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) sum += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => done(sum), 300);
})"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--journal", type=Path, help="made and filled before")
    said = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as place:
        folder, paths = said.journal or Path(place) / "journal", None
        if said.journal is None:
            os.environ.setdefault("SUASION_CACHE_DIR", f"{place}/cache")
            subprocess.run([*SUASION, "init", folder], check=True, capture_output=True)
            paths = fill(folder, 20)
        with serving(folder) as server, sync_playwright() as playwright:
            if paths is None:
                front = server.get("/")[0].decode()
                paths = re.findall(r'href="(/[a-z]+/request-[^"]+)"', front)[:2]
            origin = f"http://{server.host}"
            article, other = origin + paths[0], origin + paths[1]
            for _ in range(8):  # each worker has both in its page cache
                for path in (*paths[:2], "/"):
                    server.get(path)
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM, args=list(QUIET)
            )
            for name, speed in LINES.items():
                for what, before in (("first visit", None), ("next page", other)):
                    times = [
                        paint(browser, article, before, speed) for _ in range(said.runs)
                    ]
                    low, middle, high = (
                        min(times),
                        statistics.median(times),
                        max(times),
                    )
                    line(
                        f"first paint, {what}, {name}",
                        f"{middle:6.0f} ms  ({low:.0f} to {high:.0f})",
                    )
            for what, sum_ in shifts(browser, article):
                line(f"layout shift, {what}", f"{sum_:6.3f}")
            browser.close()


def paint(browser: Any, address: str, before: str | None, speed: Any) -> float:
    """Return the milliseconds from asking for a page to its first paint."""
    context = browser.new_context(**PHONE)
    page = context.new_page()
    if before is not None:
        page.goto(before)
    slow(context, page, speed)
    page.goto(address, wait_until="load")
    page.wait_for_timeout(200)
    found = page.evaluate(PAINTED)
    context.close()
    if found is None:
        raise SystemExit(f"{address} was not painted")
    return float(found)


def slow(context: Any, page: Any, speed: tuple[float, float, float]) -> None:
    """Make processor and line of a page slow."""
    latency, down, up = speed
    client = context.new_cdp_session(page)
    client.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    client.send("Network.enable")
    client.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": latency,
            "downloadThroughput": down,
            "uploadThroughput": up,
        },
    )


def shifts(browser: Any, address: str) -> Iterator[tuple[str, float]]:
    """Yield the sum of all layout shifts: read, opened at the form, slider moved."""
    for width in (390, 1280):
        for what, at in (("read to the end", ""), ("opened at the form", "#respond")):
            context = browser.new_context(viewport={"width": width, "height": 844})
            page = context.new_page()
            slow(context, page, LINES["rtt 150 ms, 1.6 Mbit/s"])
            page.goto(address + at, wait_until="networkidle")
            if not at:
                for _ in range(30):
                    page.mouse.wheel(0, 600)
                    page.wait_for_timeout(30)
            slider = page.get_by_label("Estimate in per cent, by slider")
            slider.focus()
            for _ in range(4):
                page.keyboard.press("ArrowRight")
            page.wait_for_timeout(300)
            yield f"{width} px, {what}, slider moved", page.evaluate(SHIFTED)
            context.close()


if __name__ == "__main__":
    main()
