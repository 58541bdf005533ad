"""The memory behind the objects of libraries, once whatever views it."""

from __future__ import annotations

import array
import io
import mmap
import sys
from collections.abc import Callable
from multiprocessing import shared_memory
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.recorder.child.retention.walking import SIZE, walk


def check(n_bytes: float, *values: object) -> list[dict[str, Any]]:
    """The values take so many bytes; the nodes of the walk."""
    found = walk(list(values))
    assert found.fields["is_complete"]
    assert found.fields["bytes"] == pytest.approx(n_bytes, rel=0.02, abs=2000)
    return found.nodes


def test_masks_and_attributes_of_arrays() -> None:
    """A class derived from numpy's array holds more than its elements."""
    check(2 * SIZE, np.ma.masked_array(np.zeros(SIZE, np.uint8), mask=np.zeros(SIZE, bool)))

    class Tagged(np.ndarray[Any, Any]):
        pass

    tagged = np.zeros(SIZE, np.uint8).view(Tagged)
    tagged.tag = bytes(SIZE)  # type: ignore[attr-defined]
    check(2 * SIZE, tagged)


def test_a_view_is_told_as_what_it_keeps() -> None:
    """A row keeps the whole table: its shape says how many rows there are."""
    nodes = check(SIZE * 8, np.zeros((8, SIZE), np.uint8)[2])
    assert nodes[-1]["detail"] == f"8x{SIZE} uint8"
    assert (nodes[-1]["data_bytes"], nodes[-1]["view_bytes"]) == (SIZE * 8, SIZE)
    nodes = check(SIZE * 8, np.zeros(SIZE * 8, np.uint8).reshape(8, 4, -1)[:3])
    assert nodes[-1]["detail"] == f"8x4x{SIZE // 4} uint8"


def test_buffers_of_python() -> None:
    """Bytes in memory count as data."""
    for value in (bytearray(SIZE), array.array("b", bytes(SIZE)), io.BytesIO(bytes(SIZE)), memoryview(bytes(SIZE))):
        nodes = check(SIZE, value)
        assert nodes[0]["data_bytes"] == pytest.approx(SIZE, rel=0.01)
    written = io.BytesIO()
    written.write(bytes(SIZE))
    check(SIZE, written)


def test_mappings_take_memory_where_there_is_no_file(tmp_path: Path) -> None:
    """Whatever looks at them; pages of a file are the kernel's."""
    (tmp_path / "data").write_bytes(bytes(SIZE))
    with open(tmp_path / "data", "rb") as file:
        of_file = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
    check(0, of_file, memoryview(of_file), np.frombuffer(of_file, np.uint8))
    anonymous = mmap.mmap(-1, SIZE)
    check(SIZE, anonymous, memoryview(anonymous), np.frombuffer(anonymous, np.uint8))
    closed = mmap.mmap(-1, SIZE)
    closed.close()
    check(0, closed)


def test_shared_memory_once() -> None:
    """Whoever views it."""
    block = shared_memory.SharedMemory(create=True, size=SIZE)
    view = np.frombuffer(block.buf, np.uint8)
    try:
        check(block.size, block, view)
    finally:
        del view
        block.close()
        block.unlink()


def test_pictures() -> None:
    """By their pixels as they are in memory, which are four bytes for RGB; the detail says which."""
    image = pytest.importorskip("PIL.Image")
    nodes = check(4 * SIZE, image.new("RGB", (1000, 1000)))
    check(SIZE, image.new("L", (1000, 1000)))
    assert nodes[-1]["detail"] == "1000x1000 RGB"


def test_frames_of_pandas() -> None:
    """Numbers are data, text is objects; a view shares with its frame."""
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"a": np.arange(SIZE // 8), "b": np.arange(SIZE // 8) / 3})
    check(2 * SIZE, frame, frame["a"])
    # Where pyarrow is installed, text is in its buffers unless objects are asked for.
    paths = pd.Series([f"/data/{index:06d}.jpg" for index in range(20_000)], dtype=object)
    names = pd.DataFrame({"path": paths})
    del paths
    nodes = check(20_000 * (8 + sys.getsizeof(names["path"][0])), names)
    assert nodes[0]["data_bytes"] < 1000


@pytest.mark.torch
def test_tensors_of_torch() -> None:
    """By their storage, which a view keeps whole, and which numpy may own."""
    torch = pytest.importorskip("torch")
    tensor = torch.zeros(SIZE // 4)
    check(SIZE, tensor)
    check(SIZE, tensor[:10], tensor[5:7], tensor.numpy())
    owned = np.zeros(SIZE, np.uint8)
    check(SIZE, owned, torch.from_numpy(owned))
    check(SIZE, torch.nn.Parameter(torch.zeros(SIZE // 4)))
    assert walk(tensor).nodes[0]["detail"] == "250000 float32"


@pytest.mark.torch
def test_tensors_of_torch_that_lie_in_a_file(tmp_path: Path) -> None:
    """Their pages are the kernel's to drop; what is in shared memory is not."""
    torch = pytest.importorskip("torch")
    torch.save(torch.zeros(SIZE // 4), tmp_path / "shard.pt")
    np.save(tmp_path / "table.npy", np.zeros(SIZE, np.uint8))
    mapped = torch.load(tmp_path / "shard.pt", mmap=True)
    table = torch.from_numpy(np.load(tmp_path / "table.npy", mmap_mode="r+"))

    check(SIZE, mapped, table, torch.zeros(SIZE // 4))
    check(SIZE, torch.zeros(SIZE // 4).share_memory_())


@pytest.mark.tensorflow
def test_eager_tensors_of_tensorflow() -> None:
    """By shape and type."""
    tf = pytest.importorskip("tensorflow")
    nodes = check(SIZE, tf.zeros((10, SIZE // 40)))
    assert nodes[-1]["type"] == "EagerTensor"
    assert nodes[-1]["detail"] == "10x25000 float32"


def test_what_a_library_cannot_tell_is_not_accounted_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The walk goes on, and says that something is lacking."""
    from genaudit.recorder.child.retention.sizes import kinds

    def unreadable(_value: object, _buffers: object) -> Any:
        raise RuntimeError

    class Odd:
        pass

    real: Callable[[type], Any] = kinds.payload_of
    monkeypatch.setattr(kinds, "payload_of", lambda kind: unreadable if kind is Odd else real(kind))
    found = walk([Odd(), bytes(SIZE)])
    assert not found.fields["is_complete"]
    assert found.fields["bytes"] == pytest.approx(SIZE, rel=0.01)
