"""Loaded by Dask into each worker of a cluster on this machine.

Source:
    Dask's documentation, "Customize initialization": ``dask_setup`` of a preloaded module.
"""

import signal


def dask_setup(_worker: object) -> None:
    """Leave Ctrl-C to the process that was typed: it is sent to all of a terminal, and the trial's figures are kept."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
