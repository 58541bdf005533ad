"""One file that holds the whole data set, read in one go."""

from collections.abc import Iterator

from genaudit.lint.fix.snippets import mapped
from genaudit.lint.interpreter.subject_facts import SubjectFacts
from genaudit.lint.interpreter.values import ReadSite
from genaudit.lint.offences import whole_reads
from genaudit.lint.rules.base import Hit, hit_of, lint_rule
from genaudit.model import Level

_FIXES = {
    "numpy.load": 'np.load(path, mmap_mode="r") reads only what is sliced (.npy, not .npz); values become a '
    "numpy.memmap, which np.array(...) of a slice copies",
    "pandas.read_csv": "pd.read_csv(path, chunksize=...) hands out the rows in pieces",
    "readlines": "iterate over the open file: it hands out one line at a time",
    "numpy.memmap": "keep the memory map as it is, and copy the rows of the batch out of it: np.array(x[i:j])",
    "pandas.read_table": "pd.read_table(path, chunksize=...) hands out the rows in pieces",
    "soundfile.read": "soundfile.read(path, start=..., stop=...) reads the frames of a batch only",
    "librosa.load": "librosa.load(path, offset=..., duration=...) reads a part only",
    "scipy.io.wavfile.read": "scipy.io.wavfile.read(path, mmap=True) reads only what is sliced; values become a "
    "numpy.memmap",
    "torchvision.io.read_video": "torchvision.io.read_video(path, start_pts=..., end_pts=...) decodes a part only",
    "numpy.loadtxt": "convert once to .npy, and open it with mmap_mode='r'",
    "numpy.genfromtxt": "convert once to .npy, and open it with mmap_mode='r'",
    "pandas.read_parquet": "pyarrow.parquet.ParquetFile(path).iter_batches() hands out the rows in pieces",
}


@lint_rule(
    code="GA103", name="whole-file-read", title="A whole file is read for the sake of a slice", level=Level.WARNING
)
def whole_file_read(facts: SubjectFacts) -> Iterator[Hit]:
    """One file with the data of all items is read whole, and batches are cut from it.

    Why it matters:
        The batch is a slice, the memory is the file. Formats that hold many items can mostly be read in part.

    When it is wrong:
        The file is small: labels, names, an index. No finding where the rule can see it: files that name
        other files, tables beside which every item is read from a file of its own, and what is called labels or ids.

    What to do:
        ``np.load(path, mmap_mode="r")``; ``h5py`` data sets sliced per batch; ``pd.read_csv(path, chunksize=...)``;
        iterating over an open file instead of ``readlines()``.

    Known misses:
        A file that is read in one module and passed on through code outside the run.
    """
    for read_site in whole_reads(facts):
        yield hit_of(
            read_site,
            facts,
            code=mapped(read_site.node, facts.node) if read_site.reader == "numpy.load" else None,
            message=f"{facts.name} {_what(read_site)}, and hands it out in pieces",
            level=Level.WARNING,
            fix=_FIXES.get(read_site.reader) or _fix(read_site.reader),
        )


def _what(read_site: ReadSite) -> str:
    if read_site.reader.endswith("[:]"):
        return "reads a whole data set of the file into memory"
    if read_site.reader == "numpy.memmap":
        return "copies a whole memory map into memory"
    return f"reads a whole file into memory with {read_site.reader}"


def _fix(reader: str) -> str:
    library, whole, _ = reader.partition("[:]")
    if not whole:
        return "read only the part that a batch needs"
    return f"keep the {library or 'opened'} data set, and slice it with the rows of the batch"
