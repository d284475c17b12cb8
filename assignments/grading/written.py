"""What a student has written by hand, wherever in the notebook it stands."""

import ast
import io
import re
import tokenize

# Comments in the answers' code are no derivation if each, or all together, are shorter.
EACH, ALL = 20, 40  # characters
MAGIC = re.compile(r"^\s*[%!].*", re.M)
PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+")


def words(cell, handed_out):
    """The text in a cell that was not handed out; of code what is no code, where it is long.

    A cell of the student's own is shown as a whole, and so is what Python cannot read.
    """
    source = cell.source.strip()
    if cell.kind in ("text", "manual"):
        return source
    given = "\n".join(handed_out)
    new = [word for word in _words(source) if word.strip() not in given]
    own = cell.kind == "code"
    if not new or (not own and sum(len(word) for word in new if len(word) >= EACH) < ALL):
        return ""
    return source if own else "\n".join(new)


def _words(source):
    """The comments and strings of some code; all of what is no Python."""
    code = MAGIC.sub("", source)
    try:
        ast.parse(code)
        tokens = list(tokenize.generate_tokens(io.StringIO(code).readline))
    except (SyntaxError, ValueError, RecursionError, MemoryError, tokenize.TokenError):
        return [source]
    text = [tokenize.COMMENT, tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", None)]
    return [token.string for token in tokens if token.type in text]


def without_pictures(text):
    """The text with a word in place of each picture that is written into it, and the pictures."""
    return PICTURE.sub("picture-below", text), PICTURE.findall(text)


def cut(text, most):
    """The text, or its beginning and how long it is."""
    if len(text) <= most:
        return text
    return f"{text[:most]}\n\n[{len(text):,} characters; the first {most:,} are shown]"
