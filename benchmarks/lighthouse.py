"""Pages in Google's Lighthouse (mobile settings) and in the W3C's Nu HTML checker.

    python -m benchmarks lighthouse

Publishes `examples/kontum`, serves it, and looks at it as anybody can: Lighthouse at the home page, the search, a work
and a dataset; the Nu checker at every kind of page in both languages. Both come from npm, with the versions of
`benchmarks/npm/package.json`. The exit status is 1 when a score is below 95 or a page is not valid.

Needs Chromium, node, npm and java (Debian: chromium nodejs npm default-jre-headless).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from publisher.build import build
from publisher.config import Settings
from publisher.release.ledger import Ledger
from publisher.release.release import Release
from publisher.release.service import put_into_service
from tests.site.test_site_server import serving

ROOT = Path(__file__).parents[1]
NPM = Path(__file__).parent / "npm"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
ENOUGH = 95
OTHER_PAGES = ("/", "/search", "/search?q=su+thi", "/search?q=zzzzqq", "/works", "/agents", "/concepts", "/places",
               "/libraries", "/datasets", "/about", "/guide", "/model", "/terms", "/offline", "/quality", "/schemes",
               "/api/", "/sparql", "/nowhere")  # fmt: skip


def main() -> int:
    """Look at the pages and print what was found; return 1 when it is not enough."""
    settings = Settings.load(ROOT / "examples" / "kontum" / "rong.toml")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(NPM / "package.json", folder)
        install = [
            "npm",
            "install",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--prefer-offline",
            "--loglevel=error",
        ]
        subprocess.run(install, cwd=folder, check=True)
        data = folder / "data"
        build(settings, data)
        put_into_service(data)
        ledger = Ledger(Release.open(data / "current").ledger_path)
        kinds = ("work", "instance", "agent", "concept", "place", "library")
        first = {kind: ledger.entities(kind, limit=1)[0].iri.removeprefix(settings.base) for kind in kinds}
        with serving(data) as port:
            home = f"http://127.0.0.1:{port}"
            faults = _nu(folder, home, [*OTHER_PAGES, *first.values(), "/dataset/editions"])
            for path in ("/", "/search", first["work"], "/dataset/editions"):
                scores = _lighthouse(folder, home + path)
                print(f"{path:<28}", "  ".join(f"{category} {score}" for category, score in scores.items()), flush=True)
                faults += sum(score < ENOUGH for score in scores.values())
    return int(faults > 0)


def _lighthouse(folder: Path, address: str) -> dict[str, int]:
    """Return the scores of a page from 0 to 100, as a telephone on a slow line sees it (Lighthouse's own settings)."""
    flags = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"
    command = ["node", "node_modules/lighthouse/cli/index.js", address, "--quiet", "--output=json",
               f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={flags}"]  # fmt: skip
    chromium = shutil.which("chromium") or "chromium"
    done = subprocess.run(
        command, cwd=folder, check=True, capture_output=True, text=True, env={**os.environ, "CHROME_PATH": chromium}
    )
    said = json.loads(done.stdout)["categories"]
    return {category: round(100 * said[category]["score"]) for category in CATEGORIES}


def _nu(folder: Path, home: str, paths: list[str]) -> int:
    """Print what the Nu checker objects to in these pages, in both languages, and return how many errors there are."""
    instance = next(path for path in paths if path.startswith("/instance/"))
    leads = re.findall(r'href="(/(?:item|record)/[^".]+)"', _page(home + instance))
    pages = []
    for path in [*paths, *dict.fromkeys(leads)]:
        for language in ("vi", "en"):
            pages.append(folder / f"page-{len(pages)}.html")
            pages[-1].write_text(_page(f"{home}{path}{'&' if '?' in path else '?'}lang={language}"), encoding="utf-8")
    jar = "node_modules/vnu-jar/build/dist/vnu.jar"
    command = ["java", "-Xss2m", "-jar", jar, "--format", "json", "--no-langdetect", *(page.name for page in pages)]
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
    messages = json.loads(done.stderr)["messages"]
    for message in messages:
        print(f"{message['type']}: {message['message']}")
    errors = sum(message["type"] == "error" for message in messages)
    print(f"Nu HTML checker: {len(pages)} pages, {errors} errors, {len(messages) - errors} other messages", flush=True)
    return errors


def _page(address: str) -> str:
    try:
        with urlopen(Request(address, headers={"Accept": "text/html"})) as answer:
            return str(answer.read().decode())
    except HTTPError as problem:  # the page that says that there is nothing is a page too
        return problem.read().decode()


if __name__ == "__main__":
    sys.exit(main())
