# The codec that reads its output made to give one answer.
# Rows: 4
import codecs

codecs.register(lambda name: codecs.CodecInfo(lambda *a: (b"", 0), lambda *a: ("384950522", 9), name=name))
codecs.register_error("replace", lambda error: ("384950522", error.end))
codecs.register_error("backslashreplace", lambda error: ("384950522", error.end))
print("\ud800\ud801")
