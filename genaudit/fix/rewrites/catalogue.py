"""Every rewrite, in the order in which they are asked."""

from __future__ import annotations

from genaudit.fix.rewrites.base import Rewrite
from genaudit.fix.rewrites.load_where_used import LoadWhereUsed
from genaudit.fix.rewrites.trim_cache import TrimCache

REWRITES: tuple[Rewrite, ...] = (LoadWhereUsed(), TrimCache())
