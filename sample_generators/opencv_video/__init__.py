"""Frames out of video files with OpenCV."""
