// Runs Python for the browser once, in Node: it lets matplotlib list its fonts, which takes seconds in
// a browser, and compiles the modules that chapters load. The others stay as text, which is half as
// long: bytecode saves time where it is used, and costs bytes everywhere.
// node compile.mjs CORE STAGE LOADED — STAGE has a folder per pack, LOADED lists imports, one a line.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [core, stage, loaded] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${core}/pyodide.mjs`));
const python = await loadPyodide({ indexURL: `${core}/` });
python.FS.mkdirTree("/stage");
python.FS.mount(python.FS.filesystems.NODEFS, { root: stage }, "/stage");
python.globals.set("LOADED", readFileSync(loaded, "utf8"));
const program = `
import importlib.util, os, pathlib, py_compile, sys

stage = pathlib.Path("/stage")
packs = [pack for pack in sorted(stage.iterdir()) if pack.name != "python"]
sys.path[:0] = map(str, packs)
sys.dont_write_bytecode = True
os.environ["MPLBACKEND"] = "agg"
def used():
    files = [getattr(module, "__file__", None) or "" for module in list(sys.modules.values())]
    return {f.replace("/lib/python314.zip", "/stage/python") for f in files if f.endswith(".py")}

always, sometimes = LOADED.split("# And some:")
exec(always, {})
compiled = used()
assert (stage / "matplotlib" / "matplotlib" / "fontlist.json").exists()
exec(sometimes, {})
compiled |= {name for name in used() if not name.startswith("/stage/python/")}

for pack in sorted(stage.iterdir()):
    for source in sorted(pack.rglob("*.py")):
        if str(source) not in compiled:
            continue
        where = "/lib/python314.zip/" if pack.name == "python" else "/lib/python3.14/site-packages/"
        py_compile.compile(
            str(source),
            f"{source}c",
            where + source.relative_to(pack).as_posix(),
            doraise=True,
            # Python's and matplotlib's own docstrings weigh a megabyte.
            optimize=2 if pack.name in ("python", "matplotlib") else 0,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )
        source.unlink()
`;
try {
  await python.runPythonAsync(program);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
