"""The magics as IPython sees them; their docstrings are their help.

What they do is imported when they do it: ``%load_ext`` returns at once.
"""

from __future__ import annotations

from typing import Any

from IPython.core.magic import Magics, line_magic, magics_class, needs_local_scope, no_var_expand

__all__ = ["NbboardMagics"]


# The types of these decorators do not admit a method.
_left_unexpanded: Any = no_var_expand
_with_locals: Any = needs_local_scope
_line_magic: Any = line_magic


@magics_class
class NbboardMagics(Magics):
    """``%tensorboard`` and ``%nbboard``.

    Attributes
    ----------
    before : dict
        The magics of the same names that stood there before, to be given back.
    """

    before: dict[str, Any]

    # IPython would expand variables before the line is cut into words, so that a
    # value with a space became two: we do it after.
    @_left_unexpanded
    @_with_locals
    @_line_magic("tensorboard")
    def tensorboard(self, line: str, local_ns: dict[str, Any] | None = None) -> None:
        """Show TensorBoard in the notebook.

        Start (or find again) a TensorBoard server and show it below the cell::

            %tensorboard --logdir logs
            %tensorboard --logdir {folder}/fit --height 600
            %tensorboard --logdir logs --reload_interval 1 --theme dark
            %tensorboard --logdir logs --no-display

        The folder need not exist yet. {name} is a variable of the notebook. The
        server is found again when the same is asked for; it is private to you, and
        ends with the kernel.

        Look after the servers of this kernel::

            %tensorboard list            what is running
            %tensorboard open [PORT]     show the newest again, or the one at a port
            %tensorboard logs [PORT]     what it wrote
            %tensorboard stop [PORT|all]

        How it is shown::

            --height 800        pixels, or a CSS length such as 80vh
            --width 100%        the same
            --theme auto        as the notebook; or light, dark
            --new               start another even if one with the same flags runs
            --no-display        start it, show nothing

        Every other flag is TensorBoard's own; the Tab key completes them. Often used::

            --logdir PATH                 the folder of runs, with all below it
            --logdir_spec a:PATH,b:PATH   several folders, by name
            --reload_interval SECONDS     how often it looks for new data (5)
            --reload_multifile true       for several writers in one folder
            --samples_per_plugin images=100,scalars=0    how much it keeps (0: all)
            --port N                      a port of your choice, to forward it
        """
        from nbboard.notebook import tensorboard

        shell: Any = self.shell
        variables = {**shell.user_ns, **(local_ns or {})}
        tensorboard.run(line, shell, variables, more=self.tensorboard.__doc__)

    @_left_unexpanded
    @_with_locals
    @_line_magic("nbboard")
    def nbboard(self, line: str, local_ns: dict[str, Any] | None = None) -> None:
        """Read TensorBoard's logs and show them in the notebook, without a server.

        Show everything, or one kind::

            %nbboard logs
            %nbboard scalars logs
            %nbboard scalars logs --tags loss --runs lr=0.1 --smoothing 0.6
            %nbboard images {folder}/fit --compare "side by side"
            %nbboard hparams logs --metric accuracy

        Several folders can be named, and URLs such as s3://bucket/logs. {name} is a
        variable of the notebook.

        Pick what is shown::

            --tags REGEX        tags in which it is found, upper or lower case
            --runs REGEX        runs in which it is found

        Every other flag is an option of the view, with - or _; the Tab key completes
        them. A switch is turned on by its name and off with --no-, for example
        --no-live for a view that stays as it is while the training goes on.

        The same from Python, where the result can be kept and asked for its data::

            log = nbboard.open("logs")
            view = log.scalars.select(tags="loss").view(smoothing=0.6)
        """
        from nbboard.notebook import board

        shell: Any = self.shell
        variables = {**shell.user_ns, **(local_ns or {})}
        board.run(line, shell, variables, more=self.nbboard.__doc__)
