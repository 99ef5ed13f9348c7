"""A catalogue of very many runs, made by copying the rows of a smaller one."""

from __future__ import annotations

import shutil
import uuid
from dataclasses import replace

from nbboard.catalogue.schema import delta_types
from nbboard.catalogue.tables import PARTS, Tables, names_of
from nbboard.text import natural_key

#: Rows in one file.
_ROWS = 100_000


def copied(catalogue, target, copies):
    """Make a catalogue with the runs of another, several times under other names.

    The copies share the series and points of the first ones, whose names these have.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    shutil.rmtree(target, ignore_errors=True)
    source, tables = Tables(catalogue), Tables(target)
    tables.open_or_create()
    table = source.runs()
    rows = pa.concat_tables(
        [source.read("runs", name) for name in names_of(table)], promote_options="default"
    ).sort_by("natural")
    for part in PARTS:
        shutil.copytree(source.address(part), tables.address(part), dirs_exist_ok=True)
    pieces = []
    for copy in range(copies):
        renamed = rows
        name = f"copy_{copy}"
        for column, start in (("run", name), ("natural", natural_key(name))):
            texts = pc.binary_join_element_wise(start, renamed[column], "/")
            renamed = renamed.set_column(renamed.column_names.index(column), column, texts)
        pieces.append(renamed)
    every = pa.concat_tables(pieces)
    written = [
        tables.write_runs(f"{uuid.uuid4().hex}.parquet", every.slice(start, _ROWS))
        for start in range(0, every.num_rows, _ROWS)
    ]
    made = tables.add_columns(delta_types(rows.column_names))
    tables.commit_runs(made, written, [], replace(source.facts(table), ranges=()))
