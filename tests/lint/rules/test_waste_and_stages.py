"""GA104, GA302, GA303, GA401, GA402 and GA403."""

from tests.lint.marked import check_marked, findings


def test_dataset_as_argument() -> None:
    """A caller that loads all and hands it over gets a note, and only the caller."""
    outcomes = findings(
        """
        import cv2, numpy as np

        def batches(x, bs):
            for i in range(0, len(x), bs):
                yield x[i:i + bs]

        def train(paths):
            x = np.stack([cv2.imread(p) for p in paths])
            for batch in batches(x, 8):
                print(batch)

        def train_small(paths):
            for batch in batches(paths, 8):
                print(batch)
        """
    )

    assert outcomes == [("dataset-as-argument", 10, "note")]


def test_dtype_upcast() -> None:
    """A conversion of a batch of images is accused, one image and a chosen dtype are not."""
    outcomes = findings(
        """
        import cv2, numpy as np

        def batches(paths, bs):
            for i in range(0, len(paths), bs):
                batch = np.array([cv2.imread(p) for p in paths[i:i + bs]])
                a = batch.astype(float)
                b = batch / 255.0
                c = batch.astype(np.float32) / 255.0
                d = np.array([cv2.imread(p) for p in paths[i:i + bs]], dtype=np.float32) / 255
                e = cv2.imread(paths[i]).astype(float)
                yield a, b, c, d, e
        """
    )

    assert outcomes == [("dtype-upcast", 7, "warning"), ("dtype-upcast", 8, "note")]


def test_concatenate_in_loop() -> None:
    """An array of a batch that grows by copies is accused; a list that is stacked once is not."""
    check_marked(
        "concatenate-in-loop",
        """
        import cv2, numpy as np

        def copies(paths, bs):
            for i in range(0, len(paths), bs):
                batch = None
                for p in paths[i:i + bs]:
                    image = cv2.imread(p)[None]
                    batch = image if batch is None else np.concatenate([batch, image])  # finds: concatenate-in-loop
                out = np.zeros((0, 8, 8, 3))
                for p in paths[i:i + bs]:
                    out = np.vstack((out, cv2.imread(p)[None]))  # finds: concatenate-in-loop
                yield batch, out

        def once(paths, bs):
            for i in range(0, len(paths), bs):
                images = []
                for p in paths[i:i + bs]:
                    images.append(cv2.imread(p)[None])
                yield np.concatenate(images)
        """,
    )


def test_shuffle_and_cache() -> None:
    """After the step that decodes they hold data; before it, names."""
    text = """
        import tensorflow as tf

        def decode(path):
            return tf.io.decode_jpeg(tf.io.read_file(path))

        def after(paths):
            ds = tf.data.Dataset.from_tensor_slices(paths).map(decode)
            ds = ds.cache()  # finds: in-memory-cache
            return ds.shuffle(len(paths)).batch(8)  # finds: oversized-shuffle-buffer

        def before(paths):
            ds = tf.data.Dataset.from_tensor_slices(paths).cache().shuffle(len(paths))
            return ds.map(decode).shuffle(256).cache("/tmp/decoded").batch(8)
        """
    check_marked("in-memory-cache", text)
    check_marked("oversized-shuffle-buffer", text)


def test_unbounded_prefetch() -> None:
    """A queue that a thread fills with data needs a maximum; one of names does not."""
    check_marked(
        "unbounded-prefetch",
        """
        import queue, threading, cv2

        class Ahead:
            def __init__(self, paths):
                self.paths = paths
                self.tasks = queue.Queue()
                self.done = queue.Queue()  # finds: unbounded-prefetch
                self.limited = queue.Queue(maxsize=8)
                threading.Thread(target=self._work, daemon=True).start()
            def _work(self):
                for p in self.paths:
                    self.tasks.put(p)
                    self.done.put(cv2.imread(p))
                    self.limited.put(cv2.imread(p))
            def __iter__(self):
                for _ in self.paths:
                    yield self.done.get(), self.limited.get()
        """,
    )
