"""Runs at scale: an index of very many runs in Parquet tables, opened like a logdir.

:mod:`~nbboard.catalogue.indexer` builds it and :mod:`~nbboard.catalogue.opening` opens it;
who only opens one need not import the other.
"""
