"""Every fault of the matrix holds."""

import pytest

from tests.faults.matrix import Fault, Place, all_faults

FAULTS = all_faults()


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(
            fault,
            id=f"{fault.kind}: {fault.name}",
            marks=[pytest.mark.process, pytest.mark.slow] if fault.starts_processes else [],
        )
        for fault in FAULTS
    ],
)
def test_a_fault(tmp_path_factory: pytest.TempPathFactory, fault: Fault) -> None:
    """What must hold does, whatever goes wrong."""
    # A short name: sockets in it may have paths of 107 characters, unix(7).
    fault.run(Place(tmp_path_factory.mktemp("f")))


def test_no_two_faults_have_one_name() -> None:
    """Each is told apart from the others in the table."""
    names = [(fault.kind, fault.name) for fault in FAULTS]

    assert len(names) == len(set(names))
