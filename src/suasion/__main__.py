"""`python -m suasion`."""

from suasion.cli import main

main()
