"""The program `summarizer`: its commands, and the one place where an error becomes a line and an exit code."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from summarizer._cli import INTERRUPTED, batch, brief, check, doctor, export, schema, view
from summarizer._cli.talk import say
from summarizer.errors import SummarizerError
from summarizer.version import VERSION


class Commands(TyperGroup):
    """Runs a command and turns what it raises into one line on stderr."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - the context class is private to typer
        """Run the command; an unexpected error shows its traceback with --debug only."""
        try:
            return super().invoke(ctx)
        except SummarizerError as error:
            say(str(error))
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt:
            say("interrupted")
            raise typer.Exit(INTERRUPTED) from None
        except Exception as error:
            if ctx.params.get("debug") or _is_typers(error) or isinstance(error, BrokenPipeError):
                raise
            say(f"internal error ({type(error).__name__}); `summarizer --debug ...` shows where; please report it")
            raise typer.Exit(1) from None


def _is_typers(error: Exception) -> bool:
    """Tell whether an exception is typer's own way to end a command or to report a wrong option."""
    return type(error).__module__.partition(".")[0] in {"typer", "click"}


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Turn articles into briefs that can be checked, statement by statement.",
)


def _print_version(value: bool) -> None:  # noqa: FBT001 - typer's signature
    if value:
        print(f"summarizer {VERSION}")  # noqa: T201 - the program's output
        raise typer.Exit


@app.callback()
def _options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an unexpected error.")] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    pass


app.command("brief")(brief.brief)
app.command("batch")(batch.batch)
app.command("check")(check.check)
app.command("schema")(schema.schema)
app.command("doctor")(doctor.doctor)
app.command("view")(view.view)
app.command("export")(export.export)


def main() -> None:
    """Run the program."""
    app()
