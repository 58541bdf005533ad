"""GA101: what fires, what stays silent."""

from tests.lint.marked import check_marked, findings


def test_gathered_before_the_first_yield() -> None:
    """Comprehension, loop, map, helper, consumed generator expression: all keep every item."""
    check_marked(
        "eager-load",
        """
        import cv2, numpy as np
        from PIL import Image as I

        def comprehension(paths):
            images = [np.asarray(I.open(p)) for p in paths]  # finds: eager-load
            for i in range(0, len(images), 8):
                yield images[i:i + 8]

        def loop(paths, bs):
            out = []
            for p in paths:
                out.append(cv2.imread(p))  # finds: eager-load
            while True:
                yield np.array(out[:bs])

        def mapped(paths):
            images = list(map(cv2.imread, paths))  # finds: eager-load
            yield from images

        def filled(paths):
            x = np.zeros((len(paths), 8, 8, 3))
            for i, p in enumerate(paths):
                x[i] = cv2.imread(p)  # finds: eager-load
            for i in range(len(paths)):
                yield x[i]

        def consumed(paths):
            images = np.stack(list(cv2.imread(p) for p in paths))  # finds: eager-load
            yield images[0]

        def read(path):
            return cv2.imread(path)

        def read_all(paths):
            found = []
            for p in paths:
                found.append(read(p))  # finds: eager-load
            return found

        def by_helper(paths):
            images = read_all(paths)
            for image in images:
                yield image

        def each_epoch(paths):
            while True:
                images = [read(p) for p in paths]  # finds: eager-load
                for image in images:
                    yield image
        """,
    )


def test_batches_are_not_the_data_set() -> None:
    """What is gathered for one batch, one folder, one shard, a window or a warm-up stays silent."""
    check_marked(
        "eager-load",
        """
        import glob, itertools, os, random, cv2, numpy as np

        def sliced(paths, bs):
            while True:
                for i in range(0, len(paths), bs):
                    yield np.array([cv2.imread(p) for p in paths[i:i + bs]])

        def filled_up(paths, bs):
            batch = []
            for p in itertools.cycle(paths):
                batch.append(cv2.imread(p))
                if len(batch) == bs:
                    yield np.array(batch)
                    batch = []

        def sampled(paths, bs):
            while True:
                yield list(map(cv2.imread, random.sample(paths, bs)))

        def per_folder(folders):
            for folder in folders:
                yield [cv2.imread(p) for p in glob.glob(os.path.join(folder, "*.png"))]

        def shards(files):
            for f in files:
                rows = np.load(f)
                for row in rows:
                    yield row

        def only_numbers(paths):
            mean = np.mean([cv2.imread(p).mean() for p in paths])
            for p in paths:
                yield cv2.imread(p) - mean

        def of_names(folder):
            names = [os.path.join(folder, n) for n in os.listdir(folder)]
            for n in names:
                yield cv2.imread(n)
        """,
    )


def test_certain_is_an_error_and_a_guess_is_a_warning() -> None:
    """A reader known by its library is certain; one known by its name alone is not."""
    levels = findings(
        """
        import cv2
        from elsewhere import load_image

        def certain(paths):
            images = [cv2.imread(p) for p in paths]
            yield from images

        def guessed(paths):
            images = [load_image(p) for p in paths]
            yield from images
        """
    )

    assert [level for _, _, level in levels] == ["error", "warning"]


def test_known_misses() -> None:
    """What the page says is missed: readers that neither the rule nor their name gives away."""
    check_marked(
        "eager-load",
        """
        from elsewhere import obtain

        def unknown(paths):
            things = [obtain(p) for p in paths]
            yield from things

        def evaluated(paths):
            things = eval("[imread(p) for p in paths]")
            yield from things
        """,
    )


def test_at_import() -> None:
    """What a module gathers when it is imported is found where a generator hands it out."""
    check_marked(
        "eager-load",
        """
        import glob, cv2

        IMAGES = [cv2.imread(p) for p in glob.glob("data/*.png")]  # finds: eager-load
        ICONS = [cv2.imread(p) for p in ("a.png", "b.png")]

        def batches(bs):
            for i in range(0, len(IMAGES), bs):
                yield IMAGES[i:i + bs]
        """,
    )


def test_generator_expressions_look_their_source_up_when_made() -> None:
    """A name that is given to an expression over itself does not turn in a circle."""
    check_marked(
        "eager-load",
        """
        import cv2

        def filtered(paths):
            images = (cv2.imread(p) for p in paths)
            images = (image for image in images if image is not None)
            kept = [image / 255 for image in images]  # finds: eager-load
            yield from kept

        def lazily(paths):
            images = (cv2.imread(p) for p in paths)
            images = (image for image in images if image is not None)
            for image in images:
                yield image
        """,
    )


def test_what_a_framework_keeps() -> None:
    """Every example of ``setup_data`` is kept by the base; what a Beam step reads of one path at a time is not."""
    check_marked(
        "eager-load",
        """
        import json
        from parlai.core.teachers import DialogTeacher

        class Talks(DialogTeacher):
            def setup_data(self, path):  # finds: eager-load
                with open(path) as lines:
                    for line in lines:
                        talk = json.loads(line)
                        yield {"text": talk["question"], "labels": [talk["answer"]]}, True
        """,
    )
    check_marked(
        "whole-file-read",
        """
        import json
        import apache_beam as beam
        import tensorflow_datasets as tfds

        class Samples(tfds.core.GeneratorBasedBuilder):
            def _split_generators(self, dl):
                with open(dl.folder / "all.json") as source:
                    samples = json.load(source)  # finds: whole-file-read
                return {"train": self._generate_examples(samples)}
            def _generate_examples(self, samples):
                return beam.Create(samples) | "one" >> beam.Map(lambda s: (s["id"], {"text": s["text"]}))

        class Paths(tfds.core.GeneratorBasedBuilder):
            def _split_generators(self, dl):
                with open(dl.folder / "names.json") as source:
                    names = json.load(source)
                return {"train": self._generate_examples(names)}
            def _generate_examples(self, names):
                def one(name):
                    with open(name) as source:
                        return name, source.read()
                return beam.Create(names) | beam.Map(one)
        """,
    )


def test_a_switch_that_only_a_split_turns_on() -> None:
    """A parameter that is off by default is on where the builder's split says so."""
    check_marked(
        "eager-load",
        """
        import datasets

        class Chosen(datasets.GeneratorBasedBuilder):
            def _split_generators(self, dl):
                given = {"path": dl.path, "order": dl.order}
                return [datasets.SplitGenerator(name="train", gen_kwargs=given)]
            def _lines(self, path):
                with open(path) as lines:
                    for line in lines:
                        yield {"text": line}
            def _generate_examples(self, path, order=None):
                if order:
                    lines = list(self._lines(path))  # finds: eager-load
                    yield from enumerate(lines)
                else:
                    yield from enumerate(self._lines(path))
        """,
    )
