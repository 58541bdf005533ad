"""Targets get names that tell them apart, and arguments find the variants they are for."""

import pytest

from genaudit.comparison.variants import names, variant_specs
from genaudit.errors import UsageError
from genaudit.recorder.target import parse_target


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        pytest.param(["data:eager", "data:lazy"], ["eager", "lazy"], id="functions"),
        pytest.param(["a:gen", "b:gen"], ["a:gen", "b:gen"], id="modules"),
        pytest.param(["data:gen(4)", "data:gen(8)"], ["gen(4)", "gen(8)"], id="literals"),
        pytest.param(["a.x:gen(4)", "a.y:gen(4)"], ["a.x:gen", "a.y:gen"], id="dotted modules"),
        pytest.param(["data:gen", "data:gen"], ["data:gen #1", "data:gen #2"], id="twice the same"),
        pytest.param(["data:L(1).flow", "data:L(2).flow"], ["L(1).flow", "L(2).flow"], id="methods"),
    ],
)
def test_names_are_short_and_different(targets: list[str], expected: list[str]) -> None:
    assert names([parse_target(target) for target in targets]) == expected


@pytest.mark.parametrize("handle", ["2", "lazy", "data:lazy"])
def test_an_argument_is_for_all_or_for_one(handle: str) -> None:
    """A variant is named by its position, its function, or its target."""
    first, second = variant_specs(["data:eager", "data:lazy"], ["size=(8, 8)", f"{handle}:batch_size=16"], {}, {})

    assert first.arguments == ["size=(8, 8)"]
    assert second.arguments == ["size=(8, 8)", "batch_size=16"]


def test_a_module_names_its_variant() -> None:
    first, second = variant_specs(["a:gen", "b:gen"], ["b:batch_size=16"], {}, {})

    assert (first.arguments, second.arguments) == ([], ["batch_size=16"])


def test_a_target_with_literals_names_its_variant() -> None:
    """The equals sign inside the target is not the argument's."""
    targets = ["data:gen(size=4)", "data:gen(size=8)"]
    first, second = variant_specs(targets, ["data:gen(size=8):paths=glob:*.jpg"], {}, {})

    assert (first.arguments, second.arguments) == ([], ["paths=glob:*.jpg"])


def test_values_from_code_find_their_variant() -> None:
    first, second = variant_specs(["data:eager", "data:lazy"], [], {"a": 1, "b": 2}, {"lazy": {"b": 3}, 1: {"c": 4}})

    assert first.values == {"a": 1, "b": 2, "c": 4}
    assert second.values == {"a": 1, "b": 3}


@pytest.mark.parametrize(
    ("targets", "arguments", "slug", "said"),
    [
        pytest.param(["data:gen"], [], "one-variant", "two variants", id="one target"),
        pytest.param(["data:a", "data:b"], ["c:x=1"], "unknown-variant", "'c' is none of the variants", id="unknown"),
        pytest.param(["data:a", "data:b"], ["data:x=1"], "unknown-variant", "several variants", id="ambiguous"),
        pytest.param(["data:a", "data"], [], "target-without-colon", "no colon", id="bad target"),
    ],
)
def test_what_cannot_be_followed_is_said(targets: list[str], arguments: list[str], slug: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        variant_specs(targets, arguments, {}, {})

    assert caught.value.slug == slug
    assert said in caught.value.message
    assert caught.value.hint
