// The page of accuracy: what scripts/accuracy wrote, group by group and row by row.

import { readFileSync } from "node:fs";
import { pathToFileURL, fileURLToPath } from "node:url";
import { accuracyHttpUrl, expect, open, test } from "./harness.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const fileUrl = pathToFileURL(`${root}dist/accuracy.html`).href;
const report = JSON.parse(
  readFileSync(`${root}tests/accuracy/report.json`, "utf8"),
);
const numeric = report.groups.filter((g) => g.id !== "fit" && g.main.n > 0);

test("every group with its figures, from a file without a network", async ({
  watched: page,
  context,
}) => {
  await context.setOffline(true);
  await open(page, fileUrl, "#v=1&lang=en&group=weights");
  const rows = page
    .getByRole("region", { name: "Errors by group" })
    .locator("tbody tr");
  await expect(rows).toHaveCount(numeric.length);
  const weights = numeric.find((g) => g.id === "weights");
  await expect(rows.first()).toContainText(String(weights.high.n));
  await page.locator("figure details.data summary").click();
  const points = report.points.filter(
    (p) => report.groupIds[p[1]] === "weights",
  );
  await expect(page.locator("figure details.data tbody tr")).toHaveCount(
    points.length,
  );
  await expect(page.locator("figure svg circle")).toHaveCount(points.length);
  expect(
    page.seen.requests.filter(
      (url) => url !== `${fileUrl}#v=1&lang=en&group=weights`,
    ),
  ).toEqual([fileUrl]);
});

test("a long table is laid out from its top when it opens, and on paper as a whole", async ({
  watched: page,
}) => {
  await open(page, fileUrl, "#v=1&lang=en&group=weights");
  const shown = await page.evaluate(() => {
    const { shadowRoot } = document.querySelector("llm-slide-rule");
    const details = shadowRoot.querySelector("figure details.data");
    details.querySelector("summary").click();
    const bodies = [...details.querySelectorAll("tbody")];
    return bodies.map((body) => body.checkVisibility());
  });
  expect(shown.length).toBeGreaterThan(3);
  expect(shown.filter(Boolean)).toHaveLength(1);
  expect(shown[0]).toBe(true);
  const bodies = page.locator("figure details.data tbody");
  await expect(bodies.filter({ visible: true })).toHaveCount(shown.length);
  await page.locator("figure details.data summary").click();
  const again = await page.evaluate(() => {
    const { shadowRoot } = document.querySelector("llm-slide-rule");
    shadowRoot.querySelector("figure details.data summary").click();
    const bodies = [
      ...shadowRoot.querySelectorAll("figure details.data tbody"),
    ];
    const wasHidden = bodies.map((body) => body.hidden);
    for (const body of bodies) body.hidden = true;
    return wasHidden;
  });
  expect(again).toEqual(shown.map(() => false));
  await page.emulateMedia({ media: "print" });
  await expect(bodies.filter({ visible: true })).toHaveCount(shown.length);
});

test("a group that is chosen stands in the link; a row is read by keys", async ({
  watched: page,
}) => {
  await open(page, fileUrl, "#v=1&lang=en");
  await page.getByLabel("What was measured").selectOption("parallel");
  await expect(page).toHaveURL(/group=parallel/u);
  const reader = page.getByRole("slider", { name: "Nearest measurement" });
  await reader.press("ArrowRight");
  await expect(reader).toHaveAttribute(
    "aria-valuetext",
    /: measured .* predicted .*%\)$/u,
  );
});

