"""Which workers of a cluster can run trials, and what to say where none can."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from genaudit.errors import UsageError
from genaudit.recorder.remote.errand import RESOURCE

_MOST_NAMED = 3


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """A process of a cluster: a worker, or the scheduler."""

    name: str
    """A worker's address; ``the scheduler``."""
    resource: float = 0.0
    python: str | None = None
    genaudit: str | None = None

    @property
    def host(self) -> str:
        """Where it is, as its address has it; one with its port where Dask knows no other name for it."""
        return host_of(self.name)


def host_of(address: str) -> str:
    """The host of an address.

    Example:
        >>> host_of("tcp://10.0.0.5:41234"), host_of("tls://[::1]:41234")
        ('10.0.0.5', '::1')
    """
    return address.rpartition("://")[2].rpartition(":")[0].strip("[]")


def machines_of(workers: Mapping[str, Any], versions: Mapping[str, Any]) -> tuple[Machine, list[Machine]]:
    """The scheduler and the workers, from what Dask tells of them.

    Args:
        workers: As ``scheduler_info`` has them.
        versions: As ``get_versions`` gives them, with the package genaudit.
    """
    told = versions.get("workers") or {}
    return (
        _machine("the scheduler", versions.get("scheduler")),
        [
            _machine(address, told[address], (info.get("resources") or {}).get(RESOURCE, 0.0))
            for address, info in workers.items()
            # One that has gone meanwhile has told nothing.
            if isinstance(told.get(address), Mapping)
        ],
    )


def _machine(name: str, told: Any, resource: float = 0.0) -> Machine:
    if not isinstance(told, Mapping):
        return Machine(name=name, resource=resource)
    python = str((told.get("host") or {}).get("python", ""))
    version = (told.get("packages") or {}).get("genaudit")
    return Machine(
        name=name,
        resource=resource,
        python=".".join(python.split(".")[:3]) or None,
        genaudit=None if version in {None, "MISSING"} else str(version),
    )


def usable(
    workers: Iterable[Machine], scheduler: Machine, *, address: str, python: str, genaudit: str
) -> tuple[list[Machine], str]:
    """The workers that trials can run on, and a note on those that are left out.

    Args:
        workers: All there are.
        scheduler: It takes tasks apart, so it needs genaudit too.
        address: The scheduler's, for the command to type.
        python: The version here.
        genaudit: The version here.

    Raises:
        UsageError: There is none, or a version differs.
    """
    workers = list(workers)
    start = f'dask worker {address} --nthreads 1 --resources "{RESOURCE}=1"'
    if not workers:
        raise UsageError(
            f"the scheduler at {address} has no worker", slug="no-worker", hint=f"start one on each machine: {start}"
        )
    able = [worker for worker in workers if worker.resource >= 1]
    without = [worker for worker in workers if worker.resource < 1]
    if not able:
        raise UsageError(
            f"no worker of {address} takes trials: {_named(without)} {_have(without)} no resource {RESOURCE}, by which "
            "each has one trial at a time",
            slug="no-resource",
            hint=f"start {'it' if len(without) == 1 else 'them'} again: {start}",
        )
    for machine in [scheduler, *able]:
        _check_versions(machine, python=python, genaudit=genaudit)
    note = ""
    if without:
        note = f"{_named(without)} {_have(without)} no resource {RESOURCE} and took no trial; start with: {start}"
    return able, note


def _check_versions(machine: Machine, *, python: str, genaudit: str) -> None:
    if machine.genaudit is None:
        raise UsageError(
            f"{machine.name} has no genaudit",
            slug="worker-without-genaudit",
            hint=f"install it there, and start it again: pip install 'genaudit[dask]=={genaudit}'",
        )
    if machine.genaudit != genaudit:
        raise UsageError(
            f"{machine.name} has genaudit {machine.genaudit}, and here is {genaudit}",
            slug="other-genaudit",
            hint=f"install the same there, and start it again: pip install 'genaudit[dask]=={genaudit}'",
        )
    if machine.python != python:
        raise UsageError(
            f"{machine.name} runs Python {machine.python}, and here is {python}",
            slug="other-python",
            hint=f"start it in an environment of Python {python}, such as: conda create -n genaudit python={python}",
        )


def _have(machines: list[Machine]) -> str:
    return "has" if len(machines) == 1 else "have"


def _named(machines: list[Machine]) -> str:
    names = [machine.name for machine in machines[:_MOST_NAMED]]
    more = len(machines) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")


def least_used(machines: Iterable[Machine], audits: Mapping[str, int]) -> str:
    """The host that has the fewest audits for each of its workers.

    Args:
        machines: Workers, one at least.
        audits: Those that run, by host.

    Example:
        >>> least_used([Machine(name="tcp://a:1"), Machine(name="tcp://b:1")], {"a": 1})
        'b'
    """
    workers: dict[str, int] = {}
    for machine in machines:
        workers[machine.host] = workers.get(machine.host, 0) + 1
    return min(workers, key=lambda host: (audits.get(host, 0) / workers[host], host))
