"""GA103: what fires, what stays silent."""

import pytest

from genaudit.lint import lint_source
from tests.lint.marked import check_marked


def test_one_file_with_all_items() -> None:
    """numpy, h5py, pandas, pickle and lines: read whole, and handed out in pieces."""
    check_marked(
        "whole-file-read",
        """
        import pickle, h5py, numpy as np, pandas as pd
        from torch.utils.data import Dataset

        class Npy(Dataset):
            def __init__(self, path):
                self.x = np.load(path)  # finds: whole-file-read
            def __getitem__(self, i):
                return self.x[i]

        class H5(Dataset):
            def __init__(self, path):
                with h5py.File(path) as f:
                    self.x = f["x"][:]  # finds: whole-file-read
                    self.z = np.array(f["z"])  # finds: whole-file-read
            def __getitem__(self, i):
                return self.x[i], self.z[i]

        class Pickled(Dataset):
            def __init__(self, path):
                self.items = pickle.load(open(path, "rb"))  # finds: whole-file-read
            def __getitem__(self, i):
                return self.items[i]["image"]

        def table(path, bs):
            frame = pd.read_csv(path)  # finds: whole-file-read
            for i in range(0, len(frame), bs):
                yield frame.iloc[i:i + bs].values

        def lines(path):
            with open(path) as f:
                rows = f.readlines()  # finds: whole-file-read
            for row in rows:
                yield row.split()

        class EveryTime(Dataset):
            def __init__(self, path):
                self.path = path
            def __getitem__(self, i):
                return np.load(self.path)[i]  # finds: whole-file-read
        """,
    )


def test_a_memory_map_is_read_by_a_copy_alone() -> None:
    """np.asarray gives a view of it, unless the numbers are to be others."""
    check_marked(
        "whole-file-read",
        """
        import numpy as np

        def copied(path, rows, batch_size=8):
            x = np.array(np.memmap(path, dtype="float32", mode="r", shape=(rows, 64)))  # finds: whole-file-read
            for i in range(0, rows, batch_size):
                yield x[i : i + batch_size]

        def other_numbers(path, batch_size=8):
            x = np.asarray(np.load(path, mmap_mode="r"), dtype="float32")  # finds: whole-file-read
            for i in range(0, len(x), batch_size):
                yield x[i : i + batch_size]

        def viewed(path, rows, batch_size=8):
            x = np.asarray(np.memmap(path, dtype="float32", mode="r", shape=(rows * 64,))).reshape(rows, 64)
            for i in range(0, rows, batch_size):
                yield x[i : i + batch_size]

        def viewed_again(path, rows, batch_size=8):
            x = np.asanyarray(np.memmap(path, np.float32, "r", shape=(rows, 64)), dtype="float32")
            for i in range(0, rows, batch_size):
                yield x[i : i + batch_size]
        """,
    )


@pytest.mark.parametrize(
    ("opened", "named"),
    [
        pytest.param("np.array(np.load(path, mmap_mode='r'))", "keep the memory map", id="a memory map"),
        pytest.param("h5py.File(path)['x'][:]", "keep the h5py data set", id="h5py"),
        pytest.param("zarr.open(path)[:]", "keep the zarr data set", id="zarr"),
    ],
)
def test_advice_names_the_library_that_is_there(opened: str, named: str) -> None:
    """A memory map is no data set of h5py."""
    head = ["import h5py, zarr, numpy as np", "def rows(path):", f"    x = {opened}"]
    found = lint_source("\n".join([*head, "    for at in range(9):", "        yield x[at]"]), "read.py")

    assert [named in (outcome.fix or "") for outcome in found] == [True]


def test_pieces_and_indexes_stay_silent() -> None:
    """Memory maps, chunks, slices of a handle, a file per item, an index of names, labels."""
    check_marked(
        "whole-file-read",
        """
        import json, h5py, cv2, numpy as np, pandas as pd
        from torch.utils.data import Dataset

        class Mapped(Dataset):
            def __init__(self, path):
                self.x = np.load(path, mmap_mode="r")
                self.labels = np.load("labels.npy")
            def __getitem__(self, i):
                return self.x[i], self.labels[i]

        class Sliced(Dataset):
            def __init__(self, path):
                self.f = h5py.File(path)
            def __getitem__(self, i):
                return self.f["x"][i]

        def chunks(path):
            for chunk in pd.read_csv(path, chunksize=1000):
                yield chunk.values

        class PerItem(Dataset):
            def __init__(self, paths):
                self.paths = paths
            def __getitem__(self, i):
                return np.load(self.paths[i])

        class Index(Dataset):
            def __init__(self, path):
                self.frame = pd.read_csv(path)
                self.lines = open("list.txt").readlines()
                self.boxes = json.load(open("boxes.json"))
            def __getitem__(self, i):
                return cv2.imread(self.frame.path[i]), self.frame.label[i], self.boxes[i]

        def streamed(path):
            with open(path) as f:
                for line in f:
                    yield line.split()

        # Known miss: read elsewhere, handed over by code that is not audited.
        class Given(Dataset):
            def __init__(self, frame):
                self.frame = frame
            def __getitem__(self, i):
                return self.frame.iloc[i]
        """,
    )


def test_what_its_parts_are_used_for() -> None:
    """Lines and columns that name something elsewhere make a file an index; words that are encoded make it text."""
    check_marked(
        "whole-file-read",
        """
        import csv, pandas as pd
        from torch.utils.data import Dataset

        class Videos(Dataset):
            def __init__(self, path):
                self.table = pd.read_csv(path)
            def __getitem__(self, i):
                video_id = self.table.iloc[i]
                return video_id, self.table["sentence"][i]

        class Columns(Dataset):
            def __init__(self, path):
                self.table = pd.read_csv(path)
            def __getitem__(self, i):
                return self.table["image"][i], self.table.label[i]

        def listed(path, root):
            with open(path) as f:
                rows = f.readlines()
            for row in rows:
                name, n = row.split()
                yield f"{root}/{name}", int(n)

        def spoken(path, tokenizer):
            with open(path) as f:
                rows = f.readlines()  # finds: whole-file-read
            for row in rows:
                yield tokenizer.encode(row)
        """,
    )


def test_one_file_of_a_constructor_is_all_of_it() -> None:
    """However its name is put together: in a constructor nothing says which item is wanted."""
    check_marked(
        "whole-file-read",
        """
        import os, numpy as np
        from torch.utils.data import Dataset

        class Split(Dataset):
            files = [["train.npy", "abc"], ["test.npy", "def"]]
            def __init__(self, root):
                self.x = np.load(os.path.join(root, self.files[0][0]))  # finds: whole-file-read
                self.first = np.load(os.path.join(root, self.files[1][0])).shape
            def __getitem__(self, i):
                return self.x[i]
        """,
    )
