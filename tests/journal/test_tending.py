"""What is due is done without anybody: once, by one worker, and by the command."""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import threading
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import Revision

from suasion.journal import tending
from suasion.journal.responses.models import DailyKey

HOUR = dt.timedelta(hours=1)


@pytest.mark.django_db
def test_what_is_scheduled_appears_and_disappears_by_tending(publish: Any) -> None:
    article = publish()
    article.unpublish()
    article.go_live_at = timezone.now() + HOUR
    article.expire_at = timezone.now() + 2 * HOUR
    article.save_revision().publish()
    tending.tend()
    assert Client().get(article.url).status_code == 404
    assert Client().get("/politics/").status_code == 200
    # An hour passes.
    article.go_live_at = timezone.now() - HOUR
    article.save_revision(approved_go_live_at=article.go_live_at)
    tending.tend()
    assert article.title in Client().get("/politics/").content.decode()
    assert Client().get(article.url).status_code == 200
    assert not Revision.objects.exclude(approved_go_live_at=None).exists()
    # Another one.
    type(article).objects.update(expire_at=timezone.now() - HOUR)
    tending.tend()
    assert Client().get(article.url).status_code == 404
    assert article.title not in Client().get("/politics/").content.decode()


@pytest.mark.django_db
def test_the_key_of_yesterdays_network_addresses_is_thrown_away(db: None) -> None:
    today = timezone.now().date()
    DailyKey.objects.create(day=today - dt.timedelta(days=1), key="a" * 64)
    tending.tend()
    assert [key.day for key in DailyKey.objects.all()] == [today]


def test_one_worker_tends_and_goes_on_after_a_failure(
    tmp_path: Path, monkeypatch: Any, caplog: Any
) -> None:
    turns: list[str] = []
    done = threading.Event()

    def turn() -> None:
        turns.append("a turn")
        if len(turns) == 1:
            raise OSError("the disk is full")
        done.set()
        raise SystemExit

    def until_it_ends() -> None:
        with contextlib.suppress(SystemExit):
            tending._for_ever(tmp_path)

    monkeypatch.setattr(tending, "EVERY", 0.01)
    monkeypatch.setattr(tending, "tend", turn)
    monkeypatch.setattr(tending.logging.getLogger("suasion.journal"), "propagate", True)
    with (tmp_path / "tending").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        worker = threading.Thread(target=until_it_ends, daemon=True)
        worker.start()
        assert not done.wait(0.2)
        assert turns == []
    assert done.wait(10)
    worker.join(10)
    assert len(turns) == 2
    assert "tending failed" in caplog.text
