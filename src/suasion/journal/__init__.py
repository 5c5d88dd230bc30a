"""A self-hosted online journal: articles with live forecasts, answered and scored.

A Django project with Wagtail as its editorial side (extra `suasion[journal]`). The
library imports nothing of it. One folder holds one journal: `journal.toml`, the secret
key, the database, uploads. Apps: `ledger` (questions, forecasts, resolutions, scores),
`pages` (what is read), `responses` (what readers answer); each knows only those before it.
"""
