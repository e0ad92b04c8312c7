# tries: to talk to the host of a virtual machine, to the kernel's own services, and past the network's rules
import socket

for family in (16, 17, 21, 29, 31, 38, 40, 44):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
        try:
            socket.socket(family, kind)
            print("LEAK", family, kind)
        except OSError:
            pass
