"""``genaudit doctor``: what this platform can and cannot measure."""

import click


@click.command()
@click.option("--out", "reports", default="reports", metavar="DIR", help="Folder that reports would go to.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(reports: str, form: str) -> None:
    """Tell what this platform can and cannot measure.

    Each line says yes or no, what was found, and what follows from it for an audit. Nothing is imported or left
    behind. The exit code is 0: a "no" makes an audit less exact, not impossible.
    """
    from pathlib import Path

    from genaudit.recorder.machine.capabilities import capabilities
    from genaudit.recorder.synth.keeping import cache_folder

    found = capabilities(Path(reports), cache_folder())
    if form == "json":
        import json

        click.echo(json.dumps([capability._asdict() for capability in found], indent=2, ensure_ascii=False))
        return
    name_width = max(len(capability.name) for capability in found)
    for capability in found:
        word = "yes" if capability.available else "no "
        click.echo(f"{word}  {capability.name:<{name_width}}  {capability.detail}: {capability.consequence}")
