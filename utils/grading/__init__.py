"""The instructor's side: building lessons, checking their graders, grading classes. Students are not given this."""
