"""Opens HTML reports in a real Chromium: one of a fault, and one of a target that answers markup.

    html_report.py PROGRAM [--browser FILE] [--screenshots DIR]

PROGRAM is the harness. Prints a line for each check and ends with exit code 1 at the first that
fails. Nothing listens but on 127.0.0.1, and nothing is loaded from elsewhere.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from hostile_target import PAYLOADS, serve
from playwright.sync_api import expect, sync_playwright

FAULT = "route.page-skips"
# A phone's width and a screen's, in CSS pixels.
PHONE = {"width": 360, "height": 740}
SCREEN = {"width": 1200, "height": 900}
# What the accessibility guidelines (WCAG 2.2, AA) ask of text.
LEAST_CONTRAST = 4.5

# Every text that shows, with its contrast to what is behind it.
CONTRASTS = """() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const channel = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
      if (colour[3] !== 0) throw new Error("half transparent: " + at.outerHTML.slice(0, 200));
    }
    throw new Error("nothing behind " + element.outerHTML.slice(0, 200));
  };
  const found = [];
  const measure = (element, pseudo, text) => {
    const light = luminance(parse(getComputedStyle(element, pseudo).color));
    const back = luminance(behind(element));
    const ratio = (Math.max(light, back) + 0.05) / (Math.min(light, back) + 0.05);
    found.push({ ratio, text, class: element.className, tag: element.tagName });
  };
  for (const element of document.body.querySelectorAll("*")) {
    if (element.matches("script, option") || !element.checkVisibility()) continue;
    const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    const text = own.map((node) => node.data).join("").trim();
    if (text) measure(element, null, text.slice(0, 60));
    if (element.matches("select")) measure(element, null, element.value);
    if (element.placeholder) measure(element, "::placeholder", element.placeholder);
  }
  return found;
}"""

# Everything in the document that could run or load something.
ACTIVE = """() => {
  const bad = [];
  for (const element of document.querySelectorAll("*")) {
    if (element.matches("img, iframe, object, embed, link, base, form, video, audio, foreignObject, template"))
      bad.push(element.outerHTML.slice(0, 200));
    for (const { name, value } of element.attributes) {
      if (name.startsWith("on") || name === "style" || name === "src" || name === "autofocus")
        bad.push(`${name}=${value}`);
      if (name.endsWith("href") && !value.startsWith("#")) bad.push(`${name}=${value}`);
    }
  }
  for (const [tag, most] of [["script", 1], ["style", 1], ["meta", 5]]) {
    const count = document.getElementsByTagName(tag).length;
    if (count > most) bad.push(`${count} of ${tag}`);
  }
  return bad;
}"""

UNFOLD_ALL = "() => document.querySelectorAll('details').forEach((details) => { details.open = true; })"
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def check(holds, what):
    """Says that something holds, or ends the test."""
    if not holds:
        sys.exit(f"html_report.py: failed: {what}")
    print(f"ok: {what}")


def settles(expectation, what):
    """Says that something comes to hold after what was done, or ends the test."""
    try:
        expectation()
    except AssertionError as why:
        sys.exit(f"html_report.py: failed: {what}: {why}")
    print(f"ok: {what}")


def run(program, *arguments, code):
    """The standard output of the harness, which must end with this exit code."""
    done = subprocess.run(
        [program, *arguments], capture_output=True, text=True, timeout=600, check=False
    )
    if done.returncode != code:
        sys.exit(f"{arguments} ended with {done.returncode}, not {code}:\n{done.stdout}{done.stderr}")
    return done.stdout


class Opened:
    """A page in a browser of its own state, and all that happens in it."""

    def __init__(self, browser, file, **options):
        self.requests, self.messages, self.dialogs = [], [], []
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.messages.append(message.text))
        self.page.on("pageerror", lambda error: self.messages.append(str(error)))
        self.page.on("dialog", self._dialog)
        self.url = Path(file).resolve().as_uri()
        self.page.goto(self.url)

    def _dialog(self, dialog):
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def close(self, what):
        """Nothing was loaded, said or asked meanwhile."""
        self.page.wait_for_timeout(200)
        others = [url for url in self.requests if url.split("#")[0] != self.url]
        check(others == [], f"{what}: nothing is loaded {others}")
        check(self.messages == [], f"{what}: nothing on the console {self.messages}")
        check(self.dialogs == [], f"{what}: no dialog {self.dialogs}")
        self.context.close()


def filters(page, report):
    """By status, basis and text, alone and together."""

    def shown():
        rows = page.locator("tr.entry:not([hidden])").evaluate_all("rows => rows.map((row) => row.id)")
        return {row.removeprefix("rule-") for row in rows}

    def expected(status="", basis="", text=""):
        def fits(rule):
            silent = rule["basis"] == "silent"
            words = " ".join([rule["id"], rule["statement"], rule["source"]])
            return (
                status in ("", "silent" if silent else rule["status"])
                and basis in ("", rule["basis"])
                and text.lower() in words.lower()
            )

        return {rule["id"] for rule in report["rules"] if fits(rule)}

    status, basis = page.get_by_label("Status"), page.get_by_label("Basis")
    text, output = page.get_by_label("Text", exact=True), page.locator("#filter-count")
    everything = expected()
    check(shown() == everything and len(everything) > 100, "every rule is in the table")
    for name in ["broken", "held", "silent"]:
        status.select_option(name)
        want = expected(status=name)
        check(shown() == want and 0 < len(want) < len(everything), f"filter by status {name}")
        findings = page.locator(".finding:visible").count()
        check(findings == (1 if name == "broken" else 0), f"status {name} shows {findings} findings")
    status.select_option("held")
    for name in ["stated", "observed", "inferred"]:
        basis.select_option(name)
        want = expected("held", name)
        check(shown() == want and want, f"filter by status held and basis {name}")
    text.fill("CLIENT token")
    want = expected("held", "inferred", "client token")
    check(shown() == want and want, "filter by text, whatever its case, with the other two")
    check(f"{len(want)} of {len(everything)}" in output.inner_text(), "the count is said")
    check(page.locator("tr.entry:visible").count() == len(want), "groups with matches unfold")
    text.fill("no rule says this")
    check(shown() == set() and not page.locator(".resource:visible").count(), "no match, no group")
    page.get_by_role("button", name="Show all").click()
    check(shown() == everything, "everything is back")
    check(page.locator(".resource[open]").count() == 0, "groups are folded again")


def keyboard(page, report):
    """A call is reached and unfolded by keys alone, and the focus shows."""
    step = report["findings"][0]["trace"][4]
    page.keyboard.press("Tab")
    check(page.evaluate("document.activeElement.matches('.skip')"), "the first stop skips to the findings")
    page.keyboard.press("Enter")
    call = page.locator(".calls details").nth(4)
    at_call = "document.activeElement === document.querySelectorAll('.calls summary')[4]"
    for _ in range(60):
        page.keyboard.press("Tab")
        focus = page.evaluate(
            "() => { const style = getComputedStyle(document.activeElement);"
            " return [style.outlineStyle, parseFloat(style.outlineWidth)]; }"
        )
        if focus[0] == "none" or focus[1] < 2:
            check(False, f"the focus shows: {focus}")
        if page.evaluate(at_call):
            break
    check(page.evaluate(at_call), "a call is reached by Tab, and each stop shows that it has the focus")
    check(not call.locator("pre").first.is_visible(), "the call is folded")
    page.keyboard.press("Enter")
    request, response = call.locator("pre").all_inner_texts()
    check(request.startswith(f"{step['method']} {step['path']}"), "it unfolds to the request")
    body = json.loads(response.split("\n\n", 1)[1])
    check(body == step["response"]["body"], "and to the full response")
    page.keyboard.press("Space")
    check(not call.locator("pre").first.is_visible(), "and folds again")


def copies(page, program, file, report):
    """Each button copies what the program itself prints."""
    finding = report["findings"][0]
    clipboard = "() => navigator.clipboard.readText()"
    for name, kind in [("curl", "curl"), ("AWS CLI", "aws-cli"), ("boto3", "boto3")]:
        page.evaluate("() => navigator.clipboard.writeText('')")
        page.get_by_role("button", name=f"Copy as {name}").click()
        page.wait_for_function(f"async () => (await ({clipboard})()) !== ''")
        page.get_by_role("status").filter(has_text="Copied").wait_for()
        want = run(program, "report", file, "--export", kind, code=0)
        check(page.evaluate(clipboard) == want and len(want) > 100, f"copied as {name}")
    page.get_by_role("button", name="Copy as replay").press("Enter")
    page.wait_for_function(f"async () => (await ({clipboard})()).includes('replay')")
    script = page.evaluate(clipboard)
    trace = re.fullmatch(
        rf"appmesh-conformance replay /dev/stdin --fault {FAULT} <<'TRACE'\n(.*)\nTRACE\n", script
    )
    check(trace and json.loads(trace[1]) == finding["replay"], "copied as replay, by a key")
    folder = Path(file).parent
    (folder / "appmesh-conformance").symlink_to(Path(program).resolve())
    env = {"PATH": f"{folder}:/usr/bin:/bin"}
    ran = subprocess.run(
        ["sh", "-c", script], env=env, capture_output=True, text=True, timeout=60, check=False
    )
    check(ran.returncode == 1 and finding["rule"] in ran.stdout, "what was copied diverges again")


def shared(browser, program, page_file, json_file):
    """With many findings, what their scripts share is in the page once; copies are whole."""
    permissions = ["clipboard-read", "clipboard-write"]
    opened = Opened(browser, page_file, viewport=SCREEN, permissions=permissions)
    page = opened.page
    count = page.locator(".finding").count()
    parts = page.locator("pre[id^=shared-]").count()
    check(count > 8 and parts > 3, f"{count} findings share {parts} parts of their scripts")
    for number in [1, count // 2, count]:
        finding = page.locator(".finding").nth(number - 1)
        number = finding.locator("summary .number").first.text_content()
        finding.locator("summary").first.click()
        for kind in ["curl", "aws-cli", "boto3"]:
            page.evaluate("() => navigator.clipboard.writeText('')")
            finding.locator(f"button[data-copy={kind}]").click()
            page.wait_for_function("async () => (await navigator.clipboard.readText()) !== ''")
            want = run(program, "report", json_file, "--export", kind, "--finding", number, code=0)
            copied = page.evaluate("() => navigator.clipboard.readText()")
            check(copied == want, f"finding {number} copied as {kind}, {len(want)} characters")
    opened.close("many findings")


def links(page, report):
    """What is masked leads to the finding, even if that is filtered away and folded."""
    masked = [it for it in report["coverage"]["unvisited"] if it["reason"] == "masked"]
    check(masked, "some situations are masked")
    page.get_by_label("Status").select_option("held")
    page.locator(".operation summary", has_text="masked").first.click()
    link = page.locator(".operation[open] li a", has_text="masked by finding 1").first
    finding = page.locator(".finding").first
    # The page hears of its new address after the click, and not at all if it is the old one.
    for what in ["a masked situation leads to its finding", "and does so again, once that is folded"]:
        link.click()
        settles(lambda: expect(finding).to_have_attribute("open", ""), what)
        check(finding.is_visible(), f"{what}: it shows")
        finding.locator("summary").first.click()
        settles(lambda: expect(finding).not_to_have_attribute("open", ""), "it folds")
    anchor = page.evaluate("location.hash")
    check(anchor == "#" + finding.get_attribute("id"), "by the finding's anchor")
    finding.locator("summary").first.click()
    finding.get_by_role("link", name="the rule").click()
    settles(lambda: expect(page.locator("tr:target")).to_be_visible(), "a finding leads to its rule")


def looks(browser, file, shots):
    """Contrast and width, light and dark, on a screen and on a phone."""
    for scheme in ["light", "dark"]:
        for width, viewport in [("screen", SCREEN), ("phone", PHONE)]:
            what = f"{scheme}, {width}"
            opened = Opened(browser, file, color_scheme=scheme, viewport=viewport)
            page = opened.page
            if shots:
                page.screenshot(path=f"{shots}/{Path(file).stem}-{scheme}-{width}.png", full_page=True)
            check(page.evaluate(OVERFLOW) <= 0, f"{what}: no scrolling sideways")
            page.evaluate(UNFOLD_ALL)
            check(page.evaluate(OVERFLOW) <= 0, f"{what}: nor when all is unfolded")
            texts = page.evaluate(CONTRASTS)
            check(len(texts) > 500, f"{what}: {len(texts)} texts to read")
            low = [text for text in texts if text["ratio"] < LEAST_CONTRAST]
            least = min(text["ratio"] for text in texts)
            check(low == [], f"{what}: contrast of {least:.1f} at least {low[:5]}")
            dark = page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
            check(dark == (scheme == "dark"), f"{what}: the colours are those that are asked for")
            opened.close(what)


def without_script(browser, file):
    """The page is readable where no script may run."""
    opened = Opened(browser, file, java_script_enabled=False, viewport=SCREEN)
    page = opened.page
    check(page.locator(".filters").is_hidden(), "without script: no filter that does nothing")
    check(not page.locator("button:visible").count(), "without script: no button that does nothing")
    page.locator(".calls summary").first.click()
    check(page.locator(".calls pre").first.is_visible(), "without script: calls unfold")
    page.locator(".scripts summary").first.click()
    check(page.locator("pre[data-script=replay]").first.is_visible(), "without script: scripts can be read")
    opened.close("without script")


def policy(browser, file):
    """Even if something came through, the page's policy would not let it run or load."""
    opened = Opened(browser, file)
    seen = opened.page.evaluate(
        """async () => {
          const seen = [];
          document.addEventListener("securitypolicyviolation", (event) => seen.push(event.effectiveDirective));
          const attempt = (name, act) => { try { act(); seen.push(`${name} went through`); } catch { seen.push(name); } };
          attempt("handler", () => document.body.setAttribute("onclick", "window.hostile = 1"));
          attempt("markup", () => document.body.insertAdjacentHTML("beforeend", "<b>"));
          document.body.append(Object.assign(document.createElement("img"), { src: "http://127.0.0.1:9/" }));
          const style = document.createElement("style");
          style.textContent = "body { display: none }";
          document.body.append(style);
          await new Promise((done) => setTimeout(done, 200));
          return seen;
        }"""
    )
    for refused in ["handler", "markup", "img-src", "style-src-elem"]:
        check(refused in seen, f"the policy refuses: {refused}")
    check(opened.page.evaluate("window.hostile") is None, "nothing ran")
    opened.context.close()


