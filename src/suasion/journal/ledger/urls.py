"""Addresses of the ledger, included under `ledger/`."""

from __future__ import annotations

from django.urls import path

from suasion.journal.ledger import views

app_name = "ledger"
urlpatterns = [
    path("", views.questions, name="questions"),
    path("<slug:slug>/", views.question, name="question"),
    path("<slug:slug>/<int:number>/", views.forecast, name="forecast"),
]
