"""Rebuild the vendored style sheets and font from the npm packages pinned in tools/package-lock.json.

Run by hand after a change of tools/package.json: `python -m tools.vendor_ui`. Nothing here runs at run time.
"""

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path

TOOLS = Path(__file__).resolve().parent
MODULES = TOOLS / "node_modules"
VENDOR = TOOLS.parent / "chassis" / "ui" / "static" / "vendor"
FONT_PACKAGE = "@fontsource-variable/noto-sans"
FONT_FILE = "noto-sans-latin-wght-normal.woff2"
ORDER = ("root", "body", "document", "link", "skip-link")


def parts() -> list[str]:
    """Return the Utrecht packages in the order of the cascade: page level first, then by name."""
    wanted = json.loads((TOOLS / "package.json").read_text(encoding="utf-8"))["dependencies"]
    names = sorted(name for name in wanted if name.startswith("@utrecht/"))
    first = [f"@utrecht/{name}-css" for name in ORDER if f"@utrecht/{name}-css" in names]
    return first + [name for name in names if name not in first]


def version(package: str) -> str:
    """Return the installed version, which the lock file has pinned by hash."""
    found: str = json.loads((MODULES / package / "package.json").read_text(encoding="utf-8"))["version"]
    return found


def style_sheet(packages: list[str]) -> str:
    """Join the parts byte for byte, each behind one comment that names its package and version."""
    pieces = []
    for package in packages:
        css = (MODULES / package / "dist" / "index.css").read_text(encoding="utf-8")
        pieces.append(f"/* {package} {version(package)} */\n{css.rstrip()}\n")
    return "\n".join(pieces)


def write_vendor(target: Path) -> None:
    """Write the style sheet, the font and both licences into an empty folder."""
    packages = parts()
    (target / "utrecht").mkdir(parents=True)
    (target / "noto-sans").mkdir()
    (target / "utrecht" / "utrecht.css").write_text(style_sheet(packages), encoding="utf-8")
    shutil.copyfile(MODULES / packages[0] / "LICENSE.md", target / "utrecht" / "LICENSE.md")
    shutil.copyfile(MODULES / FONT_PACKAGE / "LICENSE", target / "noto-sans" / "LICENSE")
    shutil.copyfile(MODULES / FONT_PACKAGE / "files" / FONT_FILE, target / "noto-sans" / FONT_FILE)


def main() -> int:
    """Install what the lock file says, without install scripts, and replace the vendored files."""
    argparse.ArgumentParser(prog="python -m tools.vendor_ui", description=__doc__).parse_args()
    npm = shutil.which("npm")
    if npm is None:
        sys.stderr.write(
            "npm is needed to rebuild the vendored files; the committed files work without it.\n"
        )
        return 1
    subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=TOOLS, check=True)  # noqa: S603
    shutil.rmtree(VENDOR, ignore_errors=True)
    write_vendor(VENDOR)
    return 0


if __name__ == "__main__":
    sys.exit(main())
