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


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """The processes of a cluster, with the one that audits."""

    here: Machine
    scheduler: Machine
    workers: list[Machine]


def surroundings_of(workers: Mapping[str, Any], versions: Mapping[str, Any]) -> Surroundings:
    """The cluster, from what Dask tells of it.

    Args:
        workers: As ``scheduler_info`` has them.
        versions: As ``get_versions`` gives them, with the package genaudit.
    """
    told = versions.get("workers") or {}
    return Surroundings(
        here=_machine("here", versions.get("client")),
        scheduler=_machine("the scheduler", versions.get("scheduler")),
        workers=[
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


def usable(cluster: Surroundings, address: str) -> tuple[list[Machine], str]:
    """The workers that trials can run on, and a note on those that are left out.

    Args:
        cluster: All there is.
        address: The scheduler's, for the command to type.

    Raises:
        UsageError: There is none, or a version differs.
    """
    workers = cluster.workers
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
    # The scheduler takes tasks apart, and so needs the same.
    for machine in [cluster.scheduler, *able]:
        _check_versions(machine, cluster.here)
    note = ""
    if without:
        note = f"{_named(without)} {_have(without)} no resource {RESOURCE} and took no trial; start with: {start}"
    return able, note


def _check_versions(machine: Machine, here: Machine) -> None:
    # Where it is not installed here, but in the search path, nothing is known by that.
    if here.genaudit is not None and machine.genaudit != here.genaudit:
        raise other_genaudit(machine.name, machine.genaudit, here.genaudit)
    if machine.python != here.python:
        raise UsageError(
            f"{machine.name} runs Python {machine.python}, and here is {here.python}",
            slug="other-python",
            hint="start it in an environment of the same Python, such as: "
            f"conda create -n genaudit python={here.python}",
        )


def other_genaudit(name: str, there: str | None, here: str) -> UsageError:
    """The error where a process of the cluster has another genaudit, or none.

    Args:
        name: Of the process.
        there: Its version, if it has one.
        here: The version here.
    """
    return UsageError(
        f"{name} has genaudit {there}, and here is {here}" if there else f"{name} has no genaudit {here}",
        slug="other-genaudit" if there else "worker-without-genaudit",
        hint="install there what is installed here, with the extra [dask], and start it again",
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
