"""Builds the wheel: the program as a script, the licences, and nothing in Python. Needs no package but Python."""

import base64
import hashlib
import os
import pathlib
import zipfile

REPOSITORY = "https://github.com/caketester/caketester"
HERE = pathlib.Path(__file__).parent


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    """The one thing that pip asks for."""
    program = pathlib.Path(setting("CAKETESTER_PROGRAM"))
    version, tag = setting("CAKETESTER_VERSION"), setting("CAKETESTER_WHEEL_TAG")
    stem = f"caketester-{version}"
    info = f"{stem}.dist-info"
    python, abi, platforms = tag.split("-")
    tags = "".join(f"Tag: {python}-{abi}-{platform}\n" for platform in platforms.split("."))
    licences = sorted(program.parent.glob("LICENSE-*"))
    metadata = (
        f"Metadata-Version: 2.4\nName: caketester\nVersion: {version}\n"
        "Summary: A mock CAKE server and conformance tests for lead buyers' UpdateLeadStatus integrations\n"
        f"Project-URL: Repository, {REPOSITORY}\nLicense-Expression: MIT OR Apache-2.0\n"
        + "".join(f"License-File: {licence.name}\n" for licence in licences)
        + "Description-Content-Type: text/markdown\n\n"
        + (HERE / "README.md").read_text()
    )
    files = {
        f"{stem}.data/scripts/{program.name}": program.read_bytes(),
        f"{info}/METADATA": metadata.encode(),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: caketester\nRoot-Is-Purelib: false\n{tags}".encode(),
    }
    files |= {f"{info}/licenses/{licence.name}": licence.read_bytes() for licence in licences}
    record = "".join(f"{path},sha256={digest(data)},{len(data)}\n" for path, data in files.items())
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    name = f"{stem}-{tag}.whl"
    with zipfile.ZipFile(pathlib.Path(wheel_directory) / name, "w", zipfile.ZIP_DEFLATED) as wheel:
        for path, data in files.items():
            # Always the same time, so that the same program makes the same wheel.
            entry = zipfile.ZipInfo(path)
            entry.external_attr = (0o100755 if "/scripts/" in path else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            wheel.writestr(entry, data)
    return name


def build_sdist(sdist_directory, config_settings=None):
    raise SystemExit("caketester has no source distribution on PyPI: its source is at " + REPOSITORY)


def setting(name):
    return os.environ.get(name) or exit_with(f"{name} is not set: use packaging/pack.py")


def exit_with(message):
    raise SystemExit(f"error: {message}")


def digest(data):
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
