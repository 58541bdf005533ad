"""Clean data sets of TensorFlow, Keras and torch over images: what a whole audit is set beside a bare drive of."""
