"""Keras' ``image_dataset_from_directory`` on a folder with a folder for each class."""
