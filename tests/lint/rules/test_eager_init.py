"""GA102: what fires, what stays silent."""

from genaudit.lint import lint_source
from tests.lint.marked import check_marked


def test_constructor_and_what_it_calls() -> None:
    """The load may sit in the constructor, a private method, a base class, a data class, or a setup."""
    check_marked(
        "eager-init",
        """
        import os, cv2, numpy as np, torch
        from dataclasses import dataclass
        from torch.utils.data import Dataset as D
        from tensorflow import keras

        class Direct(D):
            def __init__(self, paths):
                self.x = [cv2.imread(p) for p in paths]  # finds: eager-init
            def __getitem__(self, i):
                return self.x[i]

        class Private(keras.utils.Sequence):
            def __init__(self, folder):
                self.folder = folder
                self._fill()
            def _fill(self):
                self.images = {}
                for name in os.listdir(self.folder):
                    self.images[name] = self._one(name)  # finds: eager-init
            def _one(self, name):
                return cv2.resize(cv2.imread(os.path.join(self.folder, name)), (8, 8))
            def __getitem__(self, i):
                return self.images[i]

        class Base(D):
            def __init__(self, paths):
                self.data = self.collect(paths)
            def __getitem__(self, i):
                return self.data[i]

        class Derived(Base):
            def collect(self, paths):
                return np.stack([np.load(p) for p in paths])  # finds: eager-init

        @dataclass
        class Fields(D):
            folder: str
            def __post_init__(self):
                self.x = [np.load(p) for p in os.listdir(self.folder)]  # finds: eager-init
            def __getitem__(self, i):
                return self.x[i]
        """,
    )


def test_paths_sizes_and_opt_ins_are_not_data() -> None:
    """A constructor may read every file, keep what is small, and load when it is asked to."""
    check_marked(
        "eager-init",
        """
        import glob, json, cv2
        from torch.utils.data import Dataset

        class Sizes(Dataset):
            def __init__(self, paths):
                self.paths, self.sizes, self.means = [], [], []
                for p in paths:
                    image = cv2.imread(p)
                    if image is not None:
                        self.paths.append(p)
                        self.sizes.append(image.shape)
                        self.means.append(image.mean())
            def __getitem__(self, i):
                return cv2.imread(self.paths[i])

        class OptIn(Dataset):
            def __init__(self, paths, preload=False):
                self.paths = paths
                self.images = [cv2.imread(p) for p in paths] if preload else None
                if preload:
                    self.more = [cv2.imread(p) for p in paths]
            def __getitem__(self, i):
                return self.images[i] if self.images else cv2.imread(self.paths[i])

        class Annotated(Dataset):
            def __init__(self, folder):
                self.items = [json.load(open(p)) for p in glob.glob(folder + "/*.json")]
            def __getitem__(self, i):
                return cv2.imread(self.items[i]["file"]), self.items[i]["boxes"]

        class Given(Dataset):
            def __init__(self, images, labels):
                self.images = [image / 255 for image in images]
                self.labels = labels
            def __getitem__(self, i):
                return self.images[i]

        # Known miss: attributes set from outside.
        class Outside(Dataset):
            def __getitem__(self, i):
                return self.images[i]

        def fill(ds, paths):
            ds.images = [cv2.imread(p) for p in paths]
        """,
    )


def test_name_does_not_acquit() -> None:
    """A class called lazy that loads all is accused all the same."""
    check_marked(
        "eager-init",
        """
        import cv2
        class LazyImages:
            def __init__(self, paths):
                self.images = dict((p, cv2.imread(p)) for p in paths)  # finds: eager-init
            def __len__(self):
                return len(self.images)
            def __getitem__(self, p):
                return self.images[p]
        """,
    )


def test_asked_for_by_name() -> None:
    """A cache that is compared with the name of a mode is an opt-in, and what only it runs is not run."""
    check_marked(
        "eager-init",
        """
        import random, cv2
        from torch.utils.data import Dataset

        class Modes(Dataset):
            def __init__(self, paths, cache=None):
                self.paths = paths
                self.cache = cache.lower() if isinstance(cache, str) else "ram" if cache is True else None
                self.images = [None] * len(paths)
                if self.cache == "ram" and self.fits():
                    self.images = [cv2.imread(p) for p in paths]
            def fits(self):
                return sum(cv2.imread(random.choice(self.paths)).nbytes for _ in range(30)) < 1e9
            def __getitem__(self, i):
                return cv2.imread(self.paths[i])
        """,
    )


def test_items_that_are_made_up_front() -> None:
    """Drawn one by one into an array for all of them, and kept; no item of another array, no batch, no table."""
    check_marked(
        "eager-init",
        """
        import numpy as np

        class Drawn:
            def __init__(self, count, size):
                self.images = np.zeros((count, size, size))
                for number in range(count):
                    self.images[number] = np.random.rand(size, size)  # finds: eager-init
            def __len__(self):
                return len(self.images)
            def __getitem__(self, i):
                return self.images[i]

        class Padded:
            def __init__(self, sentences, longest):
                self.rows = np.zeros((len(sentences), longest))
                for number in range(len(sentences)):
                    self.rows[number, : len(sentences[number])] = sentences[number]
            def __len__(self):
                return len(self.rows)
            def __getitem__(self, i):
                return self.rows[i]

        class Few:
            def __init__(self, count):
                self.count = count
                self.shifts = np.zeros((8, 2))
                for number in range(8):
                    self.shifts[number] = np.random.rand(2)
            def __len__(self):
                return self.count
            def __getitem__(self, i):
                return self.shifts[i % 8]
        """,
    )


