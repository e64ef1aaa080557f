"""How fast and light the site is: `python -m tests.speed`, a part of `make bench`. It measures, and judges nothing.

Each page is held against a floor in the same run: the same words in a page written by hand, with six lines of style and
nothing else. Both come from the same nginx, compressed, over the network of a slow phone.
"""

import gzip
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bs4 import BeautifulSoup
from playwright.sync_api import Browser, sync_playwright

from milia_guide.publish import compress, publish
from tests.browser import launch
from tests.built import soup
from tests.conftest import ROOT, SITE_URL, copy_project
from tests.nginx import install, nginx
from tests.served import build

PAGES = ("", "care-tips/", "how-sure/")
RUNS = 5
PHONE = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
SLOWER = 4
MEASURES = ("first paint ms", "largest paint ms", "blocking ms", "layout shift", "bytes", "requests")
FLOOR = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>body {{ max-width: 40em; margin: auto; padding: 1em; font: 1.1em/1.5 sans-serif; }} td, th {{ text-align: left; vertical-align: top; }}</style>
<main>{words}</main>
</html>
"""
OBSERVE = """window.seen = { lcp: 0, shift: 0, blocked: 0 };
new PerformanceObserver(list => list.getEntries().forEach(e => seen.lcp = e.startTime)).observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver(list => list.getEntries().forEach(e => seen.shift += e.value)).observe({ type: "layout-shift", buffered: true });
new PerformanceObserver(list => list.getEntries().forEach(e => seen.blocked += Math.max(0, e.duration - 50))).observe({ type: "longtask", buffered: true });"""


def floor_page(page: Path) -> str:
    """Return the words of a built page in plain HTML: headings, paragraphs, lists, tables and links, and nothing else."""
    article = BeautifulSoup(str(soup(page).article), "html.parser")
    for element in article.select("svg, script, button, .on-paper"):
        element.decompose()
    for element in article.find_all(True):
        element.attrs = {name: value for name, value in element.attrs.items() if name in ("href", "id")}
        if element.name in ("div", "section", "span", "figure"):
            element.unwrap()
    return FLOOR.format(title=article.h1.get_text(), words=article)


def view(browser: Browser, url: str) -> tuple[float, ...]:
    """Open a page as a slow phone does, with nothing kept, and return its MEASURES."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, device_scale_factor=2)
    page = context.new_page()
    page.add_init_script(OBSERVE)
    session = context.new_cdp_session(page)
    sizes, asked = [], []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    session.on("Network.requestWillBeSent", lambda event: asked.append(event["request"]["url"]))
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", PHONE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(url, wait_until="networkidle")
    page.wait_for_function("seen.lcp > 0 && performance.getEntriesByName('first-contentful-paint').length")
    seen = page.evaluate("({ fcp: performance.getEntriesByName('first-contentful-paint')[0].startTime, ...seen })")
    context.close()
    return seen["fcp"], seen["lcp"], seen["blocked"], seen["shift"], sum(sizes), len(asked)


def views(browser: Browser, plain: Path, published: Path, floor: Path) -> None:
    with nginx(floor) as lowest, nginx(plain) as before, nginx(published) as after:
        print(f"{'':<12}{'':<11}" + "".join(f"{name:>22}" for name in MEASURES))
        for path in PAGES:
            found: dict[str, list] = {"floor": [], "plain": [], "published": []}
            for _ in range(RUNS):  # in turn, so that what slows the machine slows all of them
                for (name, kept), port in zip(found.items(), (lowest, before, after), strict=True):
                    kept.append(view(browser, f"http://127.0.0.1:{port}/{path}"))
            medians = {name: [statistics.median(values) for values in zip(*kept, strict=True)] for name, kept in found.items()}
            for name, values in medians.items():
                cells = [
                    f"{value:.2f}" if MEASURES[number] == "layout shift" else f"{value:.0f}" + (f" ({value / low:.2f})" if low else "")
                    for number, (value, low) in enumerate(zip(values, medians["floor"], strict=True))
                ]
                print(f"{path or 'home':<12}{name:<11}" + "".join(f"{cell:>22}" for cell in cells))


