"""``@task.artifact_virtualenv`` and ``@task.artifact_external_python``: the function runs in another Python.

Inputs are loaded and outputs stored in the worker; the values between them cross as Airflow's own operators carry them,
pickled. Only the function's own text goes there, so that nothing around it exists when it runs.
"""

from __future__ import annotations

import ast
import functools
import inspect
import os
import pickle
import re
import subprocess
import textwrap
import types
from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.exceptions import DeserializingResultError
from airflow.providers.standard.operators.python import ExternalPythonOperator, PythonVirtualenvOperator
from airflow.sdk.definitions.context import KNOWN_CONTEXT_KEYS
from airflow.sdk.exceptions import AirflowException, AirflowSkipException

from airflow_artifacts.client.call import Interpreter
from airflow_artifacts.exceptions import DeclarationError, FingerprintError
from airflow_artifacts.provider.asking import Answer, ask, base_python
from airflow_artifacts.provider.declaring import OPTIONS
from airflow_artifacts.provider.decorator import decorated
from airflow_artifacts.provider.operator import ArtifactDecoratedOperator

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from airflow.sdk.definitions.context import Context

    from airflow_artifacts.provider.decorator import ArtifactTaskDecorator

__all__ = [
    "ArtifactExternalPythonOperator",
    "ArtifactVirtualenvOperator",
    "artifact_external_python_task",
    "artifact_virtualenv_task",
]

# What Airflow's operators are told of the function and its arguments, which come from the decorator and the call.
_GIVEN = frozenset({"self", "python_callable", "op_args", "op_kwargs", "kwargs"})
_PASSED = (
    PythonVirtualenvOperator.BASE_SERIALIZABLE_CONTEXT_KEYS
    | PythonVirtualenvOperator.PENDULUM_SERIALIZABLE_CONTEXT_KEYS
    | PythonVirtualenvOperator.AIRFLOW_SERIALIZABLE_CONTEXT_KEYS
    | {"templates_dict"}
)
_CREDENTIALS = re.compile(r"://[^/@\s]*@")
# The options of pip by which files stand for requirements.
_FILES = ("-r", "-c", "-e", "--requirement", "--constraint", "--editable")


def _options(operator: type) -> tuple[str, ...]:
    return (*OPTIONS, *(name for name in inspect.signature(operator).parameters if name not in _GIVEN))


class _InterpreterOperator(ArtifactDecoratedOperator):
    """An artifact task whose function runs in another Python; a base of Airflow's carries it there."""

    # That base's.
    env_vars: dict[str, str] | None
    inherit_env: bool
    string_args: Iterable[str]

    def interpreter(
        self, context: Context, rendered: Mapping[str, Any]
    ) -> Callable[[Collection[str]], Interpreter] | None:
        """Return what asks that Python; see :meth:`ArtifactDecoratedOperator.interpreter`."""
        fields = {name: getattr(self, name) for name in self.interpreter_fields} | dict(rendered)
        return functools.partial(self._interpreter, fields, self._environment(context))

    @property
    def fixed_context(self) -> Mapping[str, Any]:  # type: ignore[override]
        """The texts that the function finds there as ``virtualenv_string_args``."""
        texts = [str(text) for text in self.string_args]
        return {"string_args": texts} if texts else {}

    def get_python_source(self) -> str:
        """Return the function's text without its decorators, which do not exist there."""
        source = textwrap.dedent(inspect.getsource(self.python_callable))
        first = ast.parse(source).body[0].lineno
        return "\n".join(source.splitlines()[first - 1 :]) + "\n"

    def execute_callable(self) -> Any:
        """Run the function there, and return what it returned.

        Raises:
            AirflowException: It fails, what it takes or returns cannot cross, or that Python cannot be started.
            AirflowSkipException: It ended with a code that means so (``skip_on_exit_code``).
        """
        place = f"{self.python_callable.__name__!r} in {self.interpreter_name}"
        try:
            return super().execute_callable()
        except AirflowSkipException:
            raise
        except AirflowException as error:
            hint = "; only its own text goes there: import inside of it" if "is not defined" in str(error) else ""
            message = f"{place} failed: {error}{hint}"
            raise AirflowException(message) from error
        except subprocess.CalledProcessError as error:
            ran = any(str(argument).endswith("script.py") for argument in error.cmd)
            what = "did not end well" if ran else "could not begin"
            why = (
                "what it takes could not be unpickled there, what it returns could not be pickled, or its process ended"
                if ran
                else "its virtual environment could not be made"
            )
            message = f"{place} {what}: {why} (exit code {error.returncode}); the log above says more"
            raise AirflowException(message) from error
        except (ImportError, AttributeError, EOFError, pickle.UnpicklingError, DeserializingResultError) as error:
            message = (
                f"what {place} returned cannot be unpickled by the worker: {error}; install the package on the worker, "
                "too, or return plain data, a table, or a pathlib.Path"
            )
            raise AirflowException(message) from error
        except Exception as error:
            message = f"{place} could not run: {error}"
            raise AirflowException(message) from error

    @abstractmethod
    def _describe(
        self, fields: Mapping[str, Any], imports: Collection[str], environment: Mapping[str, str]
    ) -> tuple[Answer, dict[str, str | list[str]]]:
        """Return what that Python says, and what is installed into it besides."""

    def _interpreter(
        self, fields: Mapping[str, Any], environment: Mapping[str, str], imports: Collection[str]
    ) -> Interpreter:
        answer, facts = self._describe(fields, imports, environment)
        return Interpreter(
            facts={"python": answer.python, **facts},
            packages=answer.packages,
            modules=answer.modules,
            environment=environment,
            reads=answer.reads | set(self.env_vars or ()),
            variables=answer.variables,
        )

    def _environment(self, context: Context) -> dict[str, str]:
        """Return the environment variables that Airflow runs the function with."""
        environment = {**(os.environ if self.inherit_env else {}), **(self.env_vars or {})}
        bundle = getattr(getattr(context["ti"], "bundle_instance", None), "path", None)
        if bundle is not None:
            folders = [environment.get("PYTHONPATH", ""), str(bundle)]
            environment["PYTHONPATH"] = os.pathsep.join(folder for folder in folders if folder)
        return environment