def test_made_items_are_not_said_to_be_read() -> None:
    """The words fit: no file is there."""
    (outcome,) = lint_source(
        "import numpy as np\n"
        "class Drawn:\n"
        "    def __init__(self, n):\n"
        "        self.x = np.zeros((n, 64, 64))\n"
        "        for i in range(n):\n"
        "            self.x[i] = np.random.rand(64, 64)\n"
        "    def __len__(self):\n"
        "        return len(self.x)\n"
        "    def __getitem__(self, i):\n"
        "        return self.x[i]\n",
        "drawn.py",
    )

    assert outcome.message == "Drawn makes every item while it is constructed, and keeps them all"
    assert outcome.fix is not None
    assert "seed" in outcome.fix


def test_lines_taken_one_by_one() -> None:
    """``readline`` until there is none; a header, offsets, and lines that are handed out are no data set."""
    check_marked(
        "eager-init",
        """
        from torch.utils.data import Dataset

        class Pairs(Dataset):
            def __init__(self, path):
                self.pairs = []
                with open(path) as source:
                    line = source.readline()
                    while line:
                        self.pairs.append(line.split())  # finds: eager-init
                        line = source.readline()
            def __getitem__(self, i):
                return self.pairs[i]

        class Header(Dataset):
            def __init__(self, path):
                with open(path) as source:
                    self.columns = source.readline().split(",")
                self.path = path
            def __getitem__(self, i):
                return self.columns[0], i

        class Offsets(Dataset):
            def __init__(self, path):
                self.path, self.starts = path, []
                with open(path, "rb") as source:
                    while source.readline():
                        self.starts.append(source.tell())
            def __getitem__(self, i):
                return self.starts[i]
        """,
    )


def test_one_of_two_classes_keeps_all() -> None:
    """Which of the two holds the data is decided when it runs: it may be the one that keeps everything."""
    check_marked(
        "eager-init",
        """
        from torch.utils.data import Dataset

        class Streamed:
            def __init__(self, load):
                self.load = load
            def get(self, i):
                return next(self.load())

        class Kept:
            def __init__(self, load):
                self.items = []
                for item in load():
                    self.items.append(item)  # finds: eager-init
            def get(self, i):
                return self.items[i]

        class Either(Dataset):
            def __init__(self, path, quick):
                self.path = path
                kind = Streamed if quick else Kept
                self.data = kind(self.lines)
            def lines(self):
                for line in open(self.path):
                    yield line.split()
            def __getitem__(self, i):
                return self.data.get(i)

        class Chosen(Dataset):
            def __init__(self, path):
                self.path = path
                self.data = Streamed(self.lines)
            def lines(self):
                for line in open(self.path):
                    yield line.split()
            def __getitem__(self, i):
                return self.data.get(i)
        """,
    )


def test_arrays_made_for_all_items() -> None:
    """One array with a row for each item, or a list of them; labels, boxes, weights and what is given are none."""
    check_marked(
        "eager-init",
        """
        import numpy as np, torch
        from torch.utils.data import Dataset

        class Noise(Dataset):
            def __init__(self, size, length):
                self.data = torch.randn(length, size)  # finds: eager-init
            def __getitem__(self, i):
                return self.data[i]

        class Waves(Dataset):
            def __init__(self, n, length):
                self.items = []
                for _ in range(n):
                    self.items.append(np.sin(np.linspace(0, 6, length)))  # finds: eager-init
            def __getitem__(self, i):
                return self.items[i]

        class Weighted(Dataset):
            def __init__(self, paths, width):
                self.paths, self.weights = paths, torch.randn(10, width)
                self.centres = torch.randn(len(paths), 4)
            def __getitem__(self, i):
                return self.paths[i], self.weights[i % 10], self.centres[i]
        """,
    )


def test_a_fixed_few_are_not_every_item() -> None:
    """A constructor that puts ten images aside, as it does at the end of each epoch, has not loaded the data set."""
    check_marked(
        "eager-init",
        """
        import numpy as np
        from tensorflow import keras

        class Aside(keras.utils.Sequence):
            def __init__(self, names):
                self.names, self.extra = list(names), []
                self.on_epoch_end()
            def __len__(self):
                return len(self.names)
            def __getitem__(self, i):
                x = np.load(self.names[i])
                x[0] = self.extra[i % len(self.extra)]
                return x
            def on_epoch_end(self):
                for name in self.names[:10]:
                    self.extra.append(np.load(name))

        class Most(keras.utils.Sequence):
            def __init__(self, names):
                self.extra = []
                for name in names[:50000]:
                    self.extra.append(np.load(name))  # finds: eager-init
            def __len__(self):
                return 50000
            def __getitem__(self, i):
                return self.extra[i]
        """,
    )
