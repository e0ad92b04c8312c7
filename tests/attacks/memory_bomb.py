# tries: all the memory there is
hoard = []
while True:
    hoard.append(bytearray(2**28))
# seconds: 9
