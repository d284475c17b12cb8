"""What of each package the browser gets: no tests, headers or types, nor what no page can use."""

import re
import zipfile

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
    "python-dateutil": r"dateutil/zoneinfo/.*gz",
    "pillow": (
        r"PIL/_(imagingft|webp|avif|imagingcms|imagingtk)\b"
        r"|PIL/(?!Bmp|Gif|Jpeg|Png|Ppm|Tiff)\w+ImagePlugin\.py"
        r"|PIL/(Image(Cms|Qt|Tk|Win|Grab)|PSDraw|\w*FontFile|__main__)\.py"
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


def kept(package, wheel):
    """Return {path: bytes} of what is left of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return {
            info.filename: archive.read(info)
            for info in archive.infolist()
            if not info.is_dir()
            and not NEVER.search(info.filename)
            and not (package in DROP and DROP[package].match(info.filename))
        }
