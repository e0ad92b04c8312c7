# tries: a return value that is a million levels deep
def double(x):
    value = []
    for _ in range(10**6):
        value = [value]
    return value


# where: last