class ArtifactVirtualenvOperator(_InterpreterOperator, PythonVirtualenvOperator):
    """Runs a function in a virtual environment that is made for it; its arguments and results are artifacts.

    Made by :func:`artifact_virtualenv_task`. It takes the arguments of :class:`.ArtifactDecoratedOperator` and of
    Airflow's ``PythonVirtualenvOperator``.
    """

    custom_operator_name = "@task.artifact_virtualenv"
    interpreter_fields = ("requirements", "index_urls", "index_urls_from_connection_ids")
    template_fields: Sequence[str] = (
        *ArtifactDecoratedOperator.template_fields,
        *interpreter_fields,
        "venv_cache_path",
    )
    options: ClassVar[tuple[str, ...]] = _options(PythonVirtualenvOperator)

    @property
    def interpreter_name(self) -> str:  # type: ignore[override]
        """Which virtual environment."""
        return f"a virtual environment of {', '.join(_lines(self.requirements)) or 'no requirements'}"

    def _describe(
        self, fields: Mapping[str, Any], imports: Collection[str], environment: Mapping[str, str]
    ) -> tuple[Answer, dict[str, str | list[str]]]:
        requirements = _lines(fields["requirements"])
        options = [str(option) for option in self.pip_install_options or ()]
        files = [text for text in requirements if _is_path(text)]
        files += [text for text in (*requirements, *options) if text.startswith(_FILES)]
        if files:
            message = (
                f"the requirement {files[0]!r} of {self.python_callable.__name__!r} stands for files whose content is "
                "not known; name a released version (name==1.2.3) or a URL, or leave SOURCE out of the policy and "
                "declare what counts with .include(…)"
            )
            raise FingerprintError(message)
        indexes = [str(one) for name in self.interpreter_fields[1:] for one in fields[name] or ()]
        system = bool(self.system_site_packages)
        answer = ask(base_python(self.python_version), imports, environment, base=True, system=system)
        return answer, {
            "requirements": requirements,
            "pip options": [_plain(option) for option in options],
            "indexes": [_plain(index) for index in indexes],
            "system packages": "yes" if system else "no",
        }


class ArtifactExternalPythonOperator(_InterpreterOperator, ExternalPythonOperator):
    """Runs a function in a Python that is there already; its arguments and results are artifacts.

    Made by :func:`artifact_external_python_task`. It takes the arguments of :class:`.ArtifactDecoratedOperator` and of
    Airflow's ``ExternalPythonOperator``.
    """

    custom_operator_name = "@task.artifact_external_python"
    interpreter_fields = ("python",)
    template_fields: Sequence[str] = (*ArtifactDecoratedOperator.template_fields, *interpreter_fields)
    options: ClassVar[tuple[str, ...]] = _options(ExternalPythonOperator)

    @property
    def interpreter_name(self) -> str:  # type: ignore[override]
        """Which Python."""
        return str(self.python)

    def _describe(
        self, fields: Mapping[str, Any], imports: Collection[str], environment: Mapping[str, str]
    ) -> tuple[Answer, dict[str, str | list[str]]]:
        return ask(str(fields["python"]), imports, environment), {}


