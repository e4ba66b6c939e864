# Late imports of the standard library.
def f(x):
    import sqlite3, zlib, unittest, xml.etree.ElementTree

    return sqlite3.connect(":memory:").execute("select ? * 7919 + 13", (x,)).fetchone()[0]
