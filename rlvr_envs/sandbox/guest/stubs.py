"""Stubs of the program's objects, for test statements that run in a guest of their own.

Every use of a stub asks the program's process (:mod:`.serving` has the requests) and waits for ``["return", value, changed
arguments]`` or ``["raise", type, message, builtin bases, number]``, where ``number`` means an exception of the tests that the
program has let pass.  Until then the program may use objects that the tests gave it, with ``["callback", kind, number, args,
kwargs]`` (:mod:`.lent`).
"""

from __future__ import annotations

import contextlib
import sys
import threading
from typing import Any, NoReturn

from . import arrays, codec, inplace
from .claimed import Claimed, Exceptions, refuse_subclass
from .lent import MAX_CALLBACK_BYTES, Lent
from .program import Channel
from .settled import Answers, Contradiction

#: Requests that one run of tests may make.
MAX_REQUESTS = 100_000
#: Methods of text alone.  A test of a function that asks them means text, which comes as text and never as a stub.
TEXT_METHODS = frozenset(
    {"casefold", "swapcase", "lower", "upper", "startswith", "endswith", "splitlines", "rsplit", "rfind", "rindex"}
    | {"strip", "lstrip", "rstrip", "isalnum", "isalpha", "isdecimal", "isdigit", "isidentifier", "islower", "isnumeric"}
    | {"isprintable", "isspace", "istitle", "isupper"}
)


def gives_objects(entry_point: str) -> bool:
    """Whether an entry point is written as classes are, so that what it returns is an object with methods of its own."""
    return entry_point.lstrip("_")[:1].isupper()


