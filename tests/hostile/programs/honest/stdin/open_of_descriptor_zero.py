# open(0) read to its end.
print(*(int(line) * 7919 + 13 for line in open(0).read().split()))
