"""Pipelines of ``tf.data`` over image files."""
