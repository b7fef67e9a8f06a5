"""The migrations of the lineage database."""
