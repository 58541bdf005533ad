"""Which workers can run trials, and what is said where none can."""

from typing import Any

import pytest

from genaudit.errors import UsageError
from genaudit.recorder.remote.fit import Machine, Surroundings, least_used, surroundings_of, usable

SCHEDULER = Machine(name="the scheduler", python="3.11.2", genaudit="1.0")
FIT = Machine(name="tcp://10.0.0.1:4000", resource=1, python="3.11.2", genaudit="1.0")


HERE = Machine(name="here", python="3.11.2", genaudit="1.0")


def _usable(*workers: Machine, scheduler: Machine = SCHEDULER, here: Machine = HERE) -> tuple[list[Machine], str]:
    cluster = Surroundings(here=here, scheduler=scheduler, workers=list(workers))
    return usable(cluster, "tcp://10.0.0.9:8786")


def _without(**fields: Any) -> Machine:
    return Machine(**{"name": "tcp://10.0.0.2:4000", "resource": 1, "python": "3.11.2", "genaudit": "1.0", **fields})


def test_workers_that_fit_are_used() -> None:
    assert _usable(FIT, _without()) == ([FIT, _without()], "")


def test_one_without_the_resource_is_left_out_and_told_of() -> None:
    able, note = _usable(FIT, _without(resource=0))

    assert able == [FIT]
    assert "tcp://10.0.0.2:4000 has no resource genaudit" in note
    assert 'dask worker tcp://10.0.0.9:8786 --nthreads 1 --resources "genaudit=1"' in note


@pytest.mark.parametrize(
    ("workers", "slug", "said", "command"),
    [
        pytest.param([], "no-worker", "no worker", 'dask worker tcp://10.0.0.9:8786 --nthreads 1 --resources "genau'),
        pytest.param([_without(resource=0)], "no-resource", "10.0.0.2", '--resources "genaudit=1"'),
        pytest.param(
            [FIT, _without(python="3.12.1")], "other-python", "tcp://10.0.0.2:4000 runs Python 3.12.1", "3.11"
        ),
        pytest.param(
            [_without(genaudit="0.9")], "other-genaudit", "has genaudit 0.9", "install there what is installed here"
        ),
        pytest.param([_without(genaudit=None)], "worker-without-genaudit", "10.0.0.2", "the extra [dask]"),
    ],
)
def test_workers_that_do_not_fit_are_refused(workers: list[Machine], slug: str, said: str, command: str) -> None:
    """Each with the worker, and the command that helps."""
    with pytest.raises(UsageError) as caught:
        _usable(*workers)

    assert caught.value.slug == slug
    assert said in caught.value.message
    assert command in caught.value.hint


def test_a_scheduler_must_fit_too() -> None:
    """It takes tasks apart; one that cannot would drop them with an error of Dask's."""
    with pytest.raises(UsageError, match="the scheduler has no genaudit"):
        _usable(FIT, scheduler=Machine(name="the scheduler", python="3.11.2"))


def test_one_that_is_not_installed_here_is_not_asked_for_there() -> None:
    """It is in the search path; what runs on a worker is seen when it answers."""
    here = Machine(name="here", python="3.11.2")

    assert _usable(FIT, _without(genaudit=None), here=here)[0] == [FIT, _without(genaudit=None)]


def test_an_unfit_worker_that_takes_no_trials_matters_to_nobody() -> None:
    assert _usable(FIT, _without(resource=0, python="3.8.1"))[0] == [FIT]


def test_what_dask_tells_becomes_machines() -> None:
    """As ``scheduler_info`` and ``get_versions`` give it; a worker that went in between has told nothing."""
    host = {"python": "3.11.2.final.0"}
    workers = {"tcp://a:1": {"resources": {"genaudit": 1.0}}, "tcp://b:1": {"resources": {}}, "tcp://gone:1": {}}
    versions = {
        "client": {"host": host, "packages": {"genaudit": "1.0"}},
        "scheduler": {"host": host, "packages": {"genaudit": "1.0"}},
        "workers": {
            "tcp://a:1": {"host": host, "packages": {"genaudit": "1.0"}},
            "tcp://b:1": {"host": host, "packages": {"genaudit": None}},
            "tcp://gone:1": OSError("gone"),
        },
    }

    cluster = surroundings_of(workers, versions)

    assert cluster.scheduler == SCHEDULER
    assert cluster.here == HERE
    assert cluster.workers == [
        Machine(name="tcp://a:1", resource=1.0, python="3.11.2", genaudit="1.0"),
        Machine(name="tcp://b:1", resource=0.0, python="3.11.2", genaudit=None),
    ]


def test_audits_spread_by_the_workers_of_a_host() -> None:
    """Two workers take twice as many."""
    machines = [Machine(name=name) for name in ("tcp://a:1", "tcp://a:2", "tcp://b:1")]
    audits: dict[str, int] = {}
    for _ in range(6):
        host = least_used(machines, audits)
        audits[host] = audits.get(host, 0) + 1

    assert audits == {"a": 4, "b": 2}
