"""The judge, which runs the instructor's tests, and its connections to the grader and to the student."""
