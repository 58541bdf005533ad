"""Keras' ``PyDataset``, whose batches are made by workers."""
