"""More changes of code on disk, of the kinds that were thought of second."""

from __future__ import annotations

from tests.fingerprint.source.changes import CLEAN, Change, helper, main

__all__ = ["MORE_ALTER", "MORE_COSMETIC"]

MORE_ALTER: dict[str, Change] = {
    "relative import_module": helper(
        "+ 1",
        "+ 2",
        CLEAN,
        "import importlib\ndef task(x=1):\n    return importlib.import_module('.helpers', __package__).clean(x)\n",
    ),
    "func attr": main("def f():\n    return f.n\nf.n = 1\ndef task():\n    return f()\n", "f.n = 1", "f.n = 2"),
    "alias class": main(
        "class M:\n    def p(self):\n        return 1\nAlias = M\ndef task():\n    return Alias().p()\n",
        "return 1",
        "return 2",
    ),
    "registry decorator": main(
        "R = {}\ndef reg(n):\n    def d(f):\n        R[n] = f\n        return f\n    return d\n@reg('a')\ndef fa():\n    return 1\ndef task():\n    return R['a']()\n",
        "return 1",
        "return 2",
    ),
    "init_subclass registry": main(
        "class Base:\n    subs = {}\n    def __init_subclass__(cls):\n        Base.subs[cls.__name__] = cls\nclass One(Base):\n    def f(self):\n        return 1\ndef task():\n    return Base.subs['One']().f()\n",
        "return 1",
        "return 2",
    ),
    "subclasses()": main(
        "class Base:\n    pass\nclass One(Base):\n    def f(self):\n        return 1\ndef task():\n    return Base.__subclasses__()[0]().f()\n",
        "return 1",
        "return 2",
    ),
    "globals()": main("def h():\n    return 1\ndef task():\n    return globals()['h']()\n", "return 1", "return 2"),
    "eval": main("def h():\n    return 1\ndef task():\n    return eval('h()')\n", "return 1", "return 2"),
    "sys.modules": helper(
        "+ 1",
        "+ 2",
        CLEAN,
        "import sys\nfrom . import helpers\ndef task(x=1):\n    return sys.modules['PKG.helpers'].clean(x)\n",
    ),
    "sys.modules by name": helper(
        "+ 1",
        "+ 2",
        CLEAN,
        "import sys\nfrom . import helpers\nN='PKG.helpers'\ndef task(x=1):\n    return sys.modules[N].clean(x)\n",
    ),
    "getattr const": helper(
        "+ 1", "+ 2", CLEAN, "from . import helpers\nN='clean'\ndef task(x=1):\n    return getattr(helpers, N)(x)\n"
    ),
    "vars(module)": helper(
        "+ 1", "+ 2", CLEAN, "from . import helpers\ndef task(x=1):\n    return vars(helpers)['clean'](x)\n"
    ),
    "module dict": helper(
        "+ 1", "+ 2", CLEAN, "from . import helpers\ndef task(x=1):\n    return helpers.__dict__['clean'](x)\n"
    ),
    "attrgetter module": helper(
        "+ 1",
        "+ 2",
        CLEAN,
        "import operator\nfrom . import helpers\ndef task(x=1):\n    return operator.attrgetter('clean')(helpers)(x)\n",
    ),
    "subpackage": Change(
        {
            "main.py": "import PKG.sub.deep\ndef task():\n    return PKG.sub.deep.f()\n",
            "sub/__init__.py": "",
            "sub/deep.py": "def f():\n    return 1\n",
        },
        (("sub/deep.py", "return 1", "return 2"),),
    ),
    "relative up": Change(
        {
            "main.py": "from .sub.deep import f\ndef task():\n    return f()\n",
            "sub/__init__.py": "",
            "sub/deep.py": "from ..top import g\ndef f():\n    return g()\n",
            "top.py": "def g():\n    return 1\n",
        },
        (("top.py", "return 1", "return 2"),),
    ),
    "import in helper body": Change(
        {
            "main.py": "from .a import f\ndef task():\n    return f()\n",
            "a.py": "def f():\n    from . import b\n    return b.g()\n",
            "b.py": "def g():\n    return 1\n",
        },
        (("b.py", "return 1", "return 2"),),
    ),
    "import in method": Change(
        {
            "main.py": "class A:\n    def f(self):\n        from .b import g\n        return g()\ndef task():\n    return A().f()\n",
            "b.py": "def g():\n    return 1\n",
        },
        (("b.py", "return 1", "return 2"),),
    ),
    "lazy cached import global": Change(
        {
            "main.py": "_m = None\ndef get():\n    global _m\n    if _m is None:\n        from . import b\n        _m = b\n    return _m\ndef task():\n    return get().g()\n",
            "b.py": "def g():\n    return 1\n",
        },
        (("b.py", "return 1", "return 2"),),
    ),
    "default from helper": main("def d():\n    return 1\ndef task(x=d()):\n    return x\n", "return 1", "return 2"),
    "dataclass post_init": main(
        "import dataclasses\n@dataclasses.dataclass\nclass C:\n    n: int = 1\n    def __post_init__(self):\n        self.n += 1\ndef task():\n    return C().n\n",
        "+= 1",
        "+= 2",
    ),
    "dataclass inherited": main(
        "import dataclasses\n@dataclasses.dataclass\nclass B:\n    n: int = 1\n@dataclasses.dataclass\nclass C(B):\n    m: int = 2\ndef task():\n    return C().n\n",
        "n: int = 1",
        "n: int = 3",
    ),
    "dataclass default lambda": main(
        "import dataclasses\n@dataclasses.dataclass\nclass C:\n    n: object = dataclasses.field(default_factory=lambda: 1)\ndef task():\n    return C().n\n",
        "lambda: 1",
        "lambda: 2",
    ),
    "attrs class": main(
        "import attrs\n@attrs.define\nclass C:\n    n: int = 1\n    def f(self):\n        return self.n\ndef task():\n    return C().f()\n",
        "= 1",
        "= 2",
    ),
    "attrs validator": main(
        "import attrs\ndef v(i, a, x):\n    assert x < 5\n@attrs.define\nclass C:\n    n: int = attrs.field(default=1, validator=v)\ndef task():\n    return C().n\n",
        "x < 5",
        "x < 6",
    ),
    "attrs converter": main(
        "import attrs\ndef conv(x):\n    return x + 1\n@attrs.define\nclass C:\n    n: int = attrs.field(default=1, converter=conv)\ndef task():\n    return C().n\n",
        "x + 1",
        "x + 2",
    ),
    "pydantic field const": main(
        "import pydantic\nD = 1\nclass M(pydantic.BaseModel):\n    n: int = D\ndef task():\n    return M().n\n",
        "D = 1",
        "D = 2",
    ),
    "pydantic default factory": main(
        "import pydantic\ndef make():\n    return 1\nclass M(pydantic.BaseModel):\n    n: int = pydantic.Field(default_factory=make)\ndef task():\n    return M().n\n",
        "return 1",
        "return 2",
    ),
    "pydantic model validator fn elsewhere": main(
        "import pydantic\nfrom typing import Annotated\ndef plus(x):\n    return x + 1\nN = Annotated[int, pydantic.AfterValidator(plus)]\nclass M(pydantic.BaseModel):\n    n: N = 1\ndef task():\n    return M(n=1).n\n",
        "x + 1",
        "x + 2",
    ),
    "pydantic config": main(
        "import pydantic\nclass M(pydantic.BaseModel):\n    model_config = pydantic.ConfigDict(extra='ignore')\n    n: int = 1\ndef task():\n    return M(n=1, m=2).model_dump()\n",
        "'ignore'",
        "'allow'",
    ),
    "nested model": main(
        "import pydantic\nclass I(pydantic.BaseModel):\n    n: int = 1\nclass M(pydantic.BaseModel):\n    i: I = I()\ndef task():\n    return M().i.n\n",
        "n: int = 1",
        "n: int = 2",
    ),
    "nested class": main(
        "class A:\n    class B:\n        n = 1\n        def f(self):\n            return 1\ndef task():\n    return A.B().f()\n",
        "return 1",
        "return 2",
    ),
    "closure counter": main(
        "def make():\n    n = 5\n    def get():\n        return n\n    return get\nget = make()\ndef task():\n    return get()\n",
        "n = 5",
        "n = 6",
    ),
    "star kwargs": main("OPT = dict(a=1)\ndef f(a):\n    return a\ndef task():\n    return f(**OPT)\n", "a=1", "a=2"),
    "conditional expr": main(
        "F = (lambda: 1) if True else (lambda: 2)\ndef task():\n    return F()\n", "lambda: 1", "lambda: 3"
    ),
    "try finally": main("def task():\n    try:\n        return 1\n    finally:\n        print('x')\n", "'x'", "'y'"),
    "del": main(
        "def task():\n    d = {'a': 1, 'b': 2}\n    del d['a']\n    return d\n", "d['a']\n    ret", "d['b']\n    ret"
    ),
    "global frozenset": main("S = frozenset({1, 2})\ndef task():\n    return 1 in S\n", "{1, 2}", "{2, 3}"),
    "range const": main("R = range(3)\ndef task():\n    return list(R)\n", "range(3)", "range(4)"),
    "namedtuple const": main(
        "from collections import namedtuple\nP = namedtuple('P', 'x')\np = P(1)\ndef task():\n    return p.x\n",
        "P(1)",
        "P(2)",
    ),
    "ordereddict": main(
        "from collections import OrderedDict\nO = OrderedDict([('a', 1), ('b', 2)])\ndef task():\n    return list(O)\n",
        "('a', 1), ('b', 2)",
        "('b', 2), ('a', 1)",
    ),
    "defaultdict factory": main(
        "from collections import defaultdict\nD = defaultdict(lambda: 1)\ndef task():\n    return D['x']\n",
        "lambda: 1",
        "lambda: 2",
    ),
    "deque": main(
        "from collections import deque\nD = deque([1], maxlen=2)\ndef task():\n    return list(D)\n",
        "maxlen=2",
        "maxlen=3",
    ),
    "weird number": main("X = 0.0\ndef task():\n    return str(X)\n", "X = 0.0", "X = -0.0"),
    "np dtype const": main("import numpy as np\nT = np.dtype('i4')\ndef task():\n    return T.itemsize\n", "i4", "i8"),
    "np scalar": main("import numpy as np\nT = np.float32(1)\ndef task():\n    return T\n", "float32", "float64"),
    "sklearn estimator": main(
        "from sklearn.linear_model import Ridge\nM = Ridge(alpha=1.0)\ndef task():\n    return M.alpha\n",
        "alpha=1.0",
        "alpha=2.0",
    ),
    "partial nested": main(
        "from functools import partial\ndef f(a, b):\n    return a + b\ng = partial(partial(f, 1), 2)\ndef task():\n    return g()\n",
        "f, 1",
        "f, 3",
    ),
    "compose lambda": main(
        "def compose(*fs):\n    def run(x):\n        for f in fs:\n            x = f(x)\n        return x\n    return run\npipe = compose(str, lambda s: s + 'a')\ndef task():\n    return pipe(1)\n",
        "s + 'a'",
        "s + 'b'",
    ),
    "class with __call__ decorator arg": main(
        "class D:\n    def __init__(self, n):\n        self.n = n\n    def __call__(self, f):\n        def w():\n            return f() * self.n\n        return w\n@D(2)\ndef task():\n    return 1\n",
        "D(2)",
        "D(3)",
    ),
    "exceptions class": main(
        "class E(Exception):\n    def __str__(self):\n        return 'a'\ndef task():\n    try:\n        raise E\n    except E as e:\n        return str(e)\n",
        "'a'",
        "'b'",
    ),
    "async gen": main(
        "import asyncio\nasync def g():\n    yield 1\nasync def run():\n    return [x async for x in g()]\ndef task():\n    return asyncio.run(run())\n",
        "yield 1",
        "yield 2",
    ),
    "async ctx": main(
        "import asyncio, contextlib\n@contextlib.asynccontextmanager\nasync def c():\n    yield 1\nasync def run():\n    async with c() as x:\n        return x\ndef task():\n    return asyncio.run(run())\n",
        "yield 1",
        "yield 2",
    ),
    "thread target": main(
        "import threading\nout = []\ndef work():\n    out.append(1)\ndef task():\n    t = threading.Thread(target=work)\n    t.start(); t.join()\n    return 1\n",
        "append(1)",
        "append(2)",
    ),
    "map in pool": main(
        "from concurrent.futures import ThreadPoolExecutor\ndef f(x):\n    return x + 1\ndef task():\n    with ThreadPoolExecutor() as p:\n        return list(p.map(f, [1]))\n",
        "x + 1",
        "x + 2",
    ),
    "df.apply": main(
        "import pandas as pd\ndef f(x):\n    return x + 1\ndef task():\n    return pd.Series([1]).map(f).sum()\n",
        "x + 1",
        "x + 2",
    ),
    "string method name in methodcaller arg": main(
        "from operator import methodcaller\nm = methodcaller('replace', 'a', 'b')\ndef task():\n    return m('a')\n",
        "'a', 'b')",
        "'a', 'c')",
    ),
    "typing cast default": main(
        "from typing import Literal\nMode = Literal['a', 'b']\ndef task():\n    return Mode.__args__\n",
        "'a', 'b'",
        "'b', 'a'",
    ),
    "type hints registry single dispatch": main(
        "from functools import singledispatch\n@singledispatch\ndef f(x):\n    return 0\n@f.register\ndef _(x: int):\n    return 1\ndef task():\n    return f(1)\n",
        "x: int",
        "x: str",
    ),
    "property inherited override": main(
        "class A:\n    x = 1\nclass B(A):\n    @property\n    def y(self):\n        return self.x\ndef task():\n    return B().y\n",
        "x = 1",
        "x = 2",
    ),
    "classmethod factory on instance global": main(
        "class A:\n    @classmethod\n    def make(cls, n=1):\n        a = cls()\n        a.n = n\n        return a\nX = A.make()\ndef task():\n    return X.n\n",
        "n=1",
        "n=2",
    ),
    "__slots__ inherited state": main(
        "class A:\n    __slots__ = ('a',)\n    def __init__(self, a):\n        self.a = a\nclass B(A):\n    __slots__ = ('b',)\nX = B(1)\ndef task():\n    return X.a\n",
        "B(1)",
        "B(2)",
    ),
    "private slot": main(
        "class A:\n    __slots__ = ('__a',)\n    def __init__(self, a):\n        self.__a = a\n    def get(self):\n        return self.__a\nX = A(1)\ndef task():\n    return X.get()\n",
        "A(1)",
        "A(2)",
    ),
    "str subclass": main(
        "class S(str):\n    def f(self):\n        return 1\nX = S('a')\ndef task():\n    return X.f()\n",
        "S('a')",
        "S('b')",
    ),
    "int enum const in dict key": main(
        "import enum\nclass E(enum.IntEnum):\n    A = 1\nD = {E.A: 1}\ndef task():\n    return D[E.A]\n",
        "A = 1",
        "A = 2",
    ),
    "path joined": main(
        "from pathlib import Path\nROOT = Path('/a') / 'b'\ndef task():\n    return str(ROOT)\n", "'b'", "'c'"
    ),
    "timedelta": main(
        "from datetime import timedelta\nT = timedelta(days=1)\ndef task():\n    return T.days\n", "days=1", "days=2"
    ),
    "logger name change": main(
        "import logging\nL = logging.getLogger('a')\ndef task():\n    return L.name\n", "'a'", "'b'"
    ),
    "dunder name": main("NAME = __name__ + 'a'\ndef task():\n    return NAME\n", "'a'", "'b'"),
    "walrus comp": main(
        "def f(x):\n    return x\ndef task():\n    return [y := f(x) for x in (1,)] + [y]\n",
        "return x\n",
        "return x + 1\n",
    ),
    "type alias dict of classes": main(
        "class A:\n    def f(self):\n        return 1\nC = {'a': A}\ndef task():\n    return C['a']().f()\n",
        "return 1",
        "return 2",
    ),
    "tuple of partials": main(
        "from functools import partial\ndef f(x):\n    return x\nSTEPS = (('a', partial(f, 1)),)\ndef task():\n    return [s() for _, s in STEPS]\n",
        "f, 1",
        "f, 2",
    ),
    "mock of module fn": Change(
        {
            "main.py": "from . import h\nfrom .p import patched\nh.f = patched\ndef task():\n    return h.f()\n",
            "h.py": "def f():\n    return 0\n",
            "p.py": "def patched():\n    return 1\n",
        },
        (("p.py", "return 1", "return 2"),),
    ),
    "generic alias call": main(
        "from typing import Generic, TypeVar\nT = TypeVar('T')\nclass Box(Generic[T]):\n    def f(self):\n        return 1\nIntBox = Box[int]\ndef task():\n    return IntBox().f()\n",
        "return 1",
        "return 2",
    ),
    "protocol default": main(
        "from typing import Protocol\nclass P(Protocol):\n    def f(self):\n        return 1\nclass I(P):\n    pass\ndef task():\n    return I().f()\n",
        "return 1",
        "return 2",
    ),
    "decorated method": main(
        "import functools\ndef d(f):\n    @functools.wraps(f)\n    def w(self):\n        return f(self) + 1\n    return w\nclass A:\n    @d\n    def f(self):\n        return 1\ndef task():\n    return A().f()\n",
        "+ 1",
        "+ 2",
    ),
    "class lru method": main(
        "import functools\nclass A:\n    @functools.lru_cache\n    def f(self):\n        return 1\ndef task():\n    return A().f()\n",
        "return 1",
        "return 2",
    ),
    "yield from": main(
        "def g():\n    yield 1\ndef h():\n    yield from g()\ndef task():\n    return list(h())\n", "yield 1", "yield 2"
    ),
    "starred assign": main("def task():\n    a, *b = [1, 2, 3]\n    return b\n", "a, *b", "*b, a"),
    "bytes const": main("B = b'a'\ndef task():\n    return B\n", "b'a'", "b'b'"),
    "complex": main("Z = 1j\ndef task():\n    return Z\n", "1j", "2j"),
    "env default": main("import os\ndef task():\n    return os.environ.get('NOPE_X', 'a')\n", "'a'", "'b'"),
    "os.path join const": main("import os.path as p\ndef task():\n    return p.join('a', 'b')\n", "'b'", "'c'"),
    "template string": main(
        "from string import Template\nT = Template('$x a')\ndef task():\n    return T.substitute(x=1)\n", "$x a", "$x b"
    ),
    "re.sub callback": main(
        "import re\ndef cb(m):\n    return 'a'\ndef task():\n    return re.sub('x', cb, 'x')\n", "'a'", "'b'"
    ),
    "sorted key": main(
        "def key(x):\n    return x\ndef task():\n    return sorted([2, 1], key=key)\n", "return x", "return -x"
    ),
    "package __init__ constant by pkg": Change(
        {"main.py": "import PKG\ndef task():\n    return PKG.N\n", "__init__.py": "N = 1\n"},
        (("__init__.py", "N = 1", "N = 2"),),
    ),
    "helper module renamed import inside try": Change(
        {
            "main.py": "def task():\n    try:\n        from .nope import f\n    except ImportError:\n        from .h import f\n    return f()\n",
            "h.py": "def f():\n    return 1\n",
        },
        (("h.py", "return 1", "return 2"),),
    ),
}

