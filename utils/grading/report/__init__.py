"""What an instructor wants to see of a graded class."""
