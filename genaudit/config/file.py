"""The configuration of a project: found, read, checked; every error says in which line of which file."""

import configparser
import difflib
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from genaudit.config import trust
from genaudit.config.budgets import KINDS, Budget, parse_budget
from genaudit.config.environment import from_variables
from genaudit.config.keys import KEYS, TABLES, as_int, as_number
from genaudit.config.toml import line_of, loads
from genaudit.errors import UsageError
from genaudit.files import MOST_SETTING_BYTES, read_bytes, read_text, shown_path

NAMES = ("genaudit.toml", "pyproject.toml", "setup.cfg")
"""In a folder the first of these that configures genaudit is read, and no other: files are never merged."""
LONGEST_MESSAGE = 500
_BLANKS = re.compile(r"[ \t\v\f]{100,}")
_TABLES = {"genaudit.toml": (), "pyproject.toml": ("tool", "genaudit"), "setup.cfg": ("genaudit",)}


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for one target, or for all of them."""

    values: dict[str, Any] = {}
    """Checked values by key."""
    arguments: dict[str, Any] = {}
    budgets: dict[str, Budget] = {}

    def over(self, general: "Settings") -> "Settings":
        """These settings, and the general ones where these have none."""
        return Settings(
            values={**general.values, **self.values},
            arguments={**general.arguments, **self.arguments},
            budgets={**general.budgets, **self.budgets},
        )


class Configuration(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of a file, or of none."""

    path: Path | None = None
    general: Settings = Settings()
    by_target: dict[str, Settings] = {}
    lint: dict[str, Any] = {}
    """What ``genaudit lint`` takes from here; it checks the keys itself."""
    overriding: dict[str, Any] = {}
    """Values of environment variables, which win over those that the file has for one target too."""

    @property
    def folder(self) -> Path:
        """What relative paths start from."""
        return Path.cwd() if self.path is None else self.path.parent

    @property
    def targets(self) -> list[str]:
        """Targets to gate, in the order they are named in."""
        return list(dict.fromkeys([*self.general.values.get("targets", []), *self.by_target]))

    def settings(self, target: str) -> Settings:
        """What holds for a target; its own table counts with or without literal arguments in the target's text."""
        own = self.by_target.get(target) or self.by_target.get(target.partition("(")[0]) or Settings()
        return Settings(values=self.overriding).over(own.over(self.general))


