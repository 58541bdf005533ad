"""The door to the terminal for lines that hold what a user typed, or the name of a file."""

import click


def say(text: str, *, err: bool = True) -> None:
    """Print lines so that nothing in them steers the terminal, or is a command to a runner of CI.

    Args:
        text: Without styles.
        err: To standard error.
    """
    from genaudit.render.safe import harmless

    click.echo(harmless(text), err=err)
