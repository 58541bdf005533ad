"""``--synth``: a data set made on the spot, kept in a cache folder and made only once."""

from pathlib import Path
from typing import Any

import msgspec

from genaudit.errors import UsageError
from genaudit.recorder.synth.arrays import H5, Arrays, Npy
from genaudit.recorder.synth.images import Images, check_codec
from genaudit.recorder.synth.keeping import cache_folder, kept
from genaudit.recorder.synth.made import SynthSpec
from genaudit.recorder.synth.media import Video, Wav
from genaudit.recorder.synth.records import Shards, Tfrecord
from genaudit.recorder.synth.tables import Csv, Jsonl, Lines, Parquet
from genaudit.recorder.synth.words import MOST_ITEMS, Words, near

__all__ = ["KINDS", "SynthSpec", "cache_folder", "kind_in", "make_synth", "parse_synth"]

KINDS: dict[str, type[SynthSpec]] = {
    kind.KIND: kind for kind in (Images, Arrays, Npy, H5, Csv, Parquet, Lines, Jsonl, Wav, Video, Tfrecord, Shards)
}
"""What can be made, by the word before the colon."""


def kind_in(text: str) -> str | None:
    """The kind that a text names; ``None`` where it leaves the choice to what the target does."""
    kind = text.partition(":")[0].strip()
    return kind if kind and "=" not in kind else None


def parse_synth(text: str) -> SynthSpec:
    """The data set that a text asks for.

    Args:
        text: A kind, a colon, and any of its options: ``images:n=400,size=256x256``.

    Raises:
        UsageError: No kind, or an unknown one; an unknown option; a value out of its range.

    Example:
        >>> parse_synth("images:n=8,size=64x48").key
        'images-8-64x48-jpeg-4-v1'
    """
    name, _, options = text.strip().partition(":")
    kind = KINDS.get(name)
    if kind is None:
        raise Words(text, Images.EXAMPLE).wrong(
            f"there is no kind of data {name!r}" if kind_in(text) else "no kind of data is named",
            f"{near(name, tuple(KINDS))}; write --synth {Images.EXAMPLE}",
        )
    words = Words(text, kind.EXAMPLE)
    fields = words.read(options, kind.OPTIONS)
    try:
        return kind(**fields).checked(set(fields))
    except ValueError as error:
        raise words.wrong(str(error)) from None


def make_synth(spec: SynthSpec, items: int | None = None, cache: Path | None = None) -> dict[str, Any]:
    """The data set's files, made where they are not there yet.

    Safe with several processes at once: each writes whole files only, and all write the same.

    Args:
        spec: What to make.
        items: ``--items``: the number of items instead of ``spec.n``.
        cache: Folder to keep it in; the user's cache folder by default.

    Returns:
        ``kind``, ``directory``, ``files``, ``labels``, ``classes``, ``n``, ``plural``, and what else the kind
        gives, all plain values; and ``note``, which is not empty where the cache folder could not be used.

    Raises:
        UsageError: The number of items is impossible, or what writes the format is not installed.
        TargetError: The files can be written nowhere.
    """
    if items is not None:
        if not 1 <= items <= MOST_ITEMS:
            raise UsageError(f"--items {items} is not between 1 and {MOST_ITEMS}", slug="bad-items")
        spec = msgspec.structs.replace(spec, n=items, classes=min(spec.classes, items)).checked(set())
    if isinstance(spec, Images):
        check_codec(spec.format)
    folder, note = kept(spec.key, spec.FOLDER, spec.names, spec.writer, cache)
    return {
        "kind": spec.KIND,
        "directory": str(folder),
        "labels": [spec.label(index) for index in range(spec.n)],
        "classes": spec.classes,
        "n": spec.n,
        "plural": spec.plural,
        "note": note,
        **spec.given(folder),
    }