def parts(browser: Browser, plain: Path, published: Path) -> None:
    """Print what a first view loads, by kind, in compressed bytes, before `make build` trims it and after."""
    kinds = ("document", "stylesheet", "script", "other")
    print(f"\n{'bytes':<12}{'':<11}" + "".join(f"{kind:>12}" for kind in (*kinds, "all", "of it drawings")))
    for path in PAGES:
        for name, site in (("plain", plain), ("published", published)):
            with nginx(site) as port:
                context = browser.new_context()  # with nothing kept
                page = context.new_page()
                responses = []
                page.on("response", lambda response, to=responses: to.append(response))
                page.goto(f"http://127.0.0.1:{port}/{path}", wait_until="networkidle")
                sizes = dict.fromkeys(kinds, 0)
                for response in responses:
                    kind = response.request.resource_type
                    sizes[kind if kind in sizes else "other"] += len(gzip.compress(response.body(), 9))
                context.close()
            html = (site / path / "index.html").read_text(encoding="utf-8")
            without = re.sub(r'<svg(?![^>]*class="qr").*?</svg>', "", html, flags=re.S)
            drawings = len(gzip.compress(html.encode(), 9)) - len(gzip.compress(without.encode(), 9))
            print(f"{path or 'home':<12}{name:<11}" + "".join(f"{size:>12}" for size in (*sizes.values(), sum(sizes.values()), drawings)))


def builds() -> None:
    """Print seconds and memory of builds of more pages; the floor is the same text without the guide's own rules."""
    source = (ROOT / "docs" / "what-are-milia.md").read_text(encoding="utf-8")
    body = re.sub(r"(?ms)^/// drawing.*?^///$", "", source.split("---\n", 2)[2])
    body = re.sub(r"(\[@[^\]]*\])\{ #[^}]*\}", r"\1", body)
    print(f"\n{'pages':>6}{'seconds':>12}{'floor':>12}{'ratio':>8}{'MB':>10}{'floor':>8}{'ratio':>8}")
    for number in (10, 100, 1000):
        with tempfile.TemporaryDirectory() as folder:
            project = Path(folder)
            copy_project(project)
            settings = (project / "mkdocs.yml").read_text(encoding="utf-8")
            names = []
            for page in range(number):
                names.append(f"  - Page {page}: page-{page}.md\n")
                text = body.replace("# What milia are", f"# Page {page}", 1)
                (project / "docs" / f"page-{page}.md").write_text(f"---\ndescription: Page {page}.\nchanged: 2026-11-23\n---\n{text}", encoding="utf-8")
            settings = settings.replace("  - About this guide", "".join(names) + "  - About this guide")
            (project / "mkdocs.yml").write_text(settings, encoding="utf-8")
            ours = cost(project)
            # Without the extension the blocks of our own are not known, and the pages that are all blocks are left out.
            for file in (project / "docs").glob("*.md"):
                file.write_text(re.sub(r"(?m)^///.*$|^\[\[pages.*$", "", file.read_text(encoding="utf-8")), encoding="utf-8")
            stock = re.sub(r"(?s)  - milia_guide:.*", "", settings).replace("strict: true", "strict: false")
            (project / "mkdocs.yml").write_text(stock, encoding="utf-8")
            floor = cost(project, strict=False)
        print(f"{number:>6}{ours[0]:>12.1f}{floor[0]:>12.1f}{ours[0] / floor[0]:>8.2f}{ours[1]:>10.0f}{floor[1]:>8.0f}{ours[1] / floor[1]:>8.2f}", flush=True)


MEASURE = """import resource, subprocess, sys
done = subprocess.run([sys.executable, "-m", "mkdocs", "build", *sys.argv[1:]], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
sys.stderr.write(done.stderr.decode()[-800:]) if done.returncode else None
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3))
sys.exit(done.returncode)"""


def cost(project: Path, strict: bool = True) -> tuple[float, float]:
    """Build the project; return the seconds and the most memory (MB) that it took."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *(["--strict"] if strict else []), "-d", str(project / "site")],
        cwd=project, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return time.perf_counter() - began, float(done.stdout)


def main() -> None:
    install()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        project, plain, published, floor = (Path(folder, name) for name in ("project", "plain", "published", "floor"))
        copy_project(project)
        for site in (plain, published):
            build(project, site, SITE_URL=SITE_URL)
        publish(published)
        compress(plain)
        for path in PAGES:
            (floor / path).mkdir(parents=True, exist_ok=True)
            (floor / path / "index.html").write_text(floor_page(published / path / "index.html"), encoding="utf-8")
        compress(floor)
        browser = launch(playwright)
        views(browser, plain, published, floor)
        parts(browser, plain, published)
        browser.close()
    builds()


if __name__ == "__main__":
    main()
