"""Every rewrite, in the order in which they are tried for a fault."""

from __future__ import annotations

from genaudit.fix.rewrites.base import Rewrite
from genaudit.fix.rewrites.bound_cache import BoundCache
from genaudit.fix.rewrites.convert_where_used import ConvertWhereUsed
from genaudit.fix.rewrites.drop_cache import DropCache
from genaudit.fix.rewrites.drop_unread import DropUnread
from genaudit.fix.rewrites.index_lines import IndexLines
from genaudit.fix.rewrites.keep_collector import KeepCollector
from genaudit.fix.rewrites.map_file import MapFile

REWRITES: tuple[Rewrite, ...] = (
    DropUnread(),
    BoundCache(),
    DropCache(),
    KeepCollector(),
    MapFile(),
    ConvertWhereUsed(),
    IndexLines(),
)
