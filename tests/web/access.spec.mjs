// Nobody is shut out by ability or device: WCAG 2.2 AA on every page in both languages, themes and widths; large text, forced
// colours, reduced motion, targets for fingers.

import { expect, test, violations } from './harness.mjs';
import { openPage, pages, resize } from './pages.mjs';

const pageWidth = (page) => page.evaluate(() => document.documentElement.scrollWidth);

/** Words and figures of tables and controls that go on in the next line without a hyphen. */
const broken = (page) =>
  page.evaluate(() => {
    const root = document.querySelector('llm-slide-rule').shadowRoot;
    const found = [];
    const isHidden = (e) => e && (getComputedStyle(e).clipPath !== 'none' || isHidden(e.parentElement));
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      const e = text.parentElement;
      if (!e.closest('td, th, button, label, summary, .answer') || !e.checkVisibility() || isHidden(e)) continue;
      for (const { 0: word, index } of text.data.matchAll(/\d[\d.,]*\d|[\p{Script=Latin}\d]{2,}/gu)) {
        const range = document.createRange();
        range.setStart(text, index);
        range.setEnd(text, index + word.length);
        const lines = new Set([...range.getClientRects()].filter((box) => box.width > 0).map((box) => Math.round(box.top)));
        if (lines.size > 1) found.push(`${word} of “${text.data.trim().slice(0, 60)}”`);
      }
    }
    return found;
  });

/** Figures of a table that stand under a formula that is open in their row. */
const covered = (page) =>
  page.evaluate(() => {
    const root = document.querySelector('llm-slide-rule').shadowRoot;
    return [...root.querySelectorAll('tr .how')]
      .filter((how) => how.checkVisibility())
      .flatMap((how) => {
        const box = how.getBoundingClientRect();
        return [...how.closest('tr').querySelectorAll('td')]
          .filter((cell) => !cell.contains(how) && cell.checkVisibility())
          .filter((cell) => {
            const range = document.createRange();
            range.selectNodeContents(cell);
            const text = range.getBoundingClientRect();
            return text.width > 0 && text.right > box.left && text.left < box.right && text.bottom > box.top + 1 && text.top < box.bottom;
          })
          .map((cell) => cell.textContent.trim());
      });
  });

/** Names and the reader's value that stand on one another or on a point, but for clouds of runs, in any plot. */
const piled = (page) =>
  page.evaluate(() => {
    const root = document.querySelector('llm-slide-rule').shadowRoot;
    return [...root.querySelectorAll('svg[data-plot]')].flatMap((svg) => {
      const box = (e) => e.getBoundingClientRect();
      const over = (a, b) => a.left < b.right - 2 && b.left < a.right - 2 && a.top < b.bottom - 4 && b.top < a.bottom - 4;
      const circles = [...svg.querySelectorAll('.mark:not(.run) circle')];
      const texts = [...svg.querySelectorAll('.curve .name, .mark.given text, .mark.published text')];
      return texts.flatMap((text, i) => {
        const things = [...circles, ...texts.slice(i + 1)].filter((thing) => over(box(text), box(thing)));
        return things.map((thing) => `${svg.dataset.plot}: ${text.textContent} on ${thing.textContent || 'a point'}`);
      });
    });
  });

/** Tables wider than their room, but for those of models or methods by cards, and a matrix. */
const sideways = (page) =>
  page.evaluate(() => {
    const root = document.querySelector('llm-slide-rule').shadowRoot;
    for (const details of root.querySelectorAll(':not(.editions) > details')) details.open = true;
    return [...root.querySelectorAll('.scroll, .block')]
      .filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth && !e.querySelector('.fit, .heat') && !e.closest('.covariance'))
      .map((e) => `${e.textContent.trim().replace(/\s+/gu, ' ').slice(0, 60)}: ${e.scrollWidth} of ${e.clientWidth}`);
  });

