"""Lists of loaded items taken apart: how one item is made, and every place that uses the list."""
