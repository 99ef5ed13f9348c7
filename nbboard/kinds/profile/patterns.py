"""How the names of the files of profiles end: all that a log without profiles needs of them."""

from __future__ import annotations

__all__ = ["PATTERNS", "REFUSED", "STATISTICS", "TRACES"]

#: How a time line ends, by what reads it.
TRACES = {
    ".pt.trace.json.gz": "chrome",
    ".pt.trace.json": "chrome",
    ".trace.json.gz": "chrome",
    ".trace.json": "chrome",
    ".xplane.pb": "xplane",
    "local.trace": "local",
    ".trace": "local",
    ".memory_profile.json.gz": "memory",
    ".memory_profile.json": "memory",
}
#: What other tools of the profilers leave, and why nothing is shown of it.
REFUSED = {
    ".memory_viewer.json": "the buffers of one XLA program, not a time line",
    ".hlo_proto.pb": "a program of XLA, not a time line",
    ".op_profile.pb": "a tree of XLA operations that only the plugin's version of its time reads",
    ".end_2_end.json": "a demonstration of a chart, not a profile",
    ".google_chart_demo.json": "a demonstration of a chart, not a profile",
    ".SSTABLE": "a cache of the plugin",
}
#: What the tools of TensorFlow's profiler leave, which ``statistics`` reads.
STATISTICS = (
    ".overview_page.pb",
    ".input_pipeline.pb",
    ".tensorflow_stats.pb",
    ".kernel_stats.pb",
    ".overview_page.json",
    ".input_pipeline.json",
    ".pod_viewer.json",
    ".op_profile.json",
)
#: Names of files that may be of a profile, as a shell has patterns.
PATTERNS = tuple(f"*{suffix}" for suffix in (*STATISTICS, *REFUSED, *TRACES))
