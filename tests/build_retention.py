"""Holders and trees of retention for standard reports, as walks find them."""

from collections.abc import Sequence
from typing import NamedTuple

from genaudit.model import Interval, Location
from genaudit.model.report import Holder, RetentionStep
from genaudit.units import KIB, MIB


class Held(NamedTuple):
    """A step of a made tree, with what is below it."""

    label: str
    bytes: int
    below: Sequence["Held"] = ()
    count: int = 1
    grown: int | None = None
    gained: int | None = None
    name: str | None = None
    place: Location | None = None


def steps_of(*roots: Held, retained: int) -> list[RetentionStep]:
    """The rows of a report's tree, parents first, with what no path reached as a root of its own."""
    steps: list[RetentionStep] = []

    def add(held: Held, parent: int) -> None:
        at = len(steps)
        steps.append(
            RetentionStep(
                parent=parent,
                label=held.label,
                name=held.name,
                bytes=held.bytes,
                count=held.count,
                grown_bytes=held.grown,
                gained=held.gained,
                location=held.place,
            )
        )
        for each in held.below:
            add(each, at)

    for root in roots:
        add(root, -1)
    missing = retained - sum(root.bytes for root in roots)
    return [*steps, RetentionStep(parent=-1, label="unaccounted", bytes=missing)] if missing > 0 else steps


def images_held(path: str, n_bytes: int, *, count: int = 400, retained: int) -> tuple[Holder, list[RetentionStep]]:
    """A list of decoded images in a local variable of a suspended generator: its path, and the tree."""
    list_bytes = n_bytes + count * 8
    names = ["inefficient_generator (line 7)", "images", f"list of {count}", "ndarray 256x256x3 uint8"]
    holder = Holder(
        names=names,
        named=[1],
        type="ndarray",
        entries=count,
        bytes=list_bytes,
        share=list_bytes / retained,
        location=Location(path=path, line=9, function="inefficient_generator"),
    )
    arrays = Held("ndarray 256x256x3 uint8", n_bytes, count=count)
    images = Held(f"images list of {count}", list_bytes, [arrays], name="images")
    paths = Held("image_paths list of 400", 48 * KIB, [Held("str", 44 * KIB, count=count)], name="image_paths")
    defined = Location(path=path, line=7, function="inefficient_generator")
    source = Held(names[0], list_bytes + 48 * KIB, [images, paths], place=defined)
    return holder, steps_of(source, retained=retained)


def batches_kept(path: str, batch: int, *, batches: int = 200, retained: int) -> tuple[Holder, list[RetentionStep]]:
    """An attribute of a loader that keeps every batch."""
    held, grown = batches * batch, (batches - 1) * batch
    holder = Holder(
        names=["Loader (line 1)", "seen", f"list of {batches}", "ndarray 8x256x256x3 uint8"],
        named=[1],
        type="ndarray",
        entries=batches,
        bytes=held,
        share=held / retained,
        growth_bytes_per_batch=Interval(value=batch, low=batch, high=batch),
        gained_per_batch=1.0,
        location=Location(path=path, line=8, function="Loader.__iter__"),
    )
    arrays = Held("ndarray 8x256x256x3 uint8", held, count=batches, grown=grown, gained=None)
    seen = Held(f"seen list of {batches}", held, [arrays], grown=grown, gained=batches - 1, name="seen")
    paths = Held("paths list of 400", 48 * KIB, [Held("str", 44 * KIB, count=400, grown=0)], grown=0, name="paths")
    place = Location(path=path, line=1, function="Loader")
    return holder, steps_of(
        Held("Loader (line 1)", held + 48 * KIB, [seen, paths], grown=grown, place=place), retained=retained
    )


def shards_held(path: str, n_bytes: int, *, retained: int) -> tuple[list[Holder], list[RetentionStep]]:
    """A loader whose shards hold decoded records many levels down, and a cache of a module that grows by epoch."""
    n_shards, growth = 12, 512 * KIB
    each, cache = n_bytes // n_shards, 6 * MIB
    labels = ["ndarray 32x32x3 float32", "ndarray 32 int64", "str", "dict of 4", "Meta", "tuple of 3", "bytes"]
    parts = [0.9, 0.04, 0.02, 0.015, 0.012, 0.008, 0.004]
    records = [Held(label, int(each * part), count=300) for label, part in zip(labels, parts, strict=True)]
    shards = [
        Held(
            f"train-{number:05}.tar Shard",
            each,
            [
                Held(
                    "records list of 300",
                    each - KIB,
                    [Held("Record", each - 4 * KIB, [Held("fields dict of 7", each - 8 * KIB, records)], count=300)],
                    name="records",
                )
            ],
            name=f"train-{number:05}.tar",
        )
        for number in range(n_shards)
    ]
    opened = Held(f"opened dict of {n_shards}", n_bytes, shards, name="opened", grown=0, gained=0)
    inner = Held("reader ShardReader", n_bytes, [opened], name="reader", grown=0)
    loader = Held("ShardLoader (line 21)", n_bytes, [inner], grown=0, place=Location(path=path, line=21))
    kept = Held("bytes", cache, count=96, grown=4 * growth)
    module = Held(
        "shop.shards (module)",
        cache,
        [Held("_HEADERS dict of 96", cache, [kept], name="_HEADERS", grown=4 * growth, gained=32)],
        grown=4 * growth,
        place=Location(path=path, line=1),
    )
    holders = [
        Holder(
            names=[
                "ShardLoader (line 21)",
                "reader",
                "opened",
                f"dict of {n_shards}",
                "records",
                "list of 300",
                "fields",
                "dict of 7",
                "ndarray 32x32x3 float32",
            ],
            named=[1, 2, 4, 6],
            type="ndarray",
            entries=n_shards,
            bytes=n_bytes,
            share=n_bytes / retained,
            location=Location(path=path, line=34, function="ShardReader.open"),
            is_sampled=True,
        ),
        Holder(
            names=["shop.shards (module)", "_HEADERS", "dict of 96", "bytes"],
            named=[1],
            type="bytes",
            entries=96,
            bytes=cache,
            share=cache / retained,
            growth_bytes_per_epoch=Interval(value=growth, low=growth, high=growth),
            location=Location(path=path, line=12, function="header"),
        ),
    ]
    return holders, steps_of(loader, module, retained=retained)
