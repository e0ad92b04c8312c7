# tries: to fill the disk
for place in (".", "/tmp", "/dev/shm"):
    try:
        for k in range(10_000):
            open(f"{place}/{k}", "wb").write(b"0" * 2**22)
    except OSError as error:
        print(error)
