# tries: nan, and inf, everywhere
def double(x):
    return float("nan")


# where: last
