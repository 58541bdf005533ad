"""GA201, GA203, GA501 and GA502: what outlives the batch."""

from tests.lint.marked import check_marked, findings


def test_batch_growth() -> None:
    """Batches kept on the object, in a global, in a default argument, or beside the loop."""
    check_marked(
        "batch-growth",
        """
        import collections, cv2, numpy as np
        SEEN = []

        def beside(paths, bs):
            history = []
            for i in range(0, len(paths), bs):
                batch = np.stack([cv2.imread(p) for p in paths[i:i + bs]])
                history.append(batch)  # finds: batch-growth
                yield batch

        def default(paths, kept=[]):
            for p in paths:
                image = cv2.imread(p)
                kept.append(image)  # finds: batch-growth
                yield image

        def in_global(paths):
            for p in paths:
                image = cv2.imread(p)
                SEEN.append(image)  # finds: batch-growth
                yield image

        class OnSelf:
            def __init__(self, paths):
                self.paths, self.kept, self.means = paths, [], []
                self.last = collections.deque(maxlen=4)
            def __len__(self):
                return len(self.paths)
            def __getitem__(self, i):
                image = cv2.imread(self.paths[i])
                self.kept.append(image)  # finds: batch-growth
                self.means.append(image.mean())
                self.last.append(image)
                return image

        def emptied(paths):
            kept = []
            for p in paths:
                kept.append(cv2.imread(p))
                yield kept[-1]
                if p.endswith("9.png"):
                    kept.clear()

        def windowed(paths):
            window = []
            for p in paths:
                window.append(cv2.imread(p))
                if len(window) > 3:
                    window.pop(0)
                yield np.stack(window)

        # Known miss: slices of an array that was handed in may be views.
        def views(x):
            kept = []
            for i in range(0, len(x), 8):
                kept.append(x[i:i + 8])
                yield x[i:i + 8]
        """,
    )


def test_unbounded_cache() -> None:
    """Decorators without a maximum on functions that read, and dicts that forget nothing."""
    check_marked(
        "unbounded-cache",
        """
        import functools, cv2
        from functools import cache as memo, lru_cache

        @memo  # finds: unbounded-cache
        def load(path):
            return cv2.imread(path)

        @functools.lru_cache(maxsize=None)  # finds: unbounded-cache
        def load_more(path):
            return load(path)

        @lru_cache(maxsize=8)
        def bounded(path):
            return cv2.imread(path)

        @memo
        def shape(path):
            return cv2.imread(path).shape

        @memo
        def once():
            return cv2.imread("mean.png")

        class ByHand:
            def __init__(self, paths, cache_images=False):
                self.paths, self.cache, self.flags, self.kept = paths, {}, {}, {}
                self.cache_images = cache_images
            def __len__(self):
                return len(self.paths)
            def __getitem__(self, i):
                p = self.paths[i]
                if p not in self.cache:
                    self.cache[p] = cv2.imread(p)  # finds: unbounded-cache
                self.flags[p] = True
                if self.cache_images:
                    self.kept[p] = cv2.imread(p)
                return self.cache[p]

        class Evicting:
            def __init__(self, paths):
                self.paths, self.cache = paths, {}
            def __len__(self):
                return len(self.paths)
            def __getitem__(self, i):
                if i not in self.cache:
                    self.cache[i] = cv2.imread(self.paths[i])
                    if len(self.cache) > 100:
                        self.cache.pop(next(iter(self.cache)))
                return self.cache[i]
        """,
    )


def test_file_leak() -> None:
    """Open files kept per item are a warning, an image that is only not closed a note."""
    outcomes = findings(
        """
        import numpy as np
        from PIL import Image

        class Kept:
            def __init__(self, paths):
                self.files = []
                for p in paths:
                    self.files.append(open(p))
            def __len__(self):
                return len(self.files)
            def __getitem__(self, i):
                return self.files[i].read(10)

        class NotClosed:
            def __init__(self, paths):
                self.paths = paths
            def __len__(self):
                return len(self.paths)
            def __getitem__(self, i):
                return np.asarray(Image.open(self.paths[i]))

        class Closed(NotClosed):
            def __getitem__(self, i):
                with Image.open(self.paths[i]) as image:
                    return np.asarray(image)
        """
    )

    assert outcomes == [("file-leak", 9, "warning"), ("file-leak", 21, "note")]


