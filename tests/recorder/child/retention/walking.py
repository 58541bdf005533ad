"""Walks over objects that the test has made, and the paths that come out."""

import sys
import threading
from typing import Any, NamedTuple
from unittest import mock

from genaudit.recorder.child.retention.nodes import MOST_NODES
from genaudit.recorder.child.retention.report import fields_of_walk

SIZE = 1_000_000
OF_THE_RUNNER = frozenset(sys._current_frames()) - {threading.get_ident()}
"""Threads that run tests, as xdist has one: they keep what the runner knows, and no test has made them."""


class Found(NamedTuple):
    """A walk: the fields of its mark."""

    fields: dict[str, Any]

    @property
    def nodes(self) -> list[dict[str, Any]]:
        """The steps, parents first."""
        nodes: list[dict[str, Any]] = self.fields["nodes"]
        assert len(nodes) <= MOST_NODES
        return nodes

    def path_of(self, at: int) -> str:
        """The steps down to one: names, and types where there is no name."""
        steps = []
        while at >= 0:
            node = self.nodes[at]
            steps.append(node["name"] or node["type"])
            at = node["parent"]
        return " > ".join(reversed(steps))

    def largest(self) -> tuple[str, dict[str, Any]]:
        """The deepest step that still has nine tenths of all bytes; its path and its node."""
        nodes = self.nodes
        most = max(node["bytes"] for node in nodes)
        deepest = max(at for at, node in enumerate(nodes) if node["bytes"] >= 0.9 * most)
        return self.path_of(deepest), nodes[deepest]

    def paths(self) -> list[str]:
        """All of them."""
        return [self.path_of(at) for at in range(len(self.nodes))]


def walk(*values: object, root: str = "/nowhere", module: str | None = None, **more: Any) -> Found:
    """Walk from these as the source.

    Args:
        values: What is driven.
        root: As for ``fields_of_walk``.
        module: As for ``fields_of_walk``.
        more: Others of its arguments.
    """
    frames = {number: frame for number, frame in sys._current_frames().items() if number not in OF_THE_RUNNER}
    with mock.patch("sys._current_frames", return_value=frames):
        return Found(fields_of_walk("source", list(values), root, module, **more))


def check(found: Found, path: str, n_bytes: float, *, tolerance: float = 0.03) -> dict[str, Any]:
    """The path with most of the bytes is this one, and has so many."""
    its_path, node = found.largest()
    assert its_path == path
    assert abs(node["bytes"] - n_bytes) <= tolerance * n_bytes, node
    return node
