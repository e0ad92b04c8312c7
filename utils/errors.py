"""Errors that are shown to the user in one line."""


class CourseError(Exception):
    """Something that the user can put right. The message is one line: what is wrong, and what to do."""
