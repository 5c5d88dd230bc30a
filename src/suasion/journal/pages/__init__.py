"""What is read: front page, sections, articles, authors, search, feeds."""