def artifact_virtualenv_task(
    python_callable: Callable[..., Any] | None = None,
    /,
    *,
    requirements: Iterable[str] | str | None = None,
    python_version: str | None = None,
    system_site_packages: bool | None = None,
    multiple_outputs: bool = False,
    **kwargs: Any,
) -> Any:
    """Make a task whose function runs in a virtual environment of its own; also ``@task.artifact_virtualenv``.

    Args:
        python_callable: The function, written with ``def``; it imports inside of it what it uses.
        requirements: What is installed, as pip takes it (templated). Pinned, or an earlier result counts although
            another version would be installed by now.
        python_version: Such as ``3.12``; without it that which ``python`` is on the worker.
        system_site_packages: Whether it sees the packages of the Python it is made of; without it as Airflow does.
        multiple_outputs: Whether each key of the dict that it returns is an output.
        kwargs: What :func:`~airflow_artifacts.artifact_task` takes besides, and Airflow's ``PythonVirtualenvOperator``.

    Raises:
        DeclarationError: The function cannot run in another Python, is a task already, or declares what cannot be
            meant.
    """
    given = {
        "requirements": requirements,
        "python_version": python_version,
        "system_site_packages": system_site_packages,
    }
    kwargs |= {name: value for name, value in given.items() if value is not None}
    return _made(ArtifactVirtualenvOperator, python_callable, multiple_outputs=multiple_outputs, **kwargs)


def artifact_external_python_task(
    python_callable: Callable[..., Any] | None = None,
    /,
    *,
    python: str | None = None,
    multiple_outputs: bool = False,
    **kwargs: Any,
) -> Any:
    """Make a task whose function runs in a Python that is there already; also ``@task.artifact_external_python``.

    Args:
        python_callable: The function, written with ``def``; it imports inside of it what it uses.
        python: The absolute path of the executable (templated); ``default_args`` may give it, too.
        multiple_outputs: Whether each key of the dict that it returns is an output.
        kwargs: What :func:`~airflow_artifacts.artifact_task` takes besides, and Airflow's ``ExternalPythonOperator``.

    Raises:
        DeclarationError: The function cannot run in another Python, is a task already, or declares what cannot be
            meant.
    """
    if python is not None:
        kwargs["python"] = python
    return _made(ArtifactExternalPythonOperator, python_callable, multiple_outputs=multiple_outputs, **kwargs)


def _made(
    operator_class: type[_InterpreterOperator],
    python_callable: Callable[..., Any] | None,
    **kwargs: Any,
) -> Any:
    def decorator(function: Callable[..., Any]) -> ArtifactTaskDecorator:
        if isinstance(function, types.FunctionType):
            _check(function, operator_class.custom_operator_name)
        return decorated(function, operator_class=operator_class, **kwargs)

    return decorator if python_callable is None else decorator(python_callable)


def _check(function: types.FunctionType, decorator: str) -> None:
    """Refuse a function that could not run in another Python.

    Raises:
        DeclarationError: It is a coroutine or generator, or needs what does not exist there.
    """
    name = function.__name__
    around = sorted(set(function.__code__.co_freevars) - {name})
    context = sorted(set(inspect.signature(function).parameters) & KNOWN_CONTEXT_KEYS - _PASSED)
    fault = None
    if name == "<lambda>" or hasattr(function, "__wrapped__"):
        fault = "is no plain function, and only the text of one goes there; write it with def, and without a decorator"
    elif inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        fault = (
            "is async, which Airflow runs in the worker only; write it with def, and call asyncio.run(…) inside of it"
        )
    elif inspect.isgeneratorfunction(function):
        fault = "is a generator, which cannot be pickled back; return a list, or write files and return a pathlib.Path"
    elif around:
        fault = f"takes {around[0]!r} from the function around it, which does not exist there; pass it as an argument"
    elif context:
        fault = f"takes {context[0]!r}, which belongs to the worker's process; take what it needs of it, such as run_id"
    if fault is not None:
        message = f"{name!r} under {decorator} {fault}"
        raise DeclarationError(message)


def _lines(requirements: Iterable[Any]) -> list[str]:
    """Return requirements one by one, sorted, without the comments of a requirements file and without passwords."""
    lines = (_plain(line.partition(" #")[0].strip()) for one in requirements for line in str(one).splitlines())
    return sorted(line for line in lines if line and not line.startswith("#"))


def _plain(text: str) -> str:
    """Return a text without the user and password of a URL, which do not say what is installed."""
    return _CREDENTIALS.sub("://", text)


def _is_path(requirement: str) -> bool:
    """Whether a requirement is a file or folder of the worker; an option is none."""
    named = requirement.partition(";")[0]
    bare = "/" in named and "://" not in named
    return not named.startswith("-") and (bare or named.startswith(".") or "file:" in named)