class Program:
    """The way to the program in the other guest."""

    def __init__(self, channel: Channel, entry_point: str, *, settled: bool = False) -> None:
        """Keeps the way; with ``settled`` the objects of the program stand by what they answer (:mod:`.settled`)."""
        self._channel = channel
        self.speaks = gives_objects(entry_point)  # whether objects have text and hashes of their own here
        self._closed = frozenset() if self.speaks else TEXT_METHODS
        self._exceptions = Exceptions(self)
        self._stubs: dict[str, Stub] = {}
        self._lock = threading.RLock()  # threads of the tests ask one at a time
        self._asked = self._answered = 0
        self.lent = Lent(self._encode, self._decode)
        self._settled = Answers(self._encode) if settled else None
        self._walked: dict[str, int] = {}
        self.last_error: BaseException | None = None

    def name(self, name: str) -> Any:
        """Returns the program's global of that name; raises NameError when it has none."""
        return self.ask(["name", name])

    def begin(self) -> None:
        """Begins a test."""
        self.last_error = None
        self.lent.forget_failures()
        if self._settled is not None:
            self._settled.clear()

    def get(self, data: list[Any], name: str) -> Any:
        """Returns an attribute of an object of the program."""
        if name in self._closed:
            raise TypeError(f"an object of the program ({data[1]}) is not text and cannot be asked for {name}()")
        return self.ask(["get", data, name])

    def use(self, data: list[Any], name: str, *args: Any) -> Any:
        """Uses an object of the program by the special method ``name`` (those of :data:`.serving.SPECIAL`)."""
        if self._settled is None:
            return self.ask(["use", data, name, self._encode(args)])
        return self._settled.once(data[2], name, args, lambda: self.ask(["use", data, name, self._encode(args)]))

    def length(self, data: list[Any]) -> int:
        """Returns the length that an object says it has."""
        found: Any = self.use(data, "__len__")
        if type(found) is not int or found < 0:
            raise TypeError("the program's answer is not a length")
        if self._settled is not None:
            self._settled.note_length(data[2], found)
        return int(found)

    def item(self, data: list[Any], key: Any) -> Any:
        """Returns an item of an object, or a slice of it."""
        if type(key) is slice:
            found = self.use(data, "slice", key.start, key.stop, key.step)
        else:
            found = self.use(data, "__getitem__", key)
        if self._settled is None or type(key) not in (int, slice) or self._is_mapping(data):
            return found
        if type(key) is int:
            self._settled.note_item(data[2], key if key >= 0 else key + self.length(data), found)
        elif type(found) in (list, tuple):
            indexes = range(*key.indices(self.length(data)))
            if len(indexes) != len(found):
                raise Contradiction("an object of the program gives a slice of another length")
            for index, item in zip(indexes, found, strict=True):
                self._settled.note_item(data[2], index, item)
        return found

    def _is_mapping(self, data: list[Any]) -> bool:
        """Whether an object says that it is a mapping, whose items are keys."""
        return bool(self.use(data, "is mapping"))

    def walk(self, data: list[Any]) -> Any:
        """Returns an iterator over an object."""
        found = self.use(data, "__iter__")
        if type(found) is not Stub:
            raise TypeError("the program's answer is not an iterator")
        if self._settled is None or _reference(found) == (data[1], data[2]):
            return found
        return self._settled.walk(data[2], found)

    def next(self, data: list[Any]) -> Any:
        """Returns the next item of an iterator of the program; raises StopIteration, which nothing else of the program can."""
        walked = self._walked[data[2]] = self._walked.get(data[2], 0) + 1
        if walked > codec.MAX_ITERATED:
            raise RuntimeError(f"an iterator of the program did not end within {codec.MAX_ITERATED} items")
        found = self.ask(["next", data])
        if type(found) is not list or len(found) > 1:
            raise TypeError("the program's answer is not an item of an iterator")
        if not found:
            raise StopIteration
        return found[0]

    def has_instance(self, data: list[Any], value: Any) -> bool:
        """Returns whether the program says that an object of it is an instance of a class; nothing else is one."""
        return type(value) is Stub and self.use(data, "__instancecheck__", value) is True

    def has_subclass(self, data: list[Any], value: Any) -> bool:
        """Returns whether the program says that a class of it derives from another one."""
        return type(value) in (Stub, Claimed) and self.use(data, "__subclasscheck__", value) is True

    def text(self, data: list[Any], name: str, *args: Any) -> str:
        """Returns what an object says of itself as text; its type alone unless the entry point is written like a class."""
        found = self.use(data, name, *args) if self.speaks else f"<{data[1]}>"
        if type(found) is not str:
            raise TypeError("the program's answer is not text")
        return str(found)

    def type_of(self, value: Any) -> Any:
        """Returns the class of a value, that of an object of the program as the program's."""
        return self.use(value.__dict__["_Stub__data"], "type") if type(value) is Stub else type(value)

    def call(self, target: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Calls an object of the program; arguments that it changes in place are changed here as well."""
        return self.ask(["call", encode(target), self._encode(args), self._encode(kwargs)], args)

    def set(self, data: list[Any], name: str, value: Any) -> None:
        """Sets an attribute of an object of the program."""
        self.ask(["set", data, name, self._encode(value)])

    def ask(self, request: list[Any], args: tuple[Any, ...] = ()) -> Any:
        """Returns what the program answers; raises what it raised, as the builtin class of that name or its nearest base."""
        self._asked += 1
        if self._asked > MAX_REQUESTS:
            raise RuntimeError(f"the tests asked the program more than {MAX_REQUESTS} times")
        with self._lock:
            self._channel.send(request)
            answer = self._receive()
            while answer[0] == "callback":
                self._call_back(*answer[1:])
                answer = self._receive()
        if answer[0] == "raise":
            self._raise(*answer[1:])
        inplace.apply(args, answer[2] or (), self._decode)
        return self._decode(answer[1])

    def _receive(self) -> list[Any]:
        message = self._channel.receive()
        if message is None:
            raise ConnectionError("the program is gone")
        return message

    def _call_back(self, kind: str, number: int, args: Any, kwargs: Any) -> None:
        """Does what the program asks of an object of the tests, and says what came of it."""
        answer = self.lent.answer(kind, number, args, kwargs)
        sent = self._channel.send_if(answer, MAX_CALLBACK_BYTES - self._answered)
        if not sent:
            answer = self.lent.refusal(RuntimeError("what functions of the tests return is too large"))
            self._channel.send(answer)
        self._answered += sent

    def _raise(self, name: str, message: str, bases: list[str], number: int | None) -> NoReturn:
        own = None if number is None else self.lent.passed(number)
        if own is None:
            self.last_error = self._exceptions.rebuild(name, message, bases)
            raise self.last_error
        if isinstance(own, (StopIteration, StopAsyncIteration, GeneratorExit)):
            raise RuntimeError(f"a function of the tests raised {type(own).__name__}, which the program let pass") from own
        raise own

    def _encode(self, value: Any) -> Any:
        """Returns a value as data, objects of the program and of the tests in it as references."""
        return codec.encode(value, refer=lambda one: _reference(one) or self.lent.refer(one))

    def _decode(self, data: Any) -> Any:
        return codec.decode(data, codec.Makers(self._stub, array=self._array))

    def _array(self, tag: str, rest: list[Any]) -> Any:
        """Returns an array or number of NumPy, closed to tests that have not imported NumPy."""
        return arrays.decode(tag, rest) if "numpy" in sys.modules else Stub(self, "ndarray", "")

    def _stub(self, kind: str, text: str) -> Any:
        """Returns the stub of an object, or an object that the tests gave; one object has one stub, so ``is`` works."""
        if text.startswith("@"):
            with contextlib.suppress(LookupError):
                return self.lent.find(text)
        if not text.startswith("#"):
            return Stub(self, kind, text)
        if "!" in text:
            return self._exceptions.find(kind, text)
        return self._stubs.setdefault(text, Stub(self, kind, text))


#: Attributes with such names that a class of the program is asked for.
_NAMES = frozenset({"__name__", "__qualname__"})


class Stub:
    """Stands for one object of the program.

    Attributes, calls, items, lengths and ``with`` are the program's.  Comparison is not, or a program could say that it equals
    anything: a stub equals itself, and comparing it with anything else is an error of the test.  ``in`` compares its items here.
    Operators are not, as their operands may be expected values.
    """

    def __init__(self, program: Program, kind: str, text: str) -> None:
        """Keeps who answers, the name of the object's type, and its reference."""
        self.__dict__["_Stub__program"], self.__dict__["_Stub__data"] = program, ["opaque", kind, text]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Calls the object."""
        return self.__program.call(self, args, kwargs)

    def __getattr__(self, name: str) -> Any:
        """Returns an attribute of the object; methods that Python looks up by itself are not among them."""
        if name.startswith("__") and name not in _NAMES:
            raise AttributeError(name)
        return self.__program.get(self.__data, name)

    def __setattr__(self, name: str, value: Any) -> None:
        """Sets an attribute of the object."""
        self.__program.set(self.__data, name, value)

    def __eq__(self, other: object) -> bool:
        """Returns True for the stub itself; raises TypeError for anything else."""
        if other is self:
            return True
        raise TypeError(f"an object of the program ({_label(self)}) cannot be compared; compare plain values that it gives")

    def __ne__(self, other: object) -> bool:
        """Returns False for the stub itself; raises TypeError for anything else."""
        return not self == other

    def __hash__(self) -> int:
        """Returns the hash that the object says it has, where the entry point is written like a class; else one of its own."""
        if not self.__program.speaks:
            return object.__hash__(self)
        found = self.__program.use(self.__data, "__hash__")
        if type(found) is not int:
            raise TypeError("the program's answer is not a hash")
        return found

    def __instancecheck__(self, value: Any) -> bool:
        """Whether the program says that an object of it is an instance."""
        found: bool = self.__program.has_instance(self.__data, value)
        return found

    def __subclasscheck__(self, value: Any) -> bool:
        """Whether the program says that a class of it derives from this one."""
        found: bool = self.__program.has_subclass(self.__data, value)
        return found

    def __mro_entries__(self, bases: Any) -> NoReturn:
        """Raises TypeError: a class of the tests would derive from one of the program."""
        refuse_subclass(str(self.__name__))

    def __bool__(self) -> bool:
        """Raises TypeError: an object that is true says nothing of the program."""
        raise TypeError(f"an object of the program ({_label(self)}) has no truth value here; ask 'is not None'")

    def __iter__(self) -> Any:
        """Returns the stub of an iterator over the object."""
        return self.__program.walk(self.__data)

    def __next__(self) -> Any:
        """Returns the iterator's next item."""
        return self.__program.next(self.__data)

    def __len__(self) -> int:
        """Returns the length that the object says it has."""
        length: int = self.__program.length(self.__data)
        return length

    def __contains__(self, wanted: object) -> bool:
        """Walks the items and compares them here."""
        return any(item is wanted or item == wanted for item in self)

    def __getitem__(self, key: Any) -> Any:
        """Returns an item of the object."""
        return self.__program.item(self.__data, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        """Sets an item of the object."""
        self.__program.use(self.__data, "__setitem__", key, value)

    def __enter__(self) -> Any:
        """Enters the object as a context."""
        return self.__program.use(self.__data, "__enter__")

    def __exit__(self, *error: object) -> None:
        """Leaves the context as if nothing was raised: it is told of no exception and cannot swallow one of the tests."""
        self.__program.use(self.__data, "__exit__")

    def __repr__(self) -> str:
        """Returns what the object says, where the entry point is written like a class, else its type in angle brackets."""
        text: str = self.__program.text(self.__data, "__repr__")
        return text

    def __str__(self) -> str:
        """Returns what the object says, or its type, as :meth:`__repr__`."""
        text: str = self.__program.text(self.__data, "__str__")
        return text

    def __format__(self, spec: str) -> str:
        """Returns what the object says, or its type, as :meth:`__repr__`."""
        text: str = self.__program.text(self.__data, "__format__", spec)
        return text


def _label(stub: Stub) -> str:
    """Returns the name of an object's type; of a value that did not come back, why."""
    _, kind, text = stub.__dict__["_Stub__data"]
    return kind if not text or text.startswith("#") else f"{kind}: {text}"


def _refuse_operator(self: Stub, *operands: object) -> NoReturn:
    raise TypeError(
        f"<{_label(self)}> is an object of the program, and no operator is asked of it; its operands could be expected values"
    )


for _name in (
    "add",
    "sub",
    "mul",
    "matmul",
    "truediv",
    "floordiv",
    "mod",
    "divmod",
    "pow",
    "lshift",
    "rshift",
    "and",
    "or",
    "xor",
):
    for _prefix in ("", "r"):
        setattr(Stub, f"__{_prefix}{_name}__", _refuse_operator)
for _name in ("lt", "le", "gt", "ge", "neg", "pos", "abs", "invert"):
    setattr(Stub, f"__{_name}__", _refuse_operator)


def encode(value: Any) -> Any:
    """Returns a value of the tests as data, stubs in it as references."""
    return codec.encode(value, refer=_reference)


def _reference(value: Any) -> tuple[str, str] | None:
    if type(value) is Claimed:
        return value.reference
    if type(value) is not Stub:
        return None
    _, kind, text = value.__dict__["_Stub__data"]
    return kind, text
