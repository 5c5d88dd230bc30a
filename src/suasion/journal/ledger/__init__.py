"""Questions, forecasts, resolutions and scores: a book in which nothing is erased."""
