# tries: to wait for an input that never comes
name = input("your name? ")
