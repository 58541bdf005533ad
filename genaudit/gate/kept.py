"""What an unfinished gate has measured, kept in the reports folder: the next run takes it up.

Of each target it is the recording, under a name that is made of all that it rests on: what is asked, the versions, the
source code. Where one of these has changed, the name is another. Budgets and baseline may change: they are judged anew.
"""

import contextlib
import hashlib
import platform
import shutil
from collections.abc import Iterable
from pathlib import Path

import msgspec

from genaudit.errors import GenauditError
from genaudit.files import MOST_RESULT_BYTES, MOST_SETTING_BYTES, read_bytes
from genaudit.gate.plans import Plan
from genaudit.lint.files.discover import files
from genaudit.model.codec import decode_recording, encode
from genaudit.model.recording import Recording
from genaudit.version import __version__
from genaudit.writing import make_folders, write_whole

FOLDER = ".unfinished-gate"
_NOT_ASKED = {"command", "dask"}
"""Fields of a job that change nothing of what is measured."""


class Kept:
    """Recordings of an unfinished gate.

    Args:
        folder: The reports folder.
        code: Digest of the source code; see ``digest_of_code``.
    """

    def __init__(self, folder: Path, code: str) -> None:
        self._folder = folder / FOLDER
        self._code = code

    def recording(self, plan: Plan) -> Recording | None:
        """What was measured for a plan, if it is still what the plan asks for."""
        path = self._path(plan)
        try:
            return decode_recording(read_bytes(path, MOST_RESULT_BYTES), name=str(path))
        except (OSError, ValueError, GenauditError):
            # Half a file, or of another genaudit: it is measured again.
            return None

    def keep(self, plan: Plan, recording: Recording) -> None:
        """Keep what was measured; where there is no room for it, it will be measured again."""
        with contextlib.suppress(OSError, GenauditError):
            make_folders(self._folder)
            write_whole(self._path(plan), encode(recording))

    def clear(self) -> None:
        """The gate has come to its end."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _path(self, plan: Plan) -> Path:
        asked = {key: value for key, value in msgspec.to_builtins(plan.job).items() if key not in _NOT_ASKED}
        rests_on = [__version__, platform.python_version(), str(Path.cwd()), self._code, asked]
        digest = hashlib.sha256(msgspec.json.encode(rests_on, order="deterministic")).hexdigest()
        return self._folder / f"{digest[:32]}.json"


def digest_of_code(folder: Path, others: Iterable[str] = ()) -> str:
    """A digest of all source files below a folder, as lint finds them; data files are not among them.

    Args:
        folder: The project's.
        others: Further files.
    """
    digest = hashlib.sha256()
    for name in sorted({*files([str(folder)]), *others}):
        digest.update(name.encode(errors="surrogateescape") + b"\0")
        with contextlib.suppress(OSError, ValueError):
            digest.update(hashlib.sha256(read_bytes(Path(name), MOST_SETTING_BYTES)).digest())
    return digest.hexdigest()
