"""What tests share: the course's folder, notebooks to build and to grade, small courses, servers of their own."""
