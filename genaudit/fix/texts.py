"""A file's bytes as text that can be rewritten, and back: what nobody asked to change stays as it is."""

from __future__ import annotations

import codecs
import io
import re
import tokenize

import msgspec

from genaudit.sourcetext import UnreadableTextError, parse

_ENDINGS = re.compile(r"\r\n|\r|\n")


class Unfit(Exception):  # noqa: N818 - it is a reason, shown beside others
    """Why a text cannot be rewritten, in a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SourceFile(msgspec.Struct, frozen=True, kw_only=True):
    """The text of a file, and how it is written."""

    text: str
    """Every line ends with a line feed."""
    encoding: str
    has_mark: bool
    """It begins with a byte order mark."""
    ending: str

    def encoded(self, text: str) -> bytes:
        """Another text, written as the file is.

        Raises:
            Unfit: The file's encoding has no bytes for it.
        """
        mark = codecs.BOM_UTF8 if self.has_mark else b""
        try:
            return mark + text.replace("\n", self.ending).encode(self.encoding)
        except UnicodeEncodeError:
            raise Unfit(f"what would be written cannot be encoded in {self.encoding}") from None


def read(raw: bytes) -> SourceFile:
    r"""The text of a file's bytes.

    Raises:
        Unfit: It does not parse, or it could not be written again as it is.

    Example:
        >>> read(b"x = 1\r\n").ending, read(b"x = 1\n").encoded("y = 2\n")
        ('\r\n', b'y = 2\n')
    """
    has_mark = raw.startswith(codecs.BOM_UTF8)
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
        encoding = "utf-8" if has_mark else encoding
        text = raw.removeprefix(codecs.BOM_UTF8).decode(encoding)
    except (UnicodeDecodeError, SyntaxError, LookupError) as error:
        raise Unfit(f"the file cannot be decoded: {error}") from None
    endings = set(_ENDINGS.findall(text))
    if len(endings) > 1:
        raise Unfit("its lines end in different ways: give all of them the same ending, then run this again")
    ending = endings.pop() if endings else "\n"
    plain = text.replace(ending, "\n")
    try:
        parse(plain)
    except UnreadableTextError as error:
        place = f"line {error.line}: " if error.line else ""
        raise Unfit(f"the file does not parse: {place}{error.message}") from None
    file = SourceFile(text=plain, encoding=encoding, has_mark=has_mark, ending=ending)
    if file.encoded(plain) != raw:
        raise Unfit(f"the file would not be the same when it is written again in {encoding}")
    return file
