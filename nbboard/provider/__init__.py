"""TensorBoard's own pages, fed by nbboard's reader.

The launcher loads this package inside the TensorBoard process and calls :func:`make`.
Nothing here opens a port, starts a process or writes a file.
"""

from __future__ import annotations

from nbboard.provider.feed import Feed, make, open_provider

__all__ = ["Feed", "make", "open_provider"]
