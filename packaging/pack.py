#!/usr/bin/env python3
"""Packs archives of a release for npm and PyPI. The packages carry the program, so nothing is downloaded when they are installed.

    python3 packaging/pack.py FOLDER caketester-*.tar.gz caketester-*.zip

writes into FOLDER, for each archive, an npm package of its platform (@caketester/linux-x64) and a wheel; and the npm package
`caketester`, which depends on those of all platforms and starts the one that fits. Needs Python 3.11 and npm. Publish the
packages of the platforms first.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile

HERE = pathlib.Path(__file__).parent

# Of each target: what npm and Python call it. Linux gets the static program, which fits glibc and musl.
PLATFORMS = {
    "aarch64-apple-darwin": ("darwin", "arm64", "macosx_11_0_arm64"),
    "aarch64-unknown-linux-musl": ("linux", "arm64", "manylinux2014_aarch64.musllinux_1_1_aarch64"),
    "x86_64-apple-darwin": ("darwin", "x64", "macosx_10_12_x86_64"),
    "x86_64-pc-windows-msvc": ("win32", "x64", "win_amd64"),
    "x86_64-unknown-linux-musl": ("linux", "x64", "manylinux2014_x86_64.musllinux_1_1_x86_64"),
}


def main(arguments):
    if len(arguments) < 2:
        raise SystemExit(__doc__)
    folder = pathlib.Path(arguments[0]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    package = tomllib.loads((HERE.parent / "Cargo.toml").read_text())["package"]
    for archive in map(pathlib.Path, arguments[1:]):
        target = archive.name.removeprefix("caketester-").removesuffix(".tar.gz").removesuffix(".zip")
        if target not in PLATFORMS:
            raise SystemExit(f"error: {archive.name} is not packed; these are: {', '.join(PLATFORMS)}")
        with tempfile.TemporaryDirectory() as scratch:
            program = unpack(archive, pathlib.Path(scratch))
            npm_of_platform(package, target, program, folder)
            wheel(package, target, program, folder)
    npm_of_all(package, folder)


def unpack(archive, scratch):
    """Where the program is, with the licences beside it."""
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(scratch)
    else:
        with tarfile.open(archive) as opened:
            opened.extractall(scratch, filter="data")
    found = [path for path in scratch.rglob("caketester*") if path.name in ("caketester", "caketester.exe")]
    if len(found) != 1:
        raise SystemExit(f"error: {archive} does not hold caketester")
    found[0].chmod(0o755)
    return found[0]


def npm_of_platform(package, target, program, folder):
    system, processor, _ = PLATFORMS[target]
    about = described(package, f"@caketester/{system}-{processor}")
    about |= {"os": [system], "cpu": [processor], "files": [program.name, "LICENSE-*"], "preferUnplugged": True}
    npm_pack(about, [program, HERE / "npm" / "README.md", *sorted(program.parent.glob("LICENSE-*"))], folder)


def npm_of_all(package, folder):
    names = [f"@caketester/{system}-{processor}" for system, processor, _ in PLATFORMS.values()]
    about = described(package, "caketester") | {
        "bin": {"caketester": "caketester.js"},
        "files": ["caketester.js", "LICENSE-*"],
        "engines": {"node": ">=18"},
        "optionalDependencies": {name: package["version"] for name in names},
    }
    licences = sorted(HERE.parent.glob("LICENSE-*"))
    npm_pack(about, [HERE / "npm" / "caketester.js", HERE / "npm" / "README.md", *licences], folder)


def described(package, name):
    return {
        "name": name,
        "version": package["version"],
        "description": package["description"],
        "license": f"({package['license']})",
        "repository": {"type": "git", "url": f"git+{package['repository']}.git"},
        "publishConfig": {"access": "public"},
    }


def npm_pack(about, files, folder):
    with tempfile.TemporaryDirectory() as scratch:
        for file in files:
            shutil.copy(file, scratch)
        (pathlib.Path(scratch) / "package.json").write_text(json.dumps(about, indent=2) + "\n")
        command = ["npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", str(folder)]
        subprocess.run(command, cwd=scratch, check=True)


def wheel(package, target, program, folder):
    variables = {
        "CAKETESTER_PROGRAM": str(program),
        "CAKETESTER_VERSION": package["version"],
        "CAKETESTER_WHEEL_TAG": f"py3-none-{PLATFORMS[target][2]}",
    }
    # What `pip wheel` would call, without its caches and its environments.
    code = f"import backend; print(backend.build_wheel({str(folder)!r}))"
    subprocess.run([sys.executable, "-B", "-c", code], cwd=HERE / "pypi", env=os.environ | variables, check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
