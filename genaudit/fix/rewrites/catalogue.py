"""Every rewrite, in the order in which they are tried for a fault: what changes least comes first."""

from __future__ import annotations

from genaudit.fix.rewrites.arrays.convert_where_used import ConvertWhereUsed
from genaudit.fix.rewrites.arrays.copy_view import CopyView
from genaudit.fix.rewrites.arrays.grow_at_once import GrowAtOnce
from genaudit.fix.rewrites.arrays.map_file import MapFile
from genaudit.fix.rewrites.arrays.order_places import OrderPlaces
from genaudit.fix.rewrites.base import Rewrite
from genaudit.fix.rewrites.bounds.bound_cache import BoundCache
from genaudit.fix.rewrites.bounds.bound_map import BoundMap
from genaudit.fix.rewrites.bounds.bound_queue import BoundQueue
from genaudit.fix.rewrites.close_handle import CloseHandle
from genaudit.fix.rewrites.drop_cache import DropCache
from genaudit.fix.rewrites.drop_unread import DropUnread
from genaudit.fix.rewrites.fill_on_demand import FillOnDemand
from genaudit.fix.rewrites.index_lines import IndexLines
from genaudit.fix.rewrites.keep_collector import KeepCollector
from genaudit.fix.rewrites.libraries.cache_in_file import CacheInFile
from genaudit.fix.rewrites.libraries.close_figure import CloseFigure
from genaudit.fix.rewrites.libraries.open_hdf5 import OpenHdf5
from genaudit.fix.rewrites.libraries.reorder_pipeline import ReorderPipeline
from genaudit.fix.rewrites.load_by_key import LoadByKey
from genaudit.fix.rewrites.load_on_demand import LoadOnDemand
from genaudit.fix.rewrites.load_where_used import LoadWhereUsed
from genaudit.fix.rewrites.look_up_on_demand import LookUpOnDemand
from genaudit.fix.rewrites.once.make_once import MakeOnce
from genaudit.fix.rewrites.pack_list import PackList
from genaudit.fix.rewrites.repeat_reader import RepeatReader
from genaudit.fix.rewrites.stream_in_order import StreamInOrder

REWRITES: tuple[Rewrite, ...] = (
    LoadWhereUsed(),
    DropUnread(),
    BoundCache(),
    DropCache(),
    KeepCollector(),
    CloseFigure(),
    CloseHandle(),
    CopyView(),
    RepeatReader(),
    MakeOnce(),
    BoundQueue(),
    BoundMap(),
    CacheInFile(),
    ReorderPipeline(),
    MapFile(),
    OpenHdf5(),
    ConvertWhereUsed(),
    OrderPlaces(),
    GrowAtOnce(),
    LoadByKey(),
    StreamInOrder(),
    IndexLines(),
    # Before what loads on demand: of the same finding that mends lists of data, and this the index that must stay.
    PackList(),
    LoadOnDemand(),
    FillOnDemand(),
    LookUpOnDemand(),
)
