"""The instructor's subcommands of `course`."""
