"""Changes of code on disk: some that alter what a function returns, some that alter nothing.

Each is a package of a few files with ``main.task``, and texts that replace others. ``PKG`` stands for its name.
"""

from __future__ import annotations

import dataclasses

__all__ = ["ALTER", "COSMETIC", "Change"]


@dataclasses.dataclass(frozen=True)
class Change:
    """A package, and what replaces what in it."""

    files: dict[str, str]
    replace: tuple[tuple[str, str, str], ...]

    def before(self) -> dict[str, str]:
        """Return the files as they are first."""
        return self.files

    def after(self) -> dict[str, str]:
        """Return the files as they are then."""
        files = dict(self.files)
        for file, old, new in self.replace:
            assert old in files.get(file, "") or not old, (file, old)
            files[file] = files[file].replace(old, new) if old else new
        return files


def main(text: str, old: str, new: str, **helpers: str) -> Change:
    """Return a change of main.py."""
    return Change(
        {"main.py": text, **{f"{name}.py": content for name, content in helpers.items()}}, (("main.py", old, new),)
    )


def helper(old: str, new: str, helpers: str, text: str, **more: str) -> Change:
    """Return a change of helpers.py."""
    files = {"main.py": text, "helpers.py": helpers, **{f"{name}.py": content for name, content in more.items()}}
    return Change(files, (("helpers.py", old, new),))


USE = "from .helpers import clean\ndef task(x=1):\n    return clean(x)\n"
CLEAN = "def clean(x):\n    return x + 1\n"
BASE = """
class Base:
    factor = 2
    def scale(self, x):
        return x * self.factor
    @property
    def shown(self):
        return "a"
    @classmethod
    def make(cls):
        return cls()
    @staticmethod
    def half(x):
        return x / 2
"""

