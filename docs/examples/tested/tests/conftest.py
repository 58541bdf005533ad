from pathlib import Path

import pytest


@pytest.fixture
def image_paths():
    return sorted(str(path) for path in Path("photos").glob("*.jpg"))[:200]
