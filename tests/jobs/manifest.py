"""Thirty training scripts as people write them, and what is true of each.

The labels were written before genaudit had seen one of the scripts. Of two, the line that calls the function which
loads all was added after the first score, beside the line in that function: either is right.
"""

from typing import NamedTuple

GENERATOR, QUEUE, WORKERS, STEP = "generator", "queue", "workers", "training step"
"""Where memory is: in the source itself, in batches that wait, in each worker process, in the loop that trains."""
LOADED = frozenset({"eager-load", "eager-init", "whole-file-read"})
CACHED = frozenset({"unbounded-cache", "batch-growth", "eager-load", "in-memory-cache"})
KEPT = frozenset({"training-loop-growth"})
GROWS = frozenset({"batch-growth", "concatenate-in-loop"})


class Job(NamedTuple):
    """One script and its truth."""

    script: str
    """File below this folder, or ``-m module`` in the folder ``package``."""
    framework: str
    source: str
    """The code of the line that hands the source over, or a part of it that no other line has."""
    verdict: str
    place: str = ""
    """Where memory is; empty where nothing is wrong."""
    findings: frozenset[str] = frozenset()
    """Names of rules, one of which must be found; no rule may fail where there are none."""
    line: str = ""
    """The code of the line to blame, or a part of it that no other line has; of several, parted by ``||``, any."""
    file: str = ""
    """Where that line is, if not in the script."""
    words: tuple[str, ...] = ()
    """The script's own arguments."""
    data: str = ""
    """What is made for it before: a function of ``tests.jobs.data``."""
    options: tuple[str, ...] = ()
    """What genaudit must be told; nothing in a first try."""

    @property
    def name(self) -> str:
        """Short, for tables."""
        return self.script.removeprefix("scripts/").removesuffix(".py")


JOBS = (
    Job(
        "scripts/keras_fit_eager.py",
        *(
            "keras",
            "history = model.fit(",
            "fail",
            GENERATOR,
            LOADED,
            "images.append(np.load( || return np.array(images) || X = load_images(folder)",
        ),
        words=("pictures",),
        data="pictures",
    ),
    Job(
        "scripts/keras_fit_gone.py",
        *("keras", "model.fit_generator(", "fail", GENERATOR, CACHED, "cache[path] = np.load(path)"),
    ),
    Job("scripts/keras_sequence_lazy.py", "keras", "model.fit(train, epochs=2)", "pass"),
    Job(
        "scripts/keras_pydataset_threads.py",
        *("keras", "model.fit(ds", "fail", GENERATOR, CACHED, "self.done[clip] = self.compute(clip)"),
    ),
    Job(
        "scripts/keras_pydataset_processes.py",
        *("keras", "net.fit(train", "fail", WORKERS, CACHED, "self.memory[name] = np.load(name)"),
    ),
    Job("scripts/keras_flow_from_directory.py", "keras", "history = model.fit(train_generator", "pass"),
    Job(
        "scripts/keras_directory_cached.py",
        *("keras", "model.fit(train_ds", "fail", GENERATOR, CACHED, "train_ds = train_ds.cache()"),
    ),
    Job("scripts/keras_directory_lazy.py", "keras", "model.fit(normalized_ds", "pass"),
    Job(
        "scripts/keras_arrays.py",
        *("keras", "model.fit(x_train", "fail", GENERATOR, LOADED, "x_train = x_train.astype( || x_train = np.load("),
        words=(".",),
        data="arrays",
    ),
    Job(
        "scripts/keras_validation_leaks.py",
        *("keras", "model.fit(", "fail", GENERATOR, GROWS, "shown.append(x)"),
        options=("--source", "validation_data"),
    ),
    Job(
        "scripts/keras_on_torch.py",
        *("keras on torch", "model.fit(loader", "fail", GENERATOR, CACHED, "self.seen.append(image)"),
    ),
    Job(
        "scripts/tf_loop_h5_eager.py",
        *("tf.data", "in enumerate(dataset):", "fail", GENERATOR, LOADED, 'images = f["images"][:]'),
        words=("--h5", "train.h5"),
        data="h5",
    ),
    Job("scripts/tf_interleave_lazy.py", "tf.data", "in enumerate(dataset):", "pass"),
    Job(
        "scripts/tf_keras_concatenate.py",
        *("tf_keras", "model.fit(sampler.flow()", "fail", GENERATOR, GROWS, "self.all_seen = np.concatenate("),
    ),
    Job(
        "scripts/torch_map_eager.py",
        *("torch", "for inputs, targets in loader:", "fail", GENERATOR, LOADED, "self.samples.append("),
        words=("--data", "pictures"),
        data="pictures",
    ),
    Job(
        "scripts/torch_workers_cache.py",
        *("torch", "for x, y in loader:", "fail", WORKERS, CACHED, "self.cache[i] = np.load("),
    ),
    Job("scripts/torch_iterable_lazy.py", "torch", "for ids in loader:", "pass"),
    Job(
        "scripts/torch_loss_kept.py",
        *("torch", "in enumerate(train_loader):", "warn", STEP, KEPT, "losses.append(loss)"),
    ),
    Job("scripts/torch_while_h5_lazy.py", "torch", "    iterator = iter(loader)\n    while", "pass"),
    Job("scripts/torch_prefetch_queue.py", "torch", "for volume, label in loader:", "pass", QUEUE),
    Job(
        "scripts/lightning_eager.py",
        *("lightning", "trainer.fit(Classifier()", "fail", GENERATOR, LOADED, "self.volumes = [np.load(p)"),
    ),
    Job(
        "scripts/transformers_cache.py",
        *("transformers", "trainer.train()", "fail", GENERATOR, CACHED, "self.encoded[idx] = self.encode("),
    ),
    Job("scripts/transformers_streaming_lazy.py", "transformers", "Trainer(model=model", "pass"),
    Job(
        "scripts/numpy_source_eager.py",
        *("plain", "in genaudit.source(", "fail", GENERATOR, LOADED, "return np.stack([np.load(f) || X = load_data("),
        words=("pictures",),
        data="pictures",
    ),
    Job("scripts/numpy_memmap_lazy.py", "plain", "for X, y in source(batches):", "pass"),
    Job(
        "-m segment.train",
        *("torch, bare loop", "for batch in tiles(", "fail", GENERATOR, CACHED, "_opened[number] = read_picture("),
        file="segment/data.py",
    ),
    Job(
        "notebook/denoise.ipynb",
        *("keras, notebook", "history = model.fit(", "fail", GENERATOR, GROWS, "clean_signals.append(clean)"),
    ),
    Job("scripts/yaml_config_lazy.py", "torch", "for x in loader:", "pass", words=("data.size=80", "lr=0.001")),
    Job(
        "scripts/thread_queue_unbounded.py",
        *("torch, bare loop", "for x in loader:", "fail", QUEUE),
        frozenset({"unbounded-prefetch", "eager-load", "batch-growth"}),
        "self.q.put(torch.from_numpy(",
    ),
    Job(
        "scripts/pandas_csv_eager.py",
        *("torch, bare loop", "in batches(df, opt.batch_size):", "fail", GENERATOR, LOADED, "df = pd.read_csv("),
        words=("--csv", "train.csv"),
        data="table",
    ),
)