for (const one of pages) {
  for (const lang of ['en', 'ko']) {
    test(`${one.name}, ${lang}: no table is cut at its side`, async ({ browser }) => {
      const page = await openPage(browser, { ...one, hash: one.name === 'fit' ? one.hash : '' }, lang);
      if (one.name === 'fit') await page.locator('figure').nth(3).waitFor();
      for (const width of [320, 768, 1280]) {
        await resize(page, width);
        expect(await sideways(page), `${width} px`).toEqual([]);
      }
      await page.context().close();
    });

    test(`${one.name}, ${lang}: no WCAG 2.2 AA violation in any theme and width`, async ({ browser }) => {
      test.setTimeout(120_000);
      const page = await openPage(browser, one, lang);
      expect(await violations(page)).toEqual([]);
      await one.open(page);
      expect(await violations(page, ['best-practice'])).toEqual([]);
      for (const width of [320, 768, 1280]) {
        await resize(page, width);
        expect(await pageWidth(page), `${width} px`).toBeLessThanOrEqual(width);
        expect(await broken(page), `${width} px`).toEqual([]);
        expect(await covered(page), `${width} px`).toEqual([]);
        expect(await piled(page), `${width} px`).toEqual([]);
        if (width === 768) continue;
        expect(await violations(page), `${width} px`).toEqual([]);
        // A theme changes colours only.
        await page.emulateMedia({ colorScheme: 'dark' });
        expect(await violations(page, ['color-contrast']), `${width} px, dark`).toEqual([]);
        await page.emulateMedia({ colorScheme: 'light' });
      }
      await page.context().close();
    });
  }

  test(`${one.name}: text of twice the size, forced colours, reduced motion, targets`, async ({ browser }) => {
    const page = await openPage(browser, one, 'ko', { reducedMotion: 'reduce' });
    await one.open(page);

    await test.step('nothing moves', async () => {
      const moving = await page.evaluate(() => {
        const root = document.querySelector('llm-slide-rule').shadowRoot;
        return [...root.querySelectorAll('*')]
          .filter((e) => {
            const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(e);
            return animationName !== 'none' || /[1-9]/u.test(transitionDuration) || scrollBehavior === 'smooth';
          })
          .map((e) => e.outerHTML.slice(0, 80));
      });
      expect(moving).toEqual([]);
    });

    await test.step('targets of 24 px, but for links in a sentence', async () => {
      const small = await page.evaluate(() => {
        const root = document.querySelector('llm-slide-rule').shadowRoot;
        const reach = (e) => {
          // A label's box is its input's target too.
          const boxes = [e, ...(e.labels ?? [])].map((x) => x.getBoundingClientRect());
          return [Math.max(...boxes.map((b) => b.width)), Math.max(...boxes.map((b) => b.height))];
        };
        return [...root.querySelectorAll('button, input, select, textarea, summary, [role=slider], a[href]')]
          .filter((e) => e.checkVisibility({ visibilityProperty: true }))
          .filter((e) => getComputedStyle(e).display !== 'inline' || e.parentElement.matches('td, th'))
          .filter((e) => reach(e).some((size) => size < 23.9))
          .map((e) => `${e.outerHTML.replace(/<!--.*?-->/gu, '').slice(0, 90)} ${reach(e).map(Math.round).join(' × ')}`);
      });
      expect(small).toEqual([]);
    });

    await test.step('forced colours: text stands out, charts keep their lines', async () => {
      await page.emulateMedia({ forcedColors: 'active' });
      const faint = await page.evaluate(() => {
        const root = document.querySelector('llm-slide-rule').shadowRoot;
        const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
        const light = (colour) => {
          canvas.fillStyle = colour;
          canvas.fillRect(0, 0, 1, 1);
          const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((v) => {
            const x = v / 255;
            return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
          });
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const paper = light('Canvas');
        const contrast = (colour) => {
          const ink = light(colour);
          return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
        };
        return [...root.querySelectorAll('svg text')]
          .filter((e) => e.checkVisibility() && e.textContent.trim() && contrast(getComputedStyle(e).fill) < 4.5)
          .map((e) => `${e.textContent} ${getComputedStyle(e).fill}`);
      });
      expect(faint).toEqual([]);
      await page.emulateMedia({ forcedColors: 'none' });
    });

    await test.step('200 %: nothing is cut off or beyond the edge', async () => {
      await page.addStyleTag({ content: 'html { font-size: 200% !important }' });
      await resize(page, 320);
      expect(await pageWidth(page)).toBeLessThanOrEqual(320);
      const cut = await page.evaluate(() => {
        const root = document.querySelector('llm-slide-rule').shadowRoot;
        return [...root.querySelectorAll('*')]
          .filter((e) => e.checkVisibility() && !e.matches('svg, svg *, input') && getComputedStyle(e).clipPath === 'none')
          // A model's name too long for its row stands whole in its title and, where the row is opened, beside the table.
          .filter((e) => e.closest('[role=rowheader]')?.title !== e.textContent.trim())
          .filter((e) => {
            const { overflowX, overflowY } = getComputedStyle(e);
            const hides = (way) => way === 'hidden' || way === 'clip';
            return (
              (hides(overflowX) && e.scrollWidth > e.clientWidth + 1) ||
              (hides(overflowY) && e.scrollHeight > e.clientHeight + 1)
            );
          })
          .map((e) => e.outerHTML.slice(0, 90));
      });
      expect(cut).toEqual([]);
    });
    await page.context().close();
  });
}
