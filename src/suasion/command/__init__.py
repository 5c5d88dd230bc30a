"""The commands of the command line, a file each; `suasion.cli` puts them together."""
