"""Rewrites of how one library is called: data sets of HDF5, pipelines of TensorFlow, figures of matplotlib."""
