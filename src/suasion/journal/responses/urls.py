"""Addresses under `respond/`."""

from __future__ import annotations

from django.urls import path

from suasion.journal.responses.views import erase, erased, own, respond

app_name = "responses"
urlpatterns = [
    path("<int:page_id>/", respond, name="respond"),
    path("own/<str:token>/", own, name="own"),
    path("own/<str:token>/erase/", erase, name="erase"),
    path("erased/<int:page_id>/", erased, name="erased"),
]