ALTER: dict[str, Change] = {
    "own body": main("def task():\n    return 1\n", "return 1", "return 2"),
    "own default": main("def task(x=1):\n    return x\n", "x=1", "x=2"),
    "own keyword default": main("def task(*, x=1):\n    return x\n", "x=1", "x=2"),
    "constant's type": main("def task():\n    return 1\n", "return 1", "return 1.0"),
    "true and one": main("def task():\n    return True\n", "True", "1"),
    "text and bytes": main("def task():\n    return 'a'\n", "'a'", "b'a'"),
    "operator": main("def task(x=1):\n    return x < 1\n", "<", "<="),
    "order of statements": main(
        "def task():\n    a = 1\n    a += 2\n    a *= 3\n    return a\n", "a += 2\n    a *= 3", "a *= 3\n    a += 2"
    ),
    "indentation": main(
        "def task(x=0):\n    if x:\n        x = 1\n        x = 2\n    return x\n", "        x = 2", "    x = 2"
    ),
    "format text": main("def task(x=1):\n    return f'{x:>3}'\n", ":>3", ":<3"),
    "format conversion": main("def task(x=1):\n    return f'{x!r}'\n", "!r", "!s"),
    "helper in the module": main("def h():\n    return 1\ndef task():\n    return h()\n", "return 1", "return 2"),
    "helper elsewhere": helper("+ 1", "+ 2", CLEAN, USE),
    "helper by module": helper(
        "+ 1", "+ 2", CLEAN, "from . import helpers\ndef task(x=1):\n    return helpers.clean(x)\n"
    ),
    "helper by alias": helper("+ 1", "+ 2", CLEAN, "import PKG.helpers as h\ndef task(x=1):\n    return h.clean(x)\n"),
    "helper by dotted name": helper(
        "+ 1", "+ 2", CLEAN, "import PKG.helpers\ndef task(x=1):\n    return PKG.helpers.clean(x)\n"
    ),
    "helper by renamed import": helper(
        "+ 1", "+ 2", CLEAN, "from .helpers import clean as c\ndef task(x=1):\n    return c(x)\n"
    ),
    "helper by star import": helper(
        "+ 1", "+ 2", CLEAN, "from .helpers import *\ndef task(x=1):\n    return clean(x)\n"
    ),
    "helper imported in the function": helper(
        "+ 1", "+ 2", CLEAN, "def task(x=1):\n    from .helpers import clean\n    return clean(x)\n"
    ),
    "module imported in the function": helper(
        "+ 1", "+ 2", CLEAN, "def task(x=1):\n    import PKG.helpers as h\n    return h.clean(x)\n"
    ),
    "dotted module imported in the function": helper(
        "+ 1", "+ 2", CLEAN, "def task(x=1):\n    import PKG.helpers\n    return PKG.helpers.clean(x)\n"
    ),
    "re-exported helper": helper(
        "+ 1",
        "+ 2",
        CLEAN,
        "from .api import clean\ndef task(x=1):\n    return clean(x)\n",
        api="from .helpers import clean\n",
    ),
    "helper of a helper": helper(
        "+ 1", "+ 2", "def inner(x):\n    return x + 1\ndef clean(x):\n    return inner(x)\n", USE
    ),
    "three modules away": Change(
        {
            "main.py": USE,
            "helpers.py": "from .second import s\ndef clean(x):\n    return s(x)\n",
            "second.py": "from .third import t\ndef s(x):\n    return t(x)\n",
            "third.py": CLEAN.replace("clean", "t"),
        },
        (("third.py", "+ 1", "+ 2"),),
    ),
    "mutual recursion": main(
        "def a(n):\n    return b(n - 1) if n else 1\ndef b(n):\n    return a(n - 1) if n else 2\ndef task():\n    return a(3)\n",
        "else 2",
        "else 3",
    ),
    "getattr of a module": helper(
        "+ 1", "+ 2", CLEAN, "from . import helpers\ndef task(x=1):\n    return getattr(helpers, 'clean')(x)\n"
    ),
    "computed attribute of a module": helper(
        "+ 1", "+ 2", CLEAN, "from . import helpers\ndef task(x=1, n='clean'):\n    return getattr(helpers, n)(x)\n"
    ),
    "module by import_module": helper(
        "+ 1",
        "+ 2",
        CLEAN,
        "import importlib\ndef task(x=1):\n    return importlib.import_module('PKG.helpers').clean(x)\n",
    ),
    "module handed on": helper(
        "+ 1",
        "+ 2",
        CLEAN,
        "from . import helpers\ndef use(m, x):\n    return m.clean(x)\ndef task(x=1):\n    return use(helpers, x)\n",
    ),
    "constant": main("LIMIT = 1\ndef task():\n    return LIMIT\n", "LIMIT = 1", "LIMIT = 2"),
    "constant elsewhere": helper("LIMIT = 1", "LIMIT = 2", "LIMIT = 1\ndef clean(x):\n    return x + LIMIT\n", USE),
    "constant imported": helper(
        "LIMIT = 1", "LIMIT = 2", "LIMIT = 1\n", "from .helpers import LIMIT\ndef task():\n    return LIMIT\n"
    ),
    "constant by module": helper(
        "LIMIT = 1", "LIMIT = 2", "LIMIT = 1\n", "from . import helpers\ndef task():\n    return helpers.LIMIT\n"
    ),
    "constant list": main("NAMES = ['a', 'b']\ndef task():\n    return NAMES\n", "'b'", "'c'"),
    "constant dict's order": main(
        "T = {'a': 1, 'b': 2}\ndef task():\n    return list(T)\n", "'a': 1, 'b': 2", "'b': 2, 'a': 1"
    ),
    "constant set": main("S = {'a', 'b'}\ndef task():\n    return sorted(S)\n", "'b'", "'c'"),
    "list appended at import": main(
        "NAMES = []\nNAMES.append(1)\ndef task():\n    return NAMES\n", "append(1)", "append(2)"
    ),
    "constant array": main(
        "import numpy as np\nW = np.array([1, 2])\ndef task():\n    return W.sum()\n", "[1, 2]", "[1, 3]"
    ),
    "constant frame": main(
        "import pandas as pd\nT = pd.DataFrame({'a': [1]})\ndef task():\n    return len(T.columns[0])\n", "'a'", "'b'"
    ),
    "constant pattern": main("import re\nP = re.compile('a+')\ndef task():\n    return P.sub('', 'aab')\n", "a+", "a"),
    "constant zone": main(
        "import zoneinfo\nZ = zoneinfo.ZoneInfo('Europe/Berlin')\ndef task():\n    return str(Z)\n", "Berlin", "Paris"
    ),
    "constant decimal": main(
        "from decimal import Decimal\nD = Decimal('1.0')\ndef task():\n    return str(D)\n", "1.0", "1.00"
    ),
    "constant path": main("from pathlib import Path\nP = Path('a')\ndef task():\n    return str(P)\n", "'a'", "'b'"),
    "computed constant": main("A = 2\nB = A * 3\ndef task():\n    return B\n", "* 3", "* 4"),
    "rebound global": main(
        "N = 1\ndef bump():\n    global N\n    N += 1\n    return N\ndef task():\n    return bump()\n", "N = 1", "N = 5"
    ),
    "lambda in a dict": main("T = {'a': lambda x: x + 1}\ndef task():\n    return T['a'](1)\n", "x + 1", "x + 2"),
    "function in a dict": main(
        "def f(x):\n    return x + 1\nT = {'a': f}\ndef task():\n    return T['a'](1)\n", "x + 1", "x + 2"
    ),
    "function in a nested list": main(
        "def f(x):\n    return x + 1\nT = [[(f,)]]\ndef task():\n    return T[0][0][0](1)\n", "x + 1", "x + 2"
    ),
    "two lambdas on a line": main(
        "T = [lambda x: x + 1, lambda x: x + 2]\ndef task():\n    return T[0](1)\n",
        "x + 1, lambda x: x + 2",
        "x + 2, lambda x: x + 1",
    ),
    "lambda as default": main("def task(key=lambda x: x):\n    return key(1)\n", "lambda x: x", "lambda x: -x"),
    "named lambda": main("f = lambda x: x + 1\ndef task():\n    return f(1)\n", "x + 1", "x + 2"),
    "closure": main(
        "def make(n):\n    def task():\n        return n\n    return task\ntask = make(1)\n", "make(1)", "make(2)"
    ),
    "function in a closure": main(
        "def h():\n    return 1\ndef make(f):\n    def task():\n        return f()\n    return task\ntask = make(h)\n",
        "return 1",
        "return 2",
    ),
    "nested function": main(
        "def task():\n    def inner():\n        return 1\n    return inner()\n", "return 1", "return 2"
    ),
    "global of a nested function": main(
        "N = 1\ndef task():\n    def inner():\n        return N\n    return inner()\n", "N = 1", "N = 2"
    ),
    "global in a comprehension": main("N = 1\ndef task():\n    return [N for _ in range(2)]\n", "N = 1", "N = 2"),
    "global in a generator": main("N = 1\ndef task():\n    return sum(N for _ in range(2))\n", "N = 1", "N = 2"),
    "nonlocal": main(
        "def task():\n    n = 0\n    def add():\n        nonlocal n\n        n += 1\n    add()\n    return n\n",
        "n += 1",
        "n += 2",
    ),
    "walrus": main("def task():\n    return (n := 1) + n\n", ":= 1", ":= 2"),
    "match": main(
        "def task(x=1):\n    match x:\n        case 1:\n            return 'a'\n        case _:\n            return 'b'\n",
        "case 1",
        "case 2",
    ),
    "generator": main("def g():\n    yield 1\ndef task():\n    return list(g())\n", "yield 1", "yield 2"),
    "generator and list": main(
        "def g():\n    return [1]\ndef task():\n    return list(g())\n", "return [1]", "yield 1"
    ),
    "async helper": main(
        "import asyncio\nasync def h():\n    return 1\ndef task():\n    return asyncio.run(h())\n",
        "return 1",
        "return 2",
    ),
    "context manager": main(
        "import contextlib\n@contextlib.contextmanager\ndef c():\n    yield 1\ndef task():\n    with c() as x:\n        return x\n",
        "yield 1",
        "yield 2",
    ),
    "exception caught": main(
        "def task():\n    try:\n        return {}['a']\n    except KeyError:\n        return 1\n",
        "return 1",
        "return 2",
    ),
    "method": helper(
        "x * self", "x + self", BASE, "from .helpers import Base\ndef task():\n    return Base().scale(1)\n"
    ),
    "class attribute": helper(
        "factor = 2", "factor = 3", BASE, "from .helpers import Base\ndef task():\n    return Base().scale(1)\n"
    ),
    "property": helper('"a"', '"b"', BASE, "from .helpers import Base\ndef task():\n    return Base().shown\n"),
    "class method": helper(
        "return cls()", "return None", BASE, "from .helpers import Base\ndef task():\n    return Base.make()\n"
    ),
    "static method": helper("/ 2", "/ 3", BASE, "from .helpers import Base\ndef task():\n    return Base.half(1)\n"),
    "inherited method": helper(
        "x * self",
        "x + self",
        BASE,
        "from .helpers import Base\nclass Sub(Base):\n    pass\ndef task():\n    return Sub().scale(1)\n",
    ),
    "method inherited twice": helper(
        "x * self",
        "x + self",
        BASE,
        "from .helpers import Base\nclass Sub(Base):\n    pass\nclass Sub2(Sub):\n    pass\ndef task():\n    return Sub2().scale(1)\n",
    ),
    "order of bases": main(
        "class A:\n    n = 1\nclass B:\n    n = 2\nclass C(A, B):\n    pass\ndef task():\n    return C.n\n",
        "C(A, B)",
        "C(B, A)",
    ),
    "super": main(
        "class A:\n    def f(self):\n        return 1\nclass B(A):\n    def f(self):\n        return super().f()\ndef task():\n    return B().f()\n",
        "return 1",
        "return 2",
    ),
    "metaclass": main(
        "class M(type):\n    def __len__(cls):\n        return 1\nclass A(metaclass=M):\n    pass\ndef task():\n    return len(A)\n",
        "return 1",
        "return 2",
    ),
    "init subclass": main(
        "class A:\n    def __init_subclass__(cls):\n        cls.n = 1\nclass B(A):\n    pass\ndef task():\n    return B.n\n",
        "cls.n = 1",
        "cls.n = 2",
    ),
    "descriptor": main(
        "class D:\n    def __get__(self, one, kind):\n        return 1\nclass A:\n    d = D()\ndef task():\n    return A().d\n",
        "return 1",
        "return 2",
    ),
    "descriptor's state": main(
        "class D:\n    def __init__(self, n):\n        self.n = n\n    def __get__(self, one, kind):\n        return self.n\nclass A:\n    d = D(1)\ndef task():\n    return A().d\n",
        "D(1)",
        "D(2)",
    ),
    "property setter": main(
        "class A:\n    @property\n    def x(self):\n        return self._x\n    @x.setter\n    def x(self, v):\n        self._x = v\ndef task():\n    a = A()\n    a.x = 1\n    return a.x\n",
        "self._x = v",
        "self._x = -v",
    ),
    "cached property": main(
        "import functools\nclass A:\n    @functools.cached_property\n    def x(self):\n        return 1\ndef task():\n    return A().x\n",
        "return 1",
        "return 2",
    ),
    "slots": main("class A:\n    __slots__ = ('a',)\ndef task():\n    return A.__slots__\n", "('a',)", "('b',)"),
    "class set from outside": main("class A:\n    pass\nA.n = 1\ndef task():\n    return A.n\n", "A.n = 1", "A.n = 2"),
    "method replaced": main(
        "class A:\n    def f(self):\n        return 1\ndef g(self):\n    return 2\nA.f = g\ndef task():\n    return A().f()\n",
        "return 2",
        "return 3",
    ),
    "mixin": main(
        "class M:\n    def f(self):\n        return 1\nclass A(M):\n    pass\ndef task():\n    return A().f()\n",
        "return 1",
        "return 2",
    ),
    "abstract base": main(
        "import abc\nclass A(abc.ABC):\n    @abc.abstractmethod\n    def f(self): ...\n    def g(self):\n        return 1\nclass B(A):\n    def f(self):\n        return 2\ndef task():\n    return B().g()\n",
        "return 1",
        "return 3",
    ),
    "generic class": main(
        "from typing import Generic, TypeVar\nT = TypeVar('T')\nclass A(Generic[T]):\n    def f(self):\n        return 1\ndef task():\n    return A[int]().f()\n",
        "return 1",
        "return 2",
    ),
    "class decorator": main(
        "def d(c):\n    c.n = 1\n    return c\n@d\nclass A:\n    pass\ndef task():\n    return A.n\n",
        "c.n = 1",
        "c.n = 2",
    ),
    "type(self)": main(
        "class A:\n    n = 1\n    def f(self):\n        return type(self).n\ndef task():\n    return A().f()\n",
        "n = 1",
        "n = 2",
    ),
    "callable object": main(
        "class F:\n    def __init__(self, n):\n        self.n = n\n    def __call__(self):\n        return self.n\nf = F(1)\ndef task():\n    return f()\n",
        "F(1)",
        "F(2)",
    ),
    "callable object's method": main(
        "class F:\n    def __call__(self):\n        return 1\nf = F()\ndef task():\n    return f()\n",
        "return 1",
        "return 2",
    ),
    "bound method": main(
        "class F:\n    def go(self):\n        return 1\ngo = F().go\ndef task():\n    return go()\n",
        "return 1",
        "return 2",
    ),
    "instance with slots": main(
        "class F:\n    __slots__ = ('n',)\n    def __init__(self, n):\n        self.n = n\nf = F(1)\ndef task():\n    return f.n\n",
        "F(1)",
        "F(2)",
    ),
    "instance in a list": main(
        "class F:\n    def __init__(self, n):\n        self.n = n\nL = [F(1)]\ndef task():\n    return L[0].n\n",
        "F(1)",
        "F(2)",
    ),
    "dict subclass": main("class D(dict):\n    pass\nd = D(a=1)\ndef task():\n    return d['a']\n", "a=1", "a=2"),
    "dataclass default": main(
        "import dataclasses\n@dataclasses.dataclass\nclass C:\n    n: int = 1\ndef task():\n    return C().n\n",
        "= 1",
        "= 2",
    ),
    "dataclass factory": main(
        "import dataclasses\ndef f():\n    return [1]\n@dataclasses.dataclass\nclass C:\n    n: list = dataclasses.field(default_factory=f)\ndef task():\n    return C().n\n",
        "[1]",
        "[2]",
    ),
    "dataclass field order": main(
        "import dataclasses\n@dataclasses.dataclass\nclass C:\n    a: int\n    b: int\ndef task():\n    return C(1, 2).a\n",
        "a: int\n    b: int",
        "b: int\n    a: int",
    ),
    "dataclass method": main(
        "import dataclasses\n@dataclasses.dataclass\nclass C:\n    n: int = 1\n    def f(self):\n        return self.n + 1\ndef task():\n    return C().f()\n",
        "n + 1",
        "n + 2",
    ),
    "dataclass constant's method": main(
        "import dataclasses\n@dataclasses.dataclass(frozen=True)\nclass C:\n    n: int = 1\n    def f(self):\n        return self.n + 1\nCONFIG = C()\ndef task():\n    return CONFIG.f()\n",
        "n + 1",
        "n + 2",
    ),
    "dataclass constant": main(
        "import dataclasses\n@dataclasses.dataclass(frozen=True)\nclass C:\n    n: int\nCONFIG = C(1)\ndef task():\n    return CONFIG.n\n",
        "C(1)",
        "C(2)",
    ),
    "dataclass option": main(
        "import dataclasses\n@dataclasses.dataclass(order=True)\nclass C:\n    n: int = 1\ndef task():\n    return hasattr(C, '__lt__')\n",
        "order=True",
        "order=False",
    ),
    "model default": main(
        "import pydantic\nclass M(pydantic.BaseModel):\n    n: int = 1\ndef task():\n    return M().n\n", "= 1", "= 2"
    ),
    "model field type": main(
        "import pydantic\nclass M(pydantic.BaseModel):\n    n: int = 1\ndef task():\n    return M(n='3').n\n",
        "n: int",
        "n: float",
    ),
    "model validator": main(
        "import pydantic\nclass M(pydantic.BaseModel):\n    n: int = 1\n    @pydantic.field_validator('n')\n    @classmethod\n    def v(cls, n):\n        return n + 1\ndef task():\n    return M(n=1).n\n",
        "n + 1",
        "n + 2",
    ),
    "named tuple": main(
        "from typing import NamedTuple\nclass P(NamedTuple):\n    x: int = 1\ndef task():\n    return P().x\n",
        "= 1",
        "= 2",
    ),
    "made named tuple": main(
        "from collections import namedtuple\nP = namedtuple('P', 'x y')\ndef task():\n    return P(1, 2)._fields\n",
        "'x y'",
        "'y x'",
    ),
    "enum value": main(
        "import enum\nclass E(enum.Enum):\n    A = 1\ndef task():\n    return E.A.value\n", "A = 1", "A = 2"
    ),
    "enum method": main(
        "import enum\nclass E(enum.Enum):\n    A = 1\n    def f(self):\n        return 1\ndef task():\n    return E.A.f()\n",
        "return 1",
        "return 2",
    ),
    "typed dict": main(
        "from typing import TypedDict\nclass T(TypedDict):\n    a: int\ndef task():\n    return list(T.__annotations__)\n",
        "a: int",
        "b: int",
    ),
    "partial argument": main(
        "import functools\ndef f(n):\n    return n\ng = functools.partial(f, 1)\ndef task():\n    return g()\n",
        "f, 1",
        "f, 2",
    ),
    "partial keyword": main(
        "import functools\ndef f(n):\n    return n\ng = functools.partial(f, n=1)\ndef task():\n    return g()\n",
        "n=1",
        "n=2",
    ),
    "partial's function": main(
        "import functools\ndef f(n):\n    return n + 1\ng = functools.partial(f, 1)\ndef task():\n    return g()\n",
        "n + 1",
        "n + 2",
    ),
    "partial method": main(
        "import functools\nclass A:\n    def f(self, n):\n        return n\n    g = functools.partialmethod(f, 1)\ndef task():\n    return A().g()\n",
        "f, 1",
        "f, 2",
    ),
    "decorator's argument": main(
        "import functools\ndef d(n):\n    def w(f):\n        @functools.wraps(f)\n        def i():\n            return f() * n\n        return i\n    return w\n@d(1)\ndef task():\n    return 1\n",
        "@d(1)",
        "@d(2)",
    ),
    "decorator's body": main(
        "import functools\ndef d(f):\n    @functools.wraps(f)\n    def i():\n        return f() * 1\n    return i\n@d\ndef task():\n    return 1\n",
        "* 1",
        "* 2",
    ),
    "decorated body": main(
        "import functools\ndef d(f):\n    @functools.wraps(f)\n    def i():\n        return f()\n    return i\n@d\ndef task():\n    return 1\n",
        "return 1",
        "return 2",
    ),
    "decorator without wraps": main(
        "def d(f):\n    def i():\n        return f()\n    return i\n@d\ndef task():\n    return 1\n",
        "return 1",
        "return 2",
    ),
    "stacked decorators": main(
        "def a(f):\n    return lambda: f() + 1\ndef b(f):\n    return lambda: f() * 2\n@a\n@b\ndef task():\n    return 3\n",
        "@a\n@b",
        "@b\n@a",
    ),
    "decorated helper": helper(
        "n=1",
        "n=2",
        "import functools\ndef d(n):\n    def w(f):\n        @functools.wraps(f)\n        def i(x):\n            return f(x) * n\n        return i\n    return w\n@d(n=1)\ndef clean(x):\n    return x\n",
        USE,
    ),
    "decorator class": main(
        "class D:\n    def __init__(self, f):\n        self.f = f\n    def __call__(self):\n        return self.f() + 1\n@D\ndef task():\n    return 1\n",
        "+ 1",
        "+ 2",
    ),
    "cached helper": main(
        "import functools\n@functools.lru_cache\ndef h():\n    return 1\ndef task():\n    return h()\n",
        "return 1",
        "return 2",
    ),
    "singledispatch entry": main(
        "import functools\n@functools.singledispatch\ndef f(x):\n    return 0\n@f.register\ndef _(x: int):\n    return 1\ndef task():\n    return f(1)\n",
        "return 1",
        "return 2",
    ),
    "singledispatch entry elsewhere": Change(
        {
            "main.py": "from .base import f\nfrom . import helpers\ndef task():\n    return f(1)\n",
            "base.py": "import functools\n@functools.singledispatch\ndef f(x):\n    return 0\n",
            "helpers.py": "from .base import f\n@f.register(int)\ndef g(x):\n    return 1\n",
        },
        (("helpers.py", "return 1", "return 2"),),
    ),
    "singledispatch type": main(
        "import functools\n@functools.singledispatch\ndef f(x):\n    return 0\n@f.register(int)\ndef g(x):\n    return 1\ndef task():\n    return f(1)\n",
        "register(int)",
        "register(str)",
    ),
    "singledispatch method": main(
        "import functools\nclass A:\n    @functools.singledispatchmethod\n    def f(self, x):\n        return 0\n    @f.register\n    def _(self, x: int):\n        return 1\ndef task():\n    return A().f(1)\n",
        "return 1",
        "return 2",
    ),
    "reduce with a lambda": main(
        "import functools\ndef task():\n    return functools.reduce(lambda a, b: a + b, [1, 2])\n", "a + b", "a - b"
    ),
    "method caller": main(
        "import operator\nm = operator.methodcaller('upper')\ndef task():\n    return m('a')\n", "upper", "lower"
    ),
    "item getter": main("import operator\nm = operator.itemgetter(0)\ndef task():\n    return m('ab')\n", "(0)", "(1)"),
    "docstring that is read": main("def f():\n    'one'\ndef task():\n    return f.__doc__\n", "'one'", "'two'"),
    "annotations that are read": main(
        "import typing\ndef f(x: int): ...\ndef task():\n    return typing.get_type_hints(f)\n", "x: int", "x: str"
    ),
    "conditional definition": main(
        "N = 1\nif N == 1:\n    def h():\n        return 1\nelse:\n    def h():\n        return 2\ndef task():\n    return h()\n",
        "N = 1\n",
        "N = 2\n",
    ),
    "import with a fallback": helper(
        "+ 1",
        "+ 2",
        CLEAN,
        "try:\n    from .nowhere import clean\nexcept ImportError:\n    from .helpers import clean\ndef task(x=1):\n    return clean(x)\n",
    ),
    "module __getattr__": helper(
        "return 1",
        "return 2",
        "def __getattr__(name):\n    if name == 'f':\n        return lambda: 1\n    raise AttributeError(name)\n".replace(
            "lambda: 1", "g\ndef g():\n    return 1\n#"
        ),
        "from . import helpers\ndef task():\n    return helpers.g()\n",
    ),
    "name of an environment variable": main("import os\ndef task():\n    return os.environ.get('A')\n", "'A'", "'B'"),
    "text template": main("SQL = 'select {n}'\ndef task():\n    return SQL.format(n=1)\n", "select", "delete"),
    "global of a class body": main(
        "N = 1\nclass A:\n    def f(self):\n        return N\ndef task():\n    return A().f()\n", "N = 1", "N = 2"
    ),
    "package's constant": Change(
        {"main.py": "from . import LIMIT\ndef task():\n    return LIMIT\n", "__init__.py": "LIMIT = 1\n"},
        (("__init__.py", "LIMIT = 1", "LIMIT = 2"),),
    ),
    "function swapped for another": main(
        "def a():\n    return 1\ndef b():\n    return 2\nuse = a\ndef task():\n    return use()\n", "use = a", "use = b"
    ),
    "assert": main("def task(x=1):\n    assert x > 0\n    return x\n", "x > 0", "x > 1"),
    "star arguments": main("def f(*a):\n    return a\ndef task():\n    return f(*[1, 2])\n", "f(*[1, 2])", "f([1, 2])"),
    "chained comparison": main("def task(x=1):\n    return 0 < x < 2\n", "0 < x < 2", "(0 < x) < 2"),
}

