"""From a file to an article: its text and nothing else.

Plain text, Markdown and saved web pages (HTML, MHTML) are read. Menus, forms, adverts
and comments are not the article; scripts are never run; nothing is fetched. What reading
a file had to decide is said in the article's notes.
"""

from __future__ import annotations

import codecs
import email
import email.policy
import re
from pathlib import Path
from typing import Any, NoReturn

from suasion.problem import CaseError, Problem
from suasion.reading.claim import Article
from suasion.reading.dateline import DATELINE
from suasion.reading.dates import publication_date
from suasion.reading.lexicon import lexicon, pattern

__all__ = ["read_article"]

MOST_CHARACTERS = 100_000
"""Longer articles are cut here, and the cut is said."""

_MOST_BYTES = 16_000_000
_FEWEST_WORDS = 30
_STUB_WORDS = 150
_MAGIC = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a zip file or an office document",
    b"\xd0\xcf\x11\xe0": "an office document",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"\x1f\x8b": "a compressed file",
    b"{\\rtf": "rich text",
}
_HTML = re.compile(r"<(?:!doctype html|html|head|body|article|div|p)\b[^>]*>", re.I)


def read_article(path: Path, id: str = "a1") -> Article:
    r"""Read one file.

    Parameters
    ----------
    path : path
        Text, Markdown, HTML or MHTML, in any encoding.
    id : str
        What the article is to be called in claims.

    Raises
    ------
    CaseError
        If the file is none of these, is empty or a paywall's stub, or is not in English.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp(), "toll.txt")
    >>> _ = file.write_text("Council splits over toll\nHarbour Wire, 3 March 2026\n\n"
    ...     "The council of Aldmouth has put off a vote on the toll for lorries in the "
    ...     "harbour district. The Green Party wants it this year, but the mayor said "
    ...     "that she needed more time to weigh it.\n\nLEAVE A RESPONSE\nName *")
    >>> article = read_article(file)
    >>> article.title, article.outlet, str(article.published_on)
    ('Council splits over toll', 'Harbour Wire', '2026-03-03')
    >>> article.text.endswith("weigh it.")
    True
    """
    data = _bytes(path)
    notes: list[str] = []
    raw = _decoded(data, path.name, notes)
    if path.suffix.lower() in (".mht", ".mhtml") or raw.startswith("From: <Saved by"):
        raw = _saved_page(data, path.name)
    head, text = _extracted(raw, path)
    text, cut = _without_trailer(text)
    if cut:
        notes.append(f"left out as no part of the article: from {_begin(cut)!r} on")
    text = _tidy(text)
    parts = text.split("\n\n")
    kept = [part for part in parts if not pattern("machine").search(part)]
    if len(kept) < len(parts):
        notes.append(
            f"left out, because it addresses a program and not a reader: "
            f"{_begin(next(part for part in parts if part not in kept))!r}"
        )
        text = "\n\n".join(kept)
    if len(text) > MOST_CHARACTERS:
        notes.append(
            f"only the first {MOST_CHARACTERS:,} of {len(text):,} characters were read"
        )
        text = text[:MOST_CHARACTERS].rpartition("\n\n")[0] or text[:MOST_CHARACTERS]
        text = text.rstrip()
    _refuse_stub(text, raw, path.name)
    _refuse_other_language(text, path.name)
    line = DATELINE.match(text)
    outlet = head["outlet"] or (line["outlet"] or "" if line else "")
    day = head["date"] or (line["day"] or "" if line else "")
    return Article(
        id=id,
        title=head["title"] or path.stem,
        outlet=outlet,
        published_on=publication_date(day),
        url=head["url"],
        text=text,
        notes=tuple(notes),
    )


def _refuse(file: str, rule: str, cure: str, found: str | None = None) -> NoReturn:
    raise CaseError([Problem(file=file, rule=rule, cure=cure, found=found)])


def _begin(text: str) -> str:
    line = text.strip().split("\n")[0]
    return line if len(line) <= 50 else line[:49] + "…"


# --- bytes to characters -----------------------------------------------------------


