"""The labelled corpus, and how well the rules tell its eager subjects from the others."""

from __future__ import annotations

import re
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"
ABOUT_DATA = {"GA101", "GA102", "GA103"}
_LABEL = re.compile(r"#\s*corpus:\s*(\w+)")
_NAME = re.compile(r"\s*(?:async\s+)?(?:def|class)\s+(\w+)")


def labels(path: Path) -> dict[str, str]:
    """Label by the last part of a subject's name, from the comments of a corpus file."""
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        label, name = _LABEL.search(line), _NAME.match(line)
        if label and name:
            assert name[1] not in found, f"{path.name}: {name[1]} twice"
            found[name[1]] = label[1]
    return found
