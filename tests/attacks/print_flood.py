# tries: to fill the memory of the grader with output
import sys

for _ in range(3000):
    print("x" * 10_000)
sys.stderr.write("y" * 10_000_000)
