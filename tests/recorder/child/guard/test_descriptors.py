"""Genaudit's descriptors stay out of the way of the target's, and two are spare."""

import os
from pathlib import Path

import pytest

from genaudit.recorder.child.guard.descriptors import MARKS_FD, SpareDescriptors, out_of_the_way
from genaudit.recorder.child.memory.status import open_files


def test_numbers_that_are_not_allowed_are_not_needed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With a low limit of open files the descriptor stays where it is."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    fd = os.open(tmp_path / "file", os.O_RDWR | os.O_CREAT)
    resource.setrlimit(resource.RLIMIT_NOFILE, (150, hard))
    try:
        kept = out_of_the_way(fd, MARKS_FD)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    assert kept == fd
    os.close(fd)


def test_spare_descriptors_are_given_back_once() -> None:
    """Also where the target has closed one."""
    before = open_files()
    spare = SpareDescriptors()
    os.close(spare._fds[0])

    spare.release()
    spare.release()

    assert open_files() == before
