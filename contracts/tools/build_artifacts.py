"""Build the contract artifacts that ship inside the Python package.

`python contracts/tools/build_artifacts.py` compiles contracts/src from scratch with the pinned
compiler and writes one JSON file per deployable contract and per interface into relayer/artifacts.
The output is a pure function of the sources and of foundry.toml: keys are sorted, no path and no
time goes in. With `--check` nothing is written; the exit code is 1 when the committed files differ.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
SOURCES = Path("contracts/src")
ARTIFACTS = REPOSITORY / "relayer" / "artifacts"
FORGE = REPOSITORY / "contracts" / "tools" / "forge"
#: Remedy named in every failure of the check.
REBUILD = "run `make contracts` and commit relayer/artifacts"


class BuildError(Exception):
    """The contracts could not be compiled; the message says why and what to do."""


def compile_sources(output: Path) -> None:
    """Compile contracts/src, and nothing else, into `output`.

    Via-IR code may depend on the set of sources in one compiler run, so the tests stay out of it
    and no cache is used.

    Raises:
        BuildError: forge or the compiler is missing, or the sources do not compile.
    """
    environment = {**os.environ, "FOUNDRY_PROFILE": "default"}
    command = [str(FORGE), "build", str(SOURCES), "--force"]
    command += ["--out", str(output / "out"), "--cache-path", str(output / "cache")]
    result = subprocess.run(  # noqa: S603
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False
    )
    if result.returncode != 0:
        raise BuildError(f"the contracts do not compile:\n{result.stdout}{result.stderr}")


def compiler_settings(metadata: dict[str, Any]) -> dict[str, Any]:
    """Pick the compiler settings that decide the bytecode."""
    settings = metadata["settings"]
    return {
        "evm_version": settings["evmVersion"],
        "optimizer": settings["optimizer"],
        "version": metadata["compiler"]["version"],
        "via_ir": bool(settings.get("viaIR", False)),
    }


def artifact(name: str, output: dict[str, Any]) -> dict[str, Any]:
    """Turn forge's output for one contract into what the Python package reads."""
    return {
        "abi": output["abi"],
        "bytecode": output["bytecode"]["object"],
        "compiler": compiler_settings(output["metadata"]),
        "contractName": name,
        "deployedBytecode": output["deployedBytecode"]["object"],
    }


def is_product(output: dict[str, Any]) -> bool:
    """Tell whether an output is a contract or an interface of contracts/src worth shipping.

    Libraries are inlined, abstract contracts have nothing to deploy and no reader: both stay out.
    """
    target = Path(next(iter(output["metadata"]["settings"]["compilationTarget"])))
    if not target.is_relative_to(SOURCES) or not output["abi"]:
        return False
    if target.parent == SOURCES / "interfaces":
        return True
    return output["bytecode"]["object"] != "0x" and target.parent != SOURCES / "libraries"


def products(directory: Path) -> dict[str, dict[str, Any]]:
    """Find the artifact of every product in forge's output directory, by contract name.

    Forge keeps an interface that tests and contracts share once for each set of compiler settings;
    the one that was compiled like the deployed contracts counts.

    Raises:
        BuildError: two contracts share a name.
    """
    found: dict[str, dict[str, Any]] = {}
    sources: dict[str, Path] = {}
    for path in sorted(directory.rglob("*.sol/*.json")):
        output = json.loads(path.read_text("utf-8"))
        if not is_product(output):
            continue
        name = path.name.split(".")[0]
        if sources.setdefault(name, path.parent) != path.parent:
            raise BuildError(f"two contracts are called {name}: rename one of them.")
        built = artifact(name, output)
        if name not in found or built["compiler"]["via_ir"]:
            found[name] = built
    return found


def built_artifacts() -> dict[str, str]:
    """Compile everything and return the text of each artifact by file name.

    Raises:
        BuildError: the sources do not compile, or two contracts share a name.
    """
    with tempfile.TemporaryDirectory(prefix="on-the-house-") as directory:
        compile_sources(Path(directory))
        found = products(Path(directory) / "out")
    return {
        f"{name}.json": json.dumps(built, indent=1, sort_keys=True) + "\n"
        for name, built in found.items()
    }


def differences(built: dict[str, str]) -> list[str]:
    """Name every committed artifact that is missing, outdated or left over."""
    committed = {path.name: path.read_text("utf-8") for path in ARTIFACTS.glob("*.json")}
    missing = [f"{name} is missing" for name in built.keys() - committed.keys()]
    outdated = [
        f"{name} differs from its source"
        for name in built.keys() & committed.keys()
        if built[name] != committed[name]
    ]
    left_over = [f"{name} has no source any more" for name in committed.keys() - built.keys()]
    return sorted(missing + outdated + left_over)


def write(built: dict[str, str]) -> None:
    """Write the artifacts and remove those whose source is gone."""
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    for path in ARTIFACTS.glob("*.json"):
        if path.name not in built:
            path.unlink()
    for name, text in built.items():
        (ARTIFACTS / name).write_text(text, "utf-8")


def main() -> int:
    """Build or check the artifacts; return the exit code."""
    parser = argparse.ArgumentParser(description="Build the artifacts in relayer/artifacts.")
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    arguments = parser.parse_args()
    try:
        built = built_artifacts()
    except BuildError as error:
        print(f"artifacts: {error}", file=sys.stderr)
        return 1
    if not arguments.check:
        write(built)
        print(f"artifacts: wrote {len(built)} files to relayer/artifacts")
        return 0
    found = differences(built)
    if found:
        print(f"artifacts: {'; '.join(found)}: {REBUILD}.", file=sys.stderr)
        return 1
    print(f"artifacts: all {len(built)} files match their sources")
    return 0


if __name__ == "__main__":
    sys.exit(main())