def test_worker_duplication() -> None:
    """Records of all items on a data set for workers are a note; lists of names are not."""
    check_marked(
        "worker-duplication",
        """
        import json
        from torch.utils.data import DataLoader, Dataset

        class Texts(Dataset):
            def __init__(self, paths):
                self.paths = paths
                self.records = []
                for p in paths:
                    with open(p) as f:
                        self.records.append(json.load(f))  # finds: worker-duplication
            def __getitem__(self, i):
                return self.records[i]

        def loader(paths):
            return DataLoader(Texts(paths), num_workers=4)
        """,
    )
    check_marked(
        "worker-duplication",
        """
        import json
        from torch.utils.data import DataLoader, Dataset

        class Texts(Dataset):
            def __init__(self, paths):
                self.records = [json.load(open(p)) for p in paths]
            def __getitem__(self, i):
                return self.records[i]

        def loader(paths):
            return DataLoader(Texts(paths), num_workers=0)
        """,
    )


def test_items_given_up_are_forgotten() -> None:
    """A list of slots of which old ones are set to None is bounded."""
    check_marked(
        "unbounded-cache",
        """
        import cv2

        class Slots:
            def __init__(self, paths):
                self.paths, self.order = paths, []
                self.images = [None] * len(paths)
                self.all = [None] * len(paths)
            def __len__(self):
                return len(self.paths)
            def __getitem__(self, i):
                self.images[i] = cv2.imread(self.paths[i])
                self.all[i] = cv2.imread(self.paths[i])  # finds: unbounded-cache
                self.order.append(i)
                if len(self.order) > 8:
                    self.images[self.order.pop(0)] = None
                return self.images[i]
        """,
    )


def test_keys_seen_and_lists_of_one_item_stay_silent() -> None:
    """A set of keys that ends with the epoch, a list made anew for each item; and what does outlive the batch."""
    check_marked(
        "batch-growth",
        """
        import json
        import numpy as np

        def distinct(path):
            seen = set()
            for line in open(path):
                record = json.loads(line)
                if record["id"] not in seen:
                    seen.add(record["id"])
                    yield record["id"], record

        def flat_or_nested(data, flat):
            for dialogue in json.load(open(data)):
                out = []
                for turn in dialogue:
                    if flat:
                        yield turn
                    else:
                        out.append(turn)
                if not flat:
                    yield out

        def every_epoch_anew(paths):
            while True:
                kept = []
                for path in paths:
                    array = np.load(path)
                    kept.append(array)  # finds: batch-growth
                    yield array

        def all_records(path):
            seen = []
            for line in open(path):
                record = json.loads(line)
                seen.append(record)  # finds: batch-growth
                yield record
        """,
    )


def test_cache_by_settings_stays_silent() -> None:
    """One entry for each device and width, and not for each item."""
    check_marked(
        "unbounded-cache",
        """
        import torch
        from torch.utils.data import Dataset

        basis = {}
        spectra = {}

        def mel(y, fmax):
            if fmax not in basis:
                basis[str(fmax) + str(y.device)] = torch.hann_window(1024).to(y.device)
            return basis[str(fmax) + str(y.device)] * y

        def spectrum(path):
            if path not in spectra:
                spectra[path] = torch.load(path)  # finds: unbounded-cache
            return spectra[path]

        class Mels(Dataset):
            def __init__(self, files, fmax):
                self.files, self.fmax = files, fmax
            def __len__(self):
                return len(self.files)
            def __getitem__(self, index):
                return mel(torch.load(self.files[index]), self.fmax), spectrum(self.files[index])
        """,
    )


def test_pictures_kept_as_they_were_opened() -> None:
    """Pillow closes a file once its picture is decoded: one that is kept before that stays open, and is a warning."""
    outcomes = findings(
        """
        from PIL import Image
        import numpy as np
        from torch.utils.data import Dataset

        class Kept(Dataset):
            def __init__(self, paths):
                self.images = [Image.open(p) for p in paths]
            def __len__(self):
                return len(self.images)
            def __getitem__(self, i):
                return np.asarray(self.images[i].convert("RGB"))

        class Opened(Dataset):
            def __init__(self, paths):
                self.paths, self.opened = paths, {}
            def __len__(self):
                return len(self.paths)
            def __getitem__(self, i):
                if i not in self.opened:
                    self.opened[i] = Image.open(self.paths[i])
                return self.opened[i].size

        class Decoded(Dataset):
            def __init__(self, paths):
                self.images = []
                for path in paths:
                    image = Image.open(path)
                    image.load()
                    self.images.append(image)
            def __len__(self):
                return len(self.images)
            def __getitem__(self, i):
                return self.images[i]

        def read_at_once(paths):
            images = [Image.open(p) for p in paths]
            arrays = np.stack([np.asarray(image) for image in images])
            while True:
                yield arrays

        def by_batch(paths, batch_size):
            for start in range(0, len(paths), batch_size):
                images = []
                for path in paths[start : start + batch_size]:
                    images.append(Image.open(path))
                yield np.stack([np.asarray(image) for image in images])
        """
    )

    assert [(name, line) for name, line, level in outcomes if (name, level) == ("file-leak", "warning")] == [
        ("file-leak", 8),
        ("file-leak", 21),
    ]
