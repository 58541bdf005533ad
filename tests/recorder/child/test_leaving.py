"""What a trial leaves behind when its process ends at once."""

import subprocess
import sys
from pathlib import Path

LEAVES = """
import sys, types
from genaudit.recorder.child.leaving import leave

for name, path in {names!r}.items():
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__file__ = path
sys.modules[3] = None
leave()
"""


def test_files_of_converted_functions_are_removed(tmp_path: Path) -> None:
    """AutoGraph leaves that to an exit hook, which is not run. What is not its own stays; what is gone is no fault."""
    generated, own = tmp_path / "__autograph_generated_file_a1.py", tmp_path / "own.py"
    names = {
        "__autograph_generated_file_a1": str(generated),
        "__autograph_generated_file_b2": str(tmp_path / "__autograph_generated_file_b2.py"),
        "__autograph_generated_file_c3": str(own),
        "own": str(own),
    }
    for file in (generated, own):
        file.write_text("")
    done = subprocess.run(
        [sys.executable, "-c", LEAVES.format(names=names)], capture_output=True, text=True, check=True
    )

    assert done.stderr == ""
    assert [file.name for file in tmp_path.iterdir()] == ["own.py"]
