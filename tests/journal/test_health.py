"""The health page says whether the journal can answer, and no more."""

from __future__ import annotations

from unittest import mock

import pytest
from django.db.utils import OperationalError

from suasion.journal import health

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forget():
    health._no_migration_is_pending.cache_clear()
    yield
    health._no_migration_is_pending.cache_clear()


def test_a_journal_that_can_answer_says_ok_and_is_asked_again_next_time(client):
    response = client.get("/health/")
    assert response.status_code == 200
    assert response.json() == {"status": "ok"}
    assert "no-store" in response["Cache-Control"]


def test_a_database_that_does_not_answer_is_503_without_the_details(client, caplog):
    secret = OperationalError("connection to db.example.org (198.51.100.7) refused")
    with mock.patch.object(health.stamp, "read", side_effect=secret):
        response = client.get("/health/")
    assert response.status_code == 503
    assert response.json() == {"status": "not ok", "failed": "database"}


def test_a_pending_migration_is_503_until_it_is_applied(client):
    with mock.patch.object(
        health, "pending_migrations", return_value=["ledger.0002_more"]
    ):
        assert client.get("/health/").json()["failed"] == "migrations"
        assert client.get("/health/").status_code == 503
    assert client.get("/health/").status_code == 200


def test_only_reading_is_allowed(client):
    assert client.post("/health/").status_code == 405