test("a source leads to its file, whose name may hold blanks, and to nothing behind it", async ({
  watched: page,
}) => {
  await open(page, accuracyHttpUrl(), "#v=1&lang=en&group=weights");
  await page.locator("figure details.data summary").click();
  const links = await page
    .locator("figure details.data a[data-source]")
    .evaluateAll((all) => all.map((a) => [a.dataset.source, a.getAttribute("href")]));
  const withBlanks = links.filter(([source]) => / - .*\.md/u.test(source) || /github-data.* /u.test(source));
  expect(withBlanks.length).toBeGreaterThan(0);
  for (const [source, url] of links) {
    const [, commit, file] = /^https:\/\/github\.com\/[\w.-]+\/[\w.-]+\/(?:blob|tree)\/([\da-f]{7,40})(?:\/([^\s#]+))?(?:#L[\dL-]+)?$/u.exec(url);
    expect(source).toContain(`@${commit}${file ? `:${decodeURIComponent(file)}` : ""}`);
  }
  for (const [, url] of withBlanks) expect(url).toMatch(/\.md(#L[\dL-]+)?$/u);
});

test.describe("360 px", () => {
  test.use({ viewport: { width: 360, height: 800 } });

  test("no label of an axis stands over another", async ({ watched: page }) => {
    await open(page, accuracyHttpUrl(), "#v=1&lang=en");
    const labels = page.locator("figure svg .grid text.middle");
    expect(await labels.count()).toBeGreaterThan(1);
    const boxes = await labels.evaluateAll((all) =>
      all.map((e) => e.getBoundingClientRect()).map(({ left, right }) => ({ left, right })),
    );
    boxes.slice(1).forEach(({ left }, i) => expect(left).toBeGreaterThan(boxes[i].right));
  });
});

for (const lang of ["en", "ko"]) {
  test(`no two labels of figures touch on a phone: ${lang}`, async ({ watched: page }) => {
    for (const width of [320, 360, 412]) {
      await page.setViewportSize({ width, height: 800 });
      await open(page, accuracyHttpUrl(), `#v=1&lang=${lang}`);
      const gaps = await page.evaluate(() => {
        const root = document.querySelector("llm-slide-rule").shadowRoot;
        for (const details of root.querySelectorAll("details")) details.open = true;
        // A label is drawn before its figure: one that is wider than its cell reaches out of it.
        const boxOf = (cell) => {
          const { left, top, bottom } = cell.getBoundingClientRect();
          return { left, right: left + Math.max(cell.scrollWidth, cell.offsetWidth), top, bottom };
        };
        return [...root.querySelectorAll("table.folds tbody tr:first-child")].flatMap((row) => {
          const boxes = [...row.cells].map(boxOf);
          return boxes.slice(1).flatMap((box, i) => {
            const before = boxes[i];
            return box.top < before.bottom && before.top < box.bottom ? [box.left - before.right] : [];
          });
        });
      });
      expect(gaps.length).toBeGreaterThan(2);
      expect(Math.min(...gaps), `${width} px`).toBeGreaterThanOrEqual(8);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
  });
}

test('on a phone the figures of a group end at one edge', async ({ watched: page }) => {
  await page.setViewportSize({ width: 360, height: 900 });
  await open(page, accuracyHttpUrl(), '#v=1&lang=en');
  const ends = await page.locator('table.compare tbody tr').first().evaluate((row) =>
    [...row.querySelectorAll('td.numeric')].map((cell) => {
      const range = document.createRange();
      range.selectNodeContents(cell);
      return Math.max(...[...range.getClientRects()].filter((r) => r.width > 0).map((r) => r.right));
    }),
  );
  expect(ends.length).toBeGreaterThan(3);
  for (const end of ends) expect(Math.abs(end - ends[0])).toBeLessThan(1);
});

test("on a phone a rule's figures stand together, clear of their label", async ({
  watched: page,
}) => {
  await page.setViewportSize({ width: 320, height: 800 });
  for (const lang of ["ko", "en"]) {
    await open(page, accuracyHttpUrl(), `#v=1&lang=${lang}`);
    const cells = page.locator("table.compare td:last-child");
    for (const text of await cells.allTextContents())
      expect(text).not.toMatch(/\d \/|\/ [\d<]/u);
    const gap = await cells
      .first()
      .evaluate((cell) => Number.parseFloat(getComputedStyle(cell).rowGap));
    expect(gap).toBeGreaterThan(1);
  }
});