def load(
    start: Path,
    *,
    config: Path | None = None,
    isolated: bool = False,
    variables: Mapping[str, str] | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Configuration:
    """The configuration that holds in a folder.

    Args:
        start: The nearest file from here upwards counts, as far as ``find`` goes.
        config: A file to read instead of searching.
        isolated: Read no file.
        variables: Environment variables; ``GENAUDIT_BATCHES=100`` wins over a file.
        say: Called with a line for each file that is left alone.

    Raises:
        UsageError: There is no such file, or it cannot be followed.
    """
    path = None if isolated else find(start, say) if config is None else _existing(config)
    configuration = Configuration() if path is None else read(path, must=config is not None)
    overriding = from_variables(os.environ if variables is None else variables)
    general = Settings(values=overriding).over(configuration.general)
    return msgspec.structs.replace(configuration, general=general, overriding=overriding)


def find(start: Path, say: Callable[[str], None] = lambda _: None) -> Path | None:
    """The nearest file that configures genaudit, from a folder upwards to the border of what is the user's.

    That is the root of the repository, the home folder, or a file system's.

    Args:
        start: Where to begin.
        say: Called with a line for each file that is left alone.

    Raises:
        UsageError: A file of the project itself is not the user's alone: it would run code of somebody else's choice.
    """
    start = start.absolute()
    for folder in (start, *start.parents):
        for name in NAMES:
            path = folder / name
            if path.is_file() and _configures(path):
                return path if _is_followed(path, start, say) else None
        if trust.is_border(folder):
            return None
    return None


def _is_followed(path: Path, start: Path, say: Callable[[str], None]) -> bool:
    why = trust.distrust(path)
    if why and trust.in_project(path.parent, start):
        raise UsageError(
            f"{path} is not followed: {why}, and a configuration runs code",
            slug="foreign-configuration",
            hint=f"--config {path} follows it all the same, --isolated does without",
        )
    if why:
        say(f"{path} is not followed: {why}; --config {path} follows it all the same")
    return not why


def read(path: Path, *, must: bool = True) -> Configuration:
    """The configuration in a file.

    Args:
        path: A TOML file, or one like ``setup.cfg``.
        must: It is an error that the file does not configure genaudit.

    Raises:
        UsageError: It cannot be read, or has a key or a value that genaudit does not know.
    """
    text = _text(path)
    reader = _Reader(path, text)
    table = reader.table()
    if table is None:
        if must:
            raise UsageError(f"{path} does not configure genaudit", slug="no-configuration", hint=_hint_of_table(path))
        return Configuration(path=path)
    return reader.configuration(table)


def _hint_of_table(path: Path) -> str:
    if path.suffix == ".cfg":
        return "it needs a section [genaudit]"
    return "it needs a table [tool.genaudit]" if path.name == "pyproject.toml" else "it is empty"


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise UsageError(f"there is no configuration {path}", slug="no-configuration", hint="genaudit init writes one")
    return path.absolute()


def _text(path: Path) -> str:
    try:
        return read_text(path, MOST_SETTING_BYTES, encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", slug="unreadable-configuration") from error


def _configures(path: Path) -> bool:
    """Whether a file is for genaudit. One that names its table and cannot be parsed is, so that its error is shown.

    What is wrong with a file that is not for genaudit is not ours to report.
    """
    if path.name == "genaudit.toml":
        return True
    try:
        raw = read_bytes(path, MOST_SETTING_BYTES)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", slug="unreadable-configuration") from error
    if b"genaudit" not in raw:
        return False
    try:
        return _Reader(path, _text(path)).table() is not None
    except UsageError:
        return b"[tool.genaudit" in raw or b"[genaudit]" in raw


class _Reader:
    """Reads one file; every error it raises begins with the file and the line."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._text = text
        self._is_cfg = path.suffix == ".cfg"
        self._top = _TABLES.get(path.name, ())

    def table(self) -> dict[str, Any] | None:
        """Genaudit's part of the file; ``None`` where it has none."""
        if self._is_cfg:
            return self._cfg_table()
        try:
            value: Any = loads(self._text)
        except ValueError as error:
            raise UsageError(f"{self._shown}: {error}", slug="not-toml") from error
        for name in self._top:
            if not isinstance(value, dict) or name not in value:
                return None
            value = value[name]
        if not isinstance(value, dict):
            raise self._error((), f"{'.'.join(self._top)} is not a table")
        return value

    def _cfg_table(self) -> dict[str, Any] | None:
        parser = configparser.ConfigParser(interpolation=None)
        parser.optionxform = str  # type: ignore[assignment,method-assign]
        try:
            # Its patterns go through a run of blanks once for each of them.
            parser.read_string(_BLANKS.sub(" ", self._text), str(self._path))
        except configparser.Error as error:
            raise UsageError(f"{self._shown}: {error.message[:LONGEST_MESSAGE]}", slug="not-cfg") from error
        if not parser.has_section("genaudit"):
            return None
        table: dict[str, Any] = {}
        for key, text in parser.items("genaudit"):
            first, dot, rest = key.partition(".")
            if dot and first in {"budgets", "arguments"}:
                table.setdefault(first, {})[rest] = _literal(text)
            else:
                table[key] = KEYS[key].typed(text.strip()) if key in KEYS else text
        return table

    def configuration(self, table: dict[str, Any]) -> Configuration:
        """The checked content of genaudit's part."""
        own = dict(table)
        targets = own.pop("target", {})
        lint = own.pop("lint", {})
        if not isinstance(lint, dict):
            raise self._error(("lint",), "lint is a table")
        if not isinstance(targets, dict):
            raise self._error(("target",), "target is a table of tables", 'write [target."data:train_gen"]')
        return Configuration(
            path=self._path,
            general=self._settings(own, ()),
            by_target={name: self._target(name, value) for name, value in targets.items()},
            lint=lint,
        )

    def _target(self, name: str, value: object) -> Settings:
        keys = ("target", name)
        if not isinstance(value, dict):
            raise self._error(keys, f"target.{name} is not a table", f'write [target."{name}"]')
        for key in value:
            if key in KEYS and not KEYS[key].per_target:
                raise self._error((*keys, key), f"{key} holds for all targets, and cannot be set for one")
        return self._settings(value, keys)

    def _settings(self, table: dict[str, Any], keys: tuple[str, ...]) -> Settings:
        values = {}
        for key, value in table.items():
            if key in {"arguments", "budgets"}:
                if not isinstance(value, dict):
                    raise self._error((*keys, key), f"{key} is a table")
            elif key not in KEYS:
                raise self._unknown((*keys, key), [*KEYS, *TABLES])
            else:
                values[key] = self._checked((*keys, key), lambda key=key, value=value: KEYS[key].read(value))
        budgets = {}
        for name, value in table.get("budgets", {}).items():
            if name not in KINDS:
                raise self._unknown((*keys, "budgets", name), list(KINDS))
            budgets[name] = self._checked(
                (*keys, "budgets", name), lambda name=name, value=value: parse_budget(name, value)
            )
        return Settings(values=values, arguments=dict(table.get("arguments", {})), budgets=budgets)

    def _checked(self, keys: tuple[str, ...], read: Any) -> Any:
        try:
            return read()
        except UsageError as error:
            raise self._error(keys, f"{'.'.join(keys)}: {error.message}", error.hint, error.slug) from error

    def _unknown(self, keys: tuple[str, ...], known: list[str]) -> UsageError:
        near = difflib.get_close_matches(keys[-1][:80].replace("_", "-"), known, n=1, cutoff=0.6)
        hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
        where = f" in {'.'.join(keys[:-1])}" if len(keys) > 1 else ""
        return self._error(keys, f"there is no key {keys[-1]!r}{where}", hint, "unknown-key")

    def _error(
        self, keys: tuple[str, ...], message: str, hint: str = "", slug: str = "bad-configuration"
    ) -> UsageError:
        line = self._line(keys)
        shown = message if len(message) <= LONGEST_MESSAGE else message[: LONGEST_MESSAGE - 1] + "…"
        return UsageError(f"{self._shown}{f':{line}' if line else ''}: {shown}", slug=slug, hint=hint)

    def _line(self, keys: tuple[str, ...]) -> int | None:
        if not self._is_cfg:
            return line_of(self._text, (*self._top, *keys))
        name = ".".join(keys)
        inside = False
        for number, line in enumerate(self._text.splitlines(), 1):
            if line.startswith("["):
                inside = line.strip() == "[genaudit]"
            elif inside and line.replace(":", "=", 1).partition("=")[0].strip() == name:
                return number
        return None

    @property
    def _shown(self) -> str:
        return shown_path(self._path, Path.cwd())


def _literal(text: str) -> object:
    """A number, a truth value or a text: the scalars that a ``setup.cfg`` can hold."""
    if text.lower() in {"true", "false"}:
        return text.lower() == "true"
    number = as_int(text)
    return number if isinstance(number, int) else as_number(text)