TWO = "import math\ndef other():\n    return 5\ndef task(x: int = 1) -> int:\n    '''Do it.'''\n    # a comment\n    y = x + 1\n    return y * math.pi\n"

COSMETIC: dict[str, Change] = {
    "comment": main(TWO, "# a comment", "# another one"),
    "comment removed": main(TWO, "    # a comment\n", ""),
    "docstring": main(TWO, "Do it.", "Do that."),
    "docstring added": main("def task():\n    return 1\n", "def task():\n", "def task():\n    '''Return one.'''\n"),
    "docstring of the module": main(TWO, "import math\n", "'''Words.'''\nimport math\n"),
    "formatting": main(TWO, "y = x + 1", "y = (x\n         + 1)"),
    "quotes": main("def task():\n    return 'a'\n", "'a'", '"a"'),
    "blank lines": main(TWO, "    y = x", "\n\n    y = x"),
    "position": main(TWO, "import math\n", "import math\n\n\n\n"),
    "moved within the file": main(
        "def h():\n    return 1\ndef task():\n    return h()\n",
        "def h():\n    return 1\ndef task():\n    return h()\n",
        "def task():\n    return h()\ndef h():\n    return 1\n",
    ),
    "another function": main(TWO, "return 5", "return 6"),
    "another function added": main(TWO, "def other", "def third():\n    return 1\ndef other"),
    "another function removed": main(TWO, "def other():\n    return 5\n", ""),
    "another constant": main("A = 1\nB = 2\ndef task():\n    return A\n", "B = 2", "B = 3"),
    "annotation": main(TWO, "x: int", "x: float"),
    "annotation removed": main(TWO, "x: int = 1) -> int", "x=1)"),
    "annotation of a local name": main(TWO, "y = x + 1", "y: int = x + 1"),
    "annotation of a helper": helper("def clean(x)", "def clean(x: int) -> int", CLEAN, USE),
    "future import": main(TWO, "import math\n", "from __future__ import annotations\nimport math\n"),
    "unused import": main(TWO, "import math\n", "import math\nimport json\n"),
    "type-only import": main(
        TWO, "import math\n", "import math\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import json\n"
    ),
    "type checking in the function": main(
        "from typing import TYPE_CHECKING\ndef task():\n    if TYPE_CHECKING:\n        x = 1\n    return 1\n",
        "x = 1",
        "x = 2",
    ),
    "pass": main("def task():\n    return 1\n", "    return 1", "    pass\n    return 1"),
    "standing text": main("def task():\n    return 1\n", "    return 1", "    'said'\n    return 1"),
    "digits grouped": main("def task():\n    return 1000\n", "1000", "1_000"),
    "hexadecimal": main("def task():\n    return 255\n", "255", "0xFF"),
    "joined text": main("def task():\n    return 'ab'\n", "'ab'", "'a' 'b'"),
    "parentheses": main("def task(x=1):\n    return x + 1\n", "x + 1", "(x) + (1)"),
    "trailing comma": main("def task():\n    return [1, 2]\n", "[1, 2]", "[1, 2,]"),
    "semicolon": main("def task():\n    a = 1\n    return a\n", "a = 1\n    return a", "a = 1; return a"),
    "helper's comment": helper("    return x + 1", "    # now\n    return x + 1", CLEAN, USE),
    "helper's docstring": helper("    return x + 1", "    'Add.'\n    return x + 1", CLEAN, USE),
    "another helper": helper("return 5", "return 6", CLEAN + "def other():\n    return 5\n", USE),
    "another helper by module": helper(
        "return 5",
        "return 6",
        CLEAN + "def other():\n    return 5\n",
        "from . import helpers\ndef task(x=1):\n    return helpers.clean(x)\n",
    ),
    "another class": helper("return 5", "return 6", CLEAN + "class Other:\n    def f(self):\n        return 5\n", USE),
    "another module": Change(
        {"main.py": USE, "helpers.py": CLEAN, "unused.py": "N = 1\n"}, (("unused.py", "N = 1", "N = 2"),)
    ),
    "class docstring": main(
        "class A:\n    '''One.'''\n    def f(self):\n        '''Two.'''\n        return 1\ndef task():\n    return A().f()\n",
        "One",
        "Three",
    ),
    "method docstring": main(
        "class A:\n    '''One.'''\n    def f(self):\n        '''Two.'''\n        return 1\ndef task():\n    return A().f()\n",
        "Two",
        "Three",
    ),
    "order of methods": main(
        "class A:\n    def f(self):\n        return 1\n    def g(self):\n        return 2\ndef task():\n    return A().f()\n",
        "    def f(self):\n        return 1\n    def g(self):\n        return 2\n",
        "    def g(self):\n        return 2\n    def f(self):\n        return 1\n",
    ),
    "method annotation": main(
        "class A:\n    def f(self, x):\n        return x\ndef task():\n    return A().f(1)\n",
        "f(self, x)",
        "f(self, x: int) -> int",
    ),
    "logger's use elsewhere": main(
        "import logging\nlog = logging.getLogger(__name__)\ndef other():\n    log.info('a')\ndef task():\n    log.info('x')\n    return 1\n",
        "'a'",
        "'b'",
    ),
    "helper moved to another module": Change(
        {
            "main.py": "from .helpers import clean\ndef task(x=1):\n    return clean(x)\n",
            "helpers.py": CLEAN,
            "second.py": "\n",
        },
        (("main.py", "from .helpers", "from .second"), ("second.py", "", CLEAN)),
    ),
    "imported another way": helper("N = 1", "N = 2", CLEAN + "N = 1\n", USE),
    "set constant's order": main("S = {'a', 'b'}\ndef task():\n    return sorted(S)\n", "{'a', 'b'}", "{'b', 'a'}"),
    "task decorator's options": main(
        "from airflow.sdk import task as airflow_task\n@airflow_task(retries=1)\ndef decorated():\n    return 1\ntask = decorated.function\n",
        "retries=1",
        "retries=2",
    ),
    "dag around it": main(
        "from airflow.sdk import dag\ndef task():\n    return 1\n@dag(schedule=None)\ndef flow():\n    pass\n",
        "schedule=None",
        "schedule='@daily'",
    ),
}
