"""Making the cases that tests try functions on, from an exercise's solution, its answers and its draws."""
