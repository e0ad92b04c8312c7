"""What a class's learning management system gives and takes: submissions, class lists, feedback."""
