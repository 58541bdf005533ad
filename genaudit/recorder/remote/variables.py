"""Variables of the environment that a trial on another machine has from the process that audits.

They decide how much memory Python and the libraries take. A Dask worker has values of its own for some of them: its
nanny sets one thread for each numeric library, and another threshold for the allocator. All others are the worker's.
"""

from collections.abc import Mapping

_BEGINNINGS = ("PYTHON", "MALLOC_", "GLIBC_TUNABLES")
_ENDING = "_NUM_THREADS"
_PATHS = "PYTHONPATH"
_OF_A_PLACE = {_PATHS, "PYTHONHOME", "PYTHONUSERBASE", "PYTHONPYCACHEPREFIX"}
"""What they name may be elsewhere on another machine."""


def own_variables(environ: Mapping[str, str]) -> dict[str, str]:
    """Those of the process that audits.

    Example:
        >>> own_variables({"OMP_NUM_THREADS": "4", "HOME": "/root", "PYTHONMALLOC": "malloc"})
        {'OMP_NUM_THREADS': '4', 'PYTHONMALLOC': 'malloc'}
    """
    return {name: value for name, value in environ.items() if _decides(name) or name == _PATHS}


def changes(environ: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str | None]:
    """What a worker changes of its variables for a trial; ``None`` takes one away.

    Args:
        environ: The worker's.
        own: Those of the process that audits. Its search path comes before the worker's.

    Example:
        >>> changes({"OMP_NUM_THREADS": "1", "PYTHONPATH": "/b"}, {"PYTHONPATH": "/a"})
        {'OMP_NUM_THREADS': None, 'PYTHONPATH': '/a:/b'}
    """
    changed: dict[str, str | None] = {name: None for name in environ if _decides(name) and name not in own}
    changed |= {name: value for name, value in own.items() if name != _PATHS}
    parts = [part for text in (own.get(_PATHS, ""), environ.get(_PATHS, "")) for part in text.split(":") if part]
    if parts:
        changed[_PATHS] = ":".join(dict.fromkeys(parts))
    return {name: value for name, value in changed.items() if environ.get(name) != value}


def _decides(name: str) -> bool:
    return name not in _OF_A_PLACE and (name.startswith(_BEGINNINGS) or name.endswith(_ENDING))
