"""When what readers see last changed: one row, which the page cache reads."""
