"""The one table of options, and that every surface follows it."""

import importlib
import inspect
from typing import Any

import click
import pytest

import genaudit
from genaudit import options
from genaudit.config.environment import from_variables
from genaudit.config.file import Configuration
from genaudit.config.keys import KEYS
from genaudit.gate.plans import plans
from genaudit.model.job import Job
from genaudit.options import BY_NAME, OPTIONS, options_at, rows_of

NOT_OF_THE_TABLE = {
    *("target", "command", "arguments", "values", "configured", "import_from", "lenient", "limits"),
    *("script", "source", "lists_sources", "shown"),
}
"""No options: what the target is called with, found and shown by, and what rules compare with."""
PLACES = {*options.COMMANDS, options.CONFIGURATION, options.TARGET, options.MARKER, options.INI}


def test_rows_are_keys_of_the_typed_dicts_and_fields_of_a_job() -> None:
    """One name for one option, in its row, for type checkers, and in what an audit is asked for."""
    names = [option.name for option in rows_of(options.JobOptions)]

    assert names == list(options.JobOptions.__annotations__)
    assert set(names) == set(Job.__struct_fields__) - NOT_OF_THE_TABLE
    for group in (options.AuditOptions, options.RecordOptions, options.CompareOptions):
        assert [option.name for option in rows_of(group)] == list(group.__annotations__)
        assert {option.name for option in rows_of(group)} <= set(BY_NAME)


def test_a_job_and_the_table_have_the_same_defaults() -> None:
    job = Job(target="data:gen")

    assert {option.name: option.default for option in rows_of(options.JobOptions)} == {
        option.name: getattr(job, option.name) for option in rows_of(options.JobOptions)
    }


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_a_row_is_complete(option: options.Option) -> None:
    """Places that there are, a sentence for each, and a default that its own kind allows."""
    assert set(option.on) <= PLACES
    assert {*option.helps, *option.defaults} <= {*PLACES, "python"}
    assert option.help.endswith(".")
    assert all(text.endswith(".") for text in option.helps.values())
    assert bool(option.choices) == (option.kind == options.CHOICE)
    assert option.default is None or option.default in option.choices or option.kind != options.CHOICE
    assert options.TARGET not in option.on or options.CONFIGURATION in option.on
    assert {options.MARKER, options.INI}.isdisjoint(option.on) or option.key in KEYS


@pytest.mark.parametrize("name", ["run", "compare", "gate", "lint"])
def test_a_command_has_its_options_and_their_defaults(name: str) -> None:
    """By the names of the table, which are the dashed ones of the command line."""
    command: click.Command = importlib.import_module(f"genaudit.cli.{name}").command
    values = command.make_context(name, ["data:gen"]).params
    parameters: dict[str, Any] = {parameter.name or "": parameter for parameter in command.params}

    for option in options_at(name):
        parameter = parameters[option.name]
        assert parameter.opts == [f"--{option.key}"]
        assert parameter.help == option.help_at(name)
        assert values[option.name] == option.default_at(name)
    others = {option.name for option in OPTIONS} - {option.name for option in options_at(name)}
    # Of targets, --arg, --budget, and of where reports go and which, the commands know more than the table.
    assert others & set(parameters) <= {"targets", "arguments", "budgets", "out", "write"}


def test_keys_and_variables_are_those_of_the_table() -> None:
    assert list(KEYS) == [option.key for option in options_at(options.CONFIGURATION)]
    assert {option.name for option in options_at(options.CONFIGURATION) if not KEYS[option.key].per_target} == {
        *("fail_on", "strict"),
        *(option.name for option in rows_of(options.ProjectOptions) if options.CONFIGURATION in option.on),
    }
    texts = {
        options.COUNT: "3",
        options.FLAG: "yes",
        options.SECONDS: "2.5m",
        options.SIZE: "2GiB",
        options.SHARE: "10%",
    }
    texts |= {options.FORMATS: "json"}
    variables = {
        option.variable: option.choices[0] if option.choices else texts.get(option.kind, "some text")
        for option in options_at(options.CONFIGURATION)
    }

    assert list(from_variables(variables)) == sorted(KEYS)


@pytest.mark.parametrize(
    ("function", "group", "place"),
    [
        (genaudit.audit, options.AuditOptions, "audit"),
        (genaudit.record, options.RecordOptions, "record"),
        (genaudit.compare, options.CompareOptions, "compare"),
    ],
)
def test_help_of_a_function_lists_its_options(function: Any, group: type, place: str) -> None:
    """With their defaults, and a line for each in the docstring."""
    keywords = {
        name: parameter.default
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    }

    assert keywords == {option.name: option.default_at(place) for option in rows_of(group)}
    lines = (function.__doc__ or "").splitlines()
    assert [name for name in keywords if not any(line.startswith(f"    {name}: ") for line in lines)] == []


def test_what_identifies_the_figures_of_a_baseline() -> None:
    """Options that change how long or how narrowly is measured do not; another name here orphans every baseline."""
    values = dict.fromkeys((option.key for option in rows_of(options.JobOptions)), 1) | {"sizes": "off"}
    (plan,) = plans(Configuration(), ["data:gen"], overrides=values, budgets={})

    assert set(plan.identity) == {
        "arguments",
        *("args-from", "dataset", "driver", "sampler", "synth", "items", "epochs", "batches", "hold", "sizes"),
    }
