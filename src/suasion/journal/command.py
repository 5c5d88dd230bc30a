"""`suasion journal`: make a journal, serve it, publish in it, keep it.

Nothing of Django is imported before a command opens a journal.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["app"]

app = typer.Typer(
    name="journal",
    help="Run a journal: forecasts published, answered, resolved and scored.\n\n"
    "Needs pip install 'suasion[journal]'.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the journal.")]


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make.")],
    name: Annotated[str, typer.Option(help="Name of the journal.")] = (
        "The Suasion Journal"
    ),
    tagline: Annotated[str, typer.Option(help="The line under the name.")] = (
        "Will they be persuaded, and in time?"
    ),
    address: Annotated[str, typer.Option(help="Where readers find it.")] = (
        "http://127.0.0.1:8000"
    ),
    admin: Annotated[str, typer.Option(help="Name of the first account.")] = "admin",
    email: Annotated[str, typer.Option(help="Its e-mail address.")] = "",
) -> None:
    """Make a journal, with the reference case as its first article.

    The folder is made whole or not at all. The first account gets a password that is
    good for one login; it is printed once.

    \b
    Examples:
      suasion journal init my-journal
      suasion journal init my-journal --name "The Lisbon Forecast"
    """
    from suasion.journal.folder import made_whole, open_journal, write_settings

    with made_whole(folder) as making:
        write_settings(making, name=name, tagline=tagline, address=address)
        open_journal(making)
        from suasion.journal.opening import open_with

        password = open_with(making, admin=admin, email=email, note=_note)
    typer.echo(f"{name} is in {folder}.")
    typer.echo(f"Serve it:  suasion journal serve {folder}")
    typer.echo(f"Read it:   {address}/")
    typer.echo(f"Edit it:   {address}/editors/ as {admin}, once, with {password}")
    typer.echo(f"Before others read it:  suasion journal checklist {folder}")


@app.command()
def serve(
    folder: Folder,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(help="Port to listen on.", min=1, max=65_535)
    ] = 8000,
    workers: Annotated[int, typer.Option(help="Processes.", min=1, max=64)] = 2,
) -> None:
    """Serve a journal until stopped; one JSON line a request on standard output.

    Once a minute it does what is due, as tend does.

    \b
    Examples:
      suasion journal serve my-journal
      suasion journal serve my-journal --port 8080 --workers 4
    """
    from suasion.journal.folder import open_journal
    from suasion.journal.serving import serve as run

    open_journal(folder)
    run(folder, host=host, port=port, workers=workers, note=_told)


@app.command()
def publish(
    folder: Folder,
    case: Annotated[
        str, typer.Argument(metavar="CASE", help="Slug, case folder, or actors.csv.")
    ],
    section: Annotated[
        str, typer.Option(help="Section of a new article.")
    ] = "politics",
    title: Annotated[
        str, typer.Option(help="Headline. Default: the case's title.")
    ] = "",
    lead: Annotated[str, typer.Option(help="Default: from the case's summary.")] = "",
    body: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="HTML. Default: summary and question.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    author: Annotated[
        str, typer.Option(help="Byline of a new article.")
    ] = "The editors",
    as_of: Annotated[
        str | None, typer.Option(metavar="DATE", help="Use nothing dated later.")
    ] = None,
    draws: Annotated[int, typer.Option(help="Draws of the case.")] = 100_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bits.")] = 7,
) -> None:
    """Forecast a case and publish it as an article.

    If an article has the case's question already, the forecast is added to it as a new
    version; the old ones stay.

    \b
    Examples:
      suasion journal publish my-journal my-case --section war
      suasion journal publish my-journal deep-strikes --as-of 2024-11-15
    """
    from suasion.journal.folder import open_journal

    open_journal(folder)
    from suasion.journal.publication import Words
    from suasion.journal.publication import publish as run

    words = Words(
        section=section,
        title=title,
        lead=lead,
        body=body.read_text("utf-8") if body else "",
        author=author,
    )
    done = run(case, words, as_of=as_of, draws=draws, seed=seed)
    what = "new article" if done.is_new else f"forecast {done.number} of the article"
    if not done.is_new and words != Words(section=section, author=author):
        _note("the article is there already: its title, lead and body stay")
    typer.echo(f"{done.probability:.0%}, {what} “{done.title}”: {done.address}")


@app.command()
def migrate(folder: Folder) -> None:
    """Bring a journal up to the installed version, and to its journal.toml.

    Example: suasion journal migrate my-journal
    """
    from suasion.journal.folder import installed, open_journal, settle

    open_journal(folder)
    settle(folder)
    typer.echo(f"{folder} is up to date: {installed()}.")


@app.command()
def backup(
    folder: Folder,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File to write.")],
) -> None:
    """Write a journal into one file, also while it is served.

    Example: suasion journal backup my-journal my-journal.tar.gz
    """
    from suasion.journal.archive import backup as run
    from suasion.journal.folder import open_journal

    open_journal(folder)
    run(folder, file)
    typer.echo(
        f"wrote {file}; it holds readers' addresses and the secret: keep it safe"
    )


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make.")],
) -> None:
    """Make a journal from a backup.

    Example: suasion journal restore my-journal.tar.gz my-journal
    """
    from suasion.journal import archive
    from suasion.journal.folder import made_whole, open_journal, settle

    with made_whole(folder) as making:
        database = archive.unpack(file, making)
        open_journal(making)
        archive.restore(making, database)
        settle(making, database=False)
    typer.echo(f"{folder} is restored; serve it with: suasion journal serve {folder}")


@app.command()
def checklist(folder: Folder) -> None:
    """Say what is missing before readers come; exit status 1 if anything is.

    Example: suasion journal checklist my-journal
    """
    from suasion.journal.folder import open_journal

    open_journal(folder)
    from suasion.journal.checklist import checklist as run

    missing = 0
    for point in run(folder):
        missing += not point.holds
        cure = "" if point.holds else f" -> {point.cure}"
        typer.echo(f"{'ok     ' if point.holds else 'MISSING'} {point.what}{cure}")
    if missing:
        raise typer.Exit(1)


@app.command()
def password(
    folder: Folder,
    user: Annotated[str, typer.Argument(help="Name of the account.")],
) -> None:
    """Give an account a new password, good for one login.

    Example: suasion journal password my-journal admin
    """
    from suasion.journal.folder import open_journal

    open_journal(folder)
    from suasion.journal.opening import new_password

    typer.echo(f"{user} logs in once with {new_password(user)}")


@app.command()
def token(
    folder: Folder,
    user: Annotated[str, typer.Argument(help="Account on whose behalf it writes.")],
    name: Annotated[str, typer.Option(help="What it is for.")] = "command line",
    days: Annotated[int, typer.Option(help="Days until it expires.")] = 365,
) -> None:
    """Issue a token for the API and print it, this once.

    Example: suasion journal token my-journal admin --name "nightly forecasts"
    """
    from suasion.journal.folder import open_journal

    open_journal(folder)
    from suasion.journal.api.tokens import issue

    typer.echo(issue(user, name, days))


@app.command()
def tend(folder: Folder) -> None:
    """Do what is due: publish what is scheduled, erase what is old.

    serve does it once a minute by itself.

    Example: suasion journal tend my-journal
    """
    from suasion.journal.folder import open_journal

    open_journal(folder)
    from suasion.journal.tending import tend as run

    run()


def _told(text: str) -> None:
    if sys.stderr.isatty():  # otherwise it is a log, whose lines are JSON
        _note(text)


def _note(text: str) -> None:
    typer.echo(text, err=True)
