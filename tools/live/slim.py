"""What of each package the browser gets: no tests, headers or types, nor what no page can use."""

import io
import re
import zipfile

from fontTools import subset
from fontTools.ttLib import TTFont

# Of every package: its tests, what compilers and type checkers read, and lists of its own files.
NEVER = re.compile(
    r"(^|/)tests?/|\.(pyi|pxd|pxi|pyx|h|hpp|c|cpp|a|f|f90|tp|in|typed|build|inc)$"
    r"|(^|/)(RECORD|WHEEL|INSTALLER|entry_points\.txt|top_level\.txt|direct_url\.json)$"
    r"|^[^/]*\.dist-info/sboms/"
)
# Of one package, by the pattern of a path; each can only be missed by who asks for it by name.
LEFT_OUT = {
    "numpy": (
        r"numpy/(f2py|_pyinstaller|_core/(include|lib)|random/(lib|_examples))/"
        r"|numpy/linalg/lapack_lite\."
    ),
    "matplotlib": (
        r"matplotlib/(tests|testing|sphinxext|backends/web_backend)/"
        r"|matplotlib/fontlist\.json"  # names all fonts; it is made again for those that stay
        r"|matplotlib/mpl-data/(sample_data|images|plot_directive)/"
        r"|matplotlib/mpl-data/fonts/(afm|pdfcorefonts)/"
        r"|matplotlib/mpl-data/fonts/ttf/(DejaVuSerif|DejaVuSans-BoldOblique|DejaVuSansMono-"
        r"|STIX\w*(Bol|Ita)|Humor)"  # what no style of the book asks for
        r"|matplotlib/backends/(backend_(pdf|ps|pgf|gtk|qt|wx|tk|web|nbagg|cairo|macosx)"
        r"|_backend_(pdf|gtk|tk)|_tkagg|_macosx|qt_)"
        r"|mpl_toolkits/(axisartist|axes_grid1)/"
    ),
    "contourpy": r"contourpy/util/bokeh",
    # Of which matplotlib compares versions; the rest is for who installs.
    "packaging": r"packaging/(licenses/|metadata|pylock|tags|specifiers|_manylinux|_elffile)",
    "python-dateutil": r"dateutil/(zoneinfo/.*gz|tz/win)",
    "pillow": (
        r"PIL/_(imagingft|webp|avif|imagingcms|imagingtk)\b"
        r"|PIL/(?!Bmp|Gif|Jpeg|Png|Ppm|Tiff)\w+ImagePlugin\.py"
        r"|PIL/(Image(Cms|Qt|Tk|Win|Grab)|PSDraw|PdfParser|\w*FontFile|__main__)\.py"
    ),
    "pyparsing": r"pyparsing/(diagram|tools)/",
    "scipy": r"scipy/(datasets|odr|misc|special/_precompute)/|scipy/stats/_sobol_direction_numbers",
    "scikit-learn": r"sklearn/datasets/(data|images)/(?!digits|__init__)",
    "ipython": r"(?!IPython/lib/pretty\.py|.*\.dist-info/(licenses|METADATA))",
    "sympy": r"(isympy|sympy/(benchmarks|parsing/(latex|autolev))/|.*/man/|.*\.data/)",
}
DROP = {package: re.compile(pattern) for package, pattern in LEFT_OUT.items()}
# Of Python's own library: what needs a terminal, a process, a socket or an installer.
STDLIB = re.compile(
    r"(ensurepip|idlelib|turtledemo|lib2to3|tkinter|curses|dbm|wsgiref|xmlrpc|pydoc_data"
    r"|venv|sqlite3|pydoc_data)/"
    # Of the encodings, Unicode's and those that files have today.
    r"|encodings/(mac_|iso8859_(?!1\b|15)|cp(?!437|1252)|koi8|kz|ptcp|tis|hp_|palmos|big5|gb|hz|euc"
    r"|iso2022|johab|shift|mbcs|oem)"
    r"|(turtle|mailbox|smtplib|imaplib|ftplib|poplib|nntplib|telnetlib|cgi)\.py$"
)
# Of matplotlib's fonts, the characters of alphabets with cases, and of formulas; no Arabic, Braille
# or dice. Without the hints of 1991 too: matplotlib has FreeType find its own, to the same pixel.
FONT = re.compile(r"matplotlib/mpl-data/fonts/ttf/DejaVu.*\.ttf")
CHARACTERS = [
    (0x20, 0x24F), (0x2B0, 0x52F), (0x1E00, 0x1EFF), (0x2000, 0x23FF), (0x2500, 0x2606),
    (0x2713, 0x2718), (0x27C0, 0x27FF), (0x2900, 0x2BFF), (0xFB00, 0xFB06), (0xFFFD, 0xFFFD),
    (0x1D400, 0x1D7FF),
]  # fmt: skip


def small_font(data):
    """Return a font with the characters that are kept."""
    options = subset.Options(hinting=False, legacy_kern=True, glyph_names=False)
    options.drop_tables += ["FFTM", "MATH", "gasp"]
    font = TTFont(io.BytesIO(data), recalcBBoxes=False, recalcTimestamp=False)
    fewer = subset.Subsetter(options)
    fewer.populate(unicodes=[code for a, b in CHARACTERS for code in range(a, b + 1)])
    fewer.subset(font)
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()


def slimmed(path, data):
    """Return what is kept of a file: of metadata what programs read, of a font its characters."""
    if path.endswith(".dist-info/METADATA"):
        return data.split(b"\n\n")[0] + b"\n"
    return small_font(data) if FONT.fullmatch(path) else data


def kept(package, wheel):
    """Return {path: bytes} of what is left of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return {
            info.filename: slimmed(info.filename, archive.read(info))
            for info in archive.infolist()
            if not info.is_dir()
            and not NEVER.search(info.filename)
            and not (package in DROP and DROP[package].match(info.filename))
        }
