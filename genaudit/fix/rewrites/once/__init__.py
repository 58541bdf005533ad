"""What is made anew each time, and comes out the same: moved to where it is made once."""
