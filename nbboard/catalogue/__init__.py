"""Runs at scale: an index of very many runs in Parquet tables, opened like a logdir."""
