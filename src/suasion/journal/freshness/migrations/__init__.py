"""Migrations of the app `freshness`."""
