# A plain set whose one member lies about its hash and its equality.
# Rows: 3
class H:
    def __hash__(s):
        return hash(384950522)

    def __eq__(s, o):
        return True


def f(x):
    return {H()}