def _bytes(path: Path) -> bytes:
    if re.match(r"https?:/", str(path)):
        _refuse(
            str(path),
            "an address; the reader fetches nothing",
            "open it in a browser, save the page, and give the file",
        )
    try:
        with path.open("rb") as stream:
            data = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        _refuse(
            str(path),
            f"the file cannot be read ({reason})",
            "check its name and rights",
        )
    kind = next(
        (kind for magic, kind in _MAGIC.items() if data.startswith(magic)), None
    )
    if kind:
        _refuse(path.name, f"this is {kind}, not text", "save it as text or HTML")
    if len(data) > _MOST_BYTES:
        _refuse(path.name, "an article has at most 16 MB", "keep only its own text")
    if not data.strip():
        _refuse(path.name, "the file is empty", "save the article's text into it")
    return data


def _decoded(data: bytes, file: str, notes: list[str]) -> str:
    for mark, name in (
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(name, "replace")
    if b"\0" in data[:4096]:
        _refuse(file, "the file is binary, not text", "save it as UTF-8 text or HTML")
    declared = re.search(rb"<meta[^>]+charset=[\"']?([\w-]+)", data[:4096], re.I)
    for name in ("utf-8", declared[1].decode("ascii") if declared else ""):
        try:
            return data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    text = data.decode("utf-8", "surrogateescape")
    stray = sum("\udc80" <= mark <= "\udcff" for mark in text)
    whole = sum(mark > "\x7f" for mark in text) - stray
    if stray > len(text) // 10:
        _refuse(file, "the file is binary, not text", "save it as UTF-8 text or HTML")
    if whole >= stray:
        notes.append(
            f"the file mixes encodings: {stray} bytes are not UTF-8 and were read as "
            "Windows-1252"
        )
        return re.sub(
            "[\udc80-\udcff]",
            lambda m: bytes([ord(m[0]) - 0xDC00]).decode("cp1252", "replace"),
            text,
        )
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    name = best.encoding if best is not None else "cp1252"
    notes.append(f"the file is not UTF-8; it was read as {name}")
    return str(best) if best is not None else data.decode("cp1252", "replace")


def _saved_page(data: bytes, file: str) -> str:
    message = email.message_from_bytes(data, policy=email.policy.default)
    part = message.get_body(("html", "plain"))
    if part is None:
        _refuse(file, "the saved page has no text", "save it again, as HTML")
    return str(part.get_content())


# --- characters to text ------------------------------------------------------------


def _extracted(raw: str, path: Path) -> tuple[dict[str, str], str]:
    suffix = path.suffix.lower()
    raw = raw.replace("\r\n", "\n").replace("\r", "\n")
    tags = len(_HTML.findall(raw[:20_000]))
    if suffix in (".html", ".htm", ".xhtml", ".mht", ".mhtml") or tags >= 3:
        return _from_html(raw, path.name)
    if suffix in (".md", ".markdown"):
        return _from_markdown(raw)
    return _from_text(raw)


def _from_html(raw: str, file: str) -> tuple[dict[str, str], str]:
    from trafilatura import bare_extraction

    found = bare_extraction(
        raw, include_comments=False, include_tables=False, with_metadata=True
    )
    said: Any = found if isinstance(found, dict) else found.as_dict() if found else {}
    whole = said.get("text") or ""
    if not whole.strip():
        _refuse(
            file,
            "no article was found in the page",
            "save the page again when it shows the text, or paste the text into a file",
        )
    head = {
        "title": said.get("title") or "",
        "outlet": said.get("sitename") or "",
        "date": said.get("date") or "",
        "url": said.get("url") or "",
    }
    text = re.sub(r"\n+", "\n\n", whole)
    if head["title"] and text.startswith(head["title"]):
        text = text[len(head["title"]) :]
    return head, text


def _from_markdown(raw: str) -> tuple[dict[str, str], str]:
    from markdown_it import MarkdownIt

    front = re.match(r"---\n(.*?)\n---\n", raw, re.S)
    said = dict(
        re.findall(r"^(\w+):\s*[\"']?(.*?)[\"']?\s*$", front[1], re.M) if front else ()
    )
    lines: list[str] = []
    for token in MarkdownIt().parse(raw[front.end() :] if front else raw):
        if token.type == "inline":
            plain = "".join(
                " " if part.type in ("softbreak", "hardbreak") else part.content
                for part in token.children or ()
                if part.type in ("text", "code_inline", "softbreak", "hardbreak")
            )
            lines.append(plain)
    head, text = _from_text("\n\n".join(lines))
    for key, names in (
        ("title", ("title",)),
        ("outlet", ("source", "outlet")),
        ("date", ("date",)),
    ):
        head[key] = next((said[name] for name in names if said.get(name)), head[key])
    return head, text


def _from_text(raw: str) -> tuple[dict[str, str], str]:
    """Split off the lines above the first paragraph: masthead, headline, by-line."""
    head = {"title": "", "outlet": "", "date": "", "url": ""}
    blocks = re.split(r"\n[^\S\n]*\n", raw.strip())
    above: list[str] = []
    while blocks and len(above) < 12 and not _is_prose(" ".join(blocks[0].split())):
        above += [line.strip() for line in blocks.pop(0).split("\n")]
    if not blocks:
        return head, raw
    lines = blocks[0].split("\n")
    if max(map(len, lines)) > 120:  # a paragraph a line, not lines that are wrapped
        while len(lines) > 1 and not _is_prose(lines[0]):
            above.append(lines.pop(0).strip())
        blocks[0] = "\n\n".join(lines)
        blocks = [re.sub(r"\n", "\n\n", block) for block in blocks]
    above = [line for line in above if line]
    plain: list[str] = []
    for line in above:
        dated = re.search(
            r"\b\d{1,2} [A-Z][a-z]+ \d{4}|[A-Z][a-z]+\.? \d{1,2}, \d{4}|\d{4}-\d\d-\d\d",
            line,
        )
        if dated and len(line) < 100:
            head["date"] = dated[0]
            rest = line.replace(dated[0], "").strip(" ,|·-–—()")
            if rest and not rest.lower().startswith(("by ", "published", "updated")):
                head["outlet"] = rest
        elif not re.match(r"by [A-Z]", line, re.I):
            plain.append(line)
    head["title"] = max(plain, key=len, default="")
    if not head["outlet"] and plain and plain[0] != head["title"]:
        head["outlet"] = plain[0]
    return head, "\n\n".join(blocks)


def _is_prose(line: str) -> bool:
    line = line.strip()
    return len(line) > 140 or (
        len(line) > 60 and line.endswith((".", ".”", '."', ".'"))
    )


def _without_trailer(text: str) -> tuple[str, str]:
    """Split at the first line that begins a comment form, comments or adverts."""
    for match in re.finditer(r"^.*$", text, re.M):
        if pattern("trailer").match(match[0].strip()):
            return text[: match.start()], text[match.start() :]
    return text, ""


def _tidy(text: str) -> str:
    text = re.sub(r"[^\S\n]+", " ", re.sub(r"[\u200b\ufeff\u00ad]", "", text))
    text = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", text)
    paragraphs = re.split(r"\n[ \n]*\n", text)
    return "\n\n".join(
        re.sub(r" ?\n ?", " ", part).strip() for part in paragraphs
    ).strip()


# --- what is no article ------------------------------------------------------------


def _refuse_stub(text: str, raw: str, file: str) -> None:
    count = len(text.split())
    wall = pattern("paywall").search(raw)
    if wall and count < _STUB_WORDS:
        _refuse(
            file,
            f"{count} words and a paywall: this is a stub, not the article",
            "save the page while signed in, or paste the article's text into a file",
            wall[0],
        )
    if count < _FEWEST_WORDS:
        _refuse(
            file,
            f"{count} words are too few for an article (at least {_FEWEST_WORDS})",
            "save the whole text",
        )


def _refuse_other_language(text: str, file: str) -> None:
    import py3langid

    language, _ = py3langid.classify(text[:20_000])
    if language != "en":
        name = lexicon()["languages"].get(language, "another language")
        _refuse(
            file,
            f"the text is in {name} ({language}); the reader knows English only",
            "give an English article, or a translation and say so in its source",
        )