MORE_COSMETIC: dict[str, Change] = {
    "lambda moved line": main("f = lambda x: x\ndef task():\n    return f(1)\n", "f = lambda", "\n\nf = lambda"),
    "unrelated lambda": main("f = lambda x: x\ng = lambda x: x + 1\ndef task():\n    return f(1)\n", "x + 1", "x + 2"),
    "helper comment in class": main("class A:\n    n = 1\ndef task():\n    return A.n\n", "n = 1", "n = 1  # one"),
    "decorated helper comment": main(
        "import functools\n@functools.lru_cache\ndef h():\n    return 1\ndef task():\n    return h()\n",
        "    return 1",
        "    # c\n    return 1",
    ),
    "cached call state": main(
        "import functools\n@functools.lru_cache\ndef h():\n    return 1\nh() if False else None\ndef task():\n    return h()\n",
        "h() if False",
        "h() if True",
    ),
    "local annotation type": main("def task():\n    x: 'int' = 1\n    return x\n", "'int'", "'float'"),
    "unused class": main(
        "class U:\n    def f(self):\n        return 1\ndef task():\n    return 1\n", "return 1\ndef", "return 2\ndef"
    ),
    "unused attr of module": helper(
        "B = 2", "B = 3", "A = 1\nB = 2\n", "from . import helpers as h\ndef task():\n    return h.A\n"
    ),
    "logger call level text? no, rename of unused var": main("X = 1\ndef task():\n    return 1\n", "X = 1", "Y = 1"),
    "TypeVar annotation": main(
        "from typing import TypeVar\nT = TypeVar('T')\ndef h(x: T) -> T:\n    return x\ndef task():\n    return h(1)\n",
        "x: T) -> T",
        "x)",
    ),
    "dataclass docstring": main(
        "import dataclasses\n@dataclasses.dataclass\nclass C:\n    '''One.'''\n    n: int = 1\ndef task():\n    return C().n\n",
        "One",
        "Two",
    ),
    "pydantic docstring": main(
        "import pydantic\nclass M(pydantic.BaseModel):\n    '''One.'''\n    n: int = 1\ndef task():\n    return M().n\n",
        "One",
        "Two",
    ),
    "model method comment": main(
        "import pydantic\nclass M(pydantic.BaseModel):\n    n: int = 1\n    def f(self):\n        return 1\ndef task():\n    return M().f()\n",
        "        return 1",
        "        # c\n        return 1",
    ),
    "raw string": main("def task():\n    return 'a'\n", "'a'", "r'a'"),
    "escape": main("def task():\n    return 'A'\n", "'A'", "'\\x41'"),
    "ellipsis body": main(
        "import abc\nclass A(abc.ABC):\n    @abc.abstractmethod\n    def f(self): ...\n    def g(self):\n        return 1\nclass B(A):\n    def f(self):\n        return 1\ndef task():\n    return B().g()\n",
        "def f(self): ...",
        "def f(self):\n        '''Do.'''",
    ),
    "enum comment": main(
        "import enum\nclass E(enum.Enum):\n    A = 1\ndef task():\n    return E.A.name\n", "A = 1", "A = 1  # c"
    ),
    "f-string quotes": main("def task(x=1):\n    return f'{x}'\n", "f'{x}'", 'f"{x}"'),
    "backslash": main("def task(x=1):\n    return x + 1\n", "x + 1", "x + \\\n        1"),
    "overload stub": main(
        "from typing import overload\ndef h(x):\n    return x\ndef task():\n    return h(1)\n",
        "def h(x)",
        "@overload\ndef h(x: int) -> int: ...\n@overload\ndef h(x: str) -> str: ...\ndef h(x)",
    ),
}
