"""Which trials an audit takes: planned here, and run one after the other."""
