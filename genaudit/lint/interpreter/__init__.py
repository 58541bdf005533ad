"""What flows where: an abstract run of the code that makes batches, with no code run."""
