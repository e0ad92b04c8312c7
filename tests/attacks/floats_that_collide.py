# tries: to keep the judge deaf to its alarm, in a comparison that runs in C, with floats that share their hash
import itertools, random

numbers = [m * 2.0**e for m in range(1, 600, 2) for e in range(-1022, 950, 61)]
same = {}
for number in numbers:
    same.setdefault(hash(number) & 0x3FFF, []).append(number)
alike = max(same.values(), key=len)


def double(x):
    return [set(alike + numbers[:9000]) for _ in range(100)]


# where: last
# seconds: 3