def hostile(browser, file, report_text):
    """What the target said is text, with the page's policy and without."""
    used = [payload for payload in PAYLOADS if json.dumps(payload)[1:-1] in report_text]
    check(len(used) > len(PAYLOADS) / 2, f"the report has {len(used)} of {len(PAYLOADS)} kinds of markup")
    for bypass in [False, True]:
        what = "markup of the target" + (", without the policy" if bypass else "")
        opened = Opened(browser, file, bypass_csp=bypass, viewport=PHONE)
        page = opened.page
        page.evaluate(UNFOLD_ALL)
        page.get_by_label("Text", exact=True).fill("<script>")
        page.get_by_role("button", name="Show all").click()
        for element in page.locator("a, summary").all()[:200]:
            element.dispatch_event("click")
        page.evaluate(UNFOLD_ALL)
        active = page.evaluate(ACTIVE)
        check(active == [], f"{what}: no element and no attribute of it {active[:3]}")
        check(page.evaluate("window.hostile") is None, f"{what}: nothing ran")
        visible = page.locator("body").inner_text()
        check(PAYLOADS[0] in visible, f"{what}: it is shown as it came")
        check(page.evaluate(OVERFLOW) <= 0, f"{what}: no scrolling sideways")
        opened.close(what)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--browser", help="Chromium to use [default: the one of Playwright]")
    parser.add_argument("--screenshots", help="folder for pictures to look at")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=args.browser, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        page_file, json_file = f"{folder}/fault.html", f"{folder}/fault.json"
        outputs = ["--html", page_file, "--json", json_file, "--save", f"{folder}/traces"]
        run(args.program, "run", "--fault", FAULT, *outputs, code=1)
        report = json.loads(Path(json_file).read_text())
        opened = Opened(browser, page_file, viewport=SCREEN, permissions=["clipboard-read", "clipboard-write"])
        page = opened.page
        check(page.title().startswith("1 divergence on 1 rule"), "the page opens")
        keyboard(page, report)
        filters(page, report)
        copies(page, args.program, json_file, report)
        links(page, report)
        opened.close("fault")
        looks(browser, page_file, args.screenshots)
        without_script(browser, page_file)
        policy(browser, page_file)

        page_file, json_file = f"{folder}/hostile.html", f"{folder}/hostile.json"
        outputs = ["--html", page_file, "--json", json_file, "--save", f"{folder}/traces"]
        with serve(args.program) as url:
            run(args.program, "run", "--max-calls", "150", "--rule", "{mesh,wire}/*", "--endpoint", url, *outputs, code=1)
        hostile(browser, page_file, Path(json_file).read_text())
        shared(browser, args.program, page_file, json_file)
        browser.close()


if __name__ == "__main__":
    main()
