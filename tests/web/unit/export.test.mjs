import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { load } from "../load.mjs";

const cell = (text, isNumber = false) => ({ text, numbers: [], words: text, isNumber });
const views = [
  {
    title: "What fits",
    sentences: [],
    progress: '',
    inputs: [],
    tables: [
      {
        caption: "Cards & models",
        columns: ["Card", "Needs"],
        rows: [
          [cell("RTX_4090 50%"), cell("5.76·10²³", true)],
          [cell("−1 {x}"), cell("10⁻⁸", true)],
        ],
      },
    ],
  },
];

test("LaTeX: booktabs, specials and powers as LaTeX writes them", async () => {
  const { toLatex } = await load("src/export/latex.ts");
  const text = toLatex(views, "LLM Slide Rule 1");
  assert.match(text, /^% LLM Slide Rule 1$/mu);
  assert.match(
    text,
    /\\begin\{tabular\}\{lr\}\n\\toprule\nCard & Needs \\\\\n\\midrule/u,
  );
  assert.ok(
    text.includes(String.raw`RTX\_4090 50\% & 5.76$\cdot$10$^{23}$ \\`),
    text,
  );
  assert.ok(text.includes(String.raw`$-$1 \{x\} & 10$^{-8}$ \\`), text);
  assert.ok(text.includes(String.raw`\caption{Cards \& models}`));
  assert.equal(toLatex([{ ...views[0], tables: [] }], "x"), "");
});

test("LaTeX: Greek letters, raised exponents and signs compile; nothing at the start of a row is read as an option", async () => {
  const { escaped } = await load("src/export/latex.ts");
  assert.equal(escaped("(C / 2.3·10^8)^−0.050"), String.raw`(C / 2.3$\cdot$10$^{8}$)$^{-0.050}$`);
  assert.equal(escaped("α ∝ Cᵃ"), String.raw`$\alpha$ $\propto$ C$^a$`);
  assert.equal(escaped("ζ η λ ω ± 1"), String.raw`$\zeta$ $\eta$ $\lambda$ $\omega$ $\pm$ 1`);
  assert.equal(escaped("<0.1% | [x] ^"), String.raw`$<$0.1\% $|$ {[}x] \textasciicircum{}`);
});

test("LaTeX: many tables with no text between them are set before LaTeX has too many", async () => {
  const { toLatex } = await load("src/export/latex.ts");
  const many = [{ ...views[0], tables: Array(40).fill(views[0].tables[0]) }];
  const runs = toLatex(many, "x").split("\\clearpage").map((part) => part.split("\\begin{table}").length - 1);
  assert.deepEqual(runs, [16, 16, 8]);
});

test("LaTeX: no table is wider than the page", async () => {
  const { toLatex } = await load("src/export/latex.ts");
  const tableOf = (columns, row) => toLatex([{ ...views[0], tables: [{ caption: "", columns, rows: [row] }] }], "x");
  // A column of words is broken into lines, beside numbers that keep their room; Hangul counts twice.
  for (const words of ["so many words as ".repeat(6), "이만큼 많은 낱말 ".repeat(6)]) {
    const shared = tableOf(["Card", "Why", "Needs"], [cell("RTX 4090"), cell(words), cell("24", true)]);
    const [, kinds, part] = /begin\{tabular\}\{(l>\{\\raggedright\\arraybackslash\}p\{0\.(\d\d)\\linewidth\}r)\}/u.exec(shared);
    assert.ok(kinds);
    assert.ok(part > 50 && part < 85, part);
    assert.ok(!shared.includes("resizebox"));
  }
  // Where numbers alone are too wide, all of it is made smaller; what fits stays as it is.
  const numbers = (many) => tableOf(Array(many).fill("Memory"), Array(many).fill(cell("1,234.5", true)));
  assert.match(numbers(12), /\\resizebox\{\\linewidth\}\{!\}\{%\n\\begin\{tabular\}\{r{12}\}[^]*\\end\{tabular\}\}\n/u);
  assert.ok(!numbers(6).includes("resizebox"));
});

test("LaTeX: Korean asks for its package", async () => {
  const { toLatex } = await load("src/export/latex.ts");
  const korean = [{ ...views[0], tables: [{ caption: "", columns: [], rows: [[cell("카드"), cell("1", true)]] }] }];
  const text = toLatex(korean, "x");
  assert.match(text, /^% \\usepackage\{booktabs,array,graphicx,kotex\}$/mu);
  assert.ok(text.includes("\\begin{tabular}{lr}\n\\toprule\n카드 & 1 \\\\\n\\bottomrule"), text);
});

test("Markdown: what somebody typed is no markup; a table without heads keeps its first row; the address stands in brackets", async () => {
  const { toMarkdown } = await load("src/export/markdown.ts");
  const text = toMarkdown(
    [
      {
        title: "What <fits>",
        sentences: ["*2* [a](b)"],
        progress: '',
        inputs: [["Parameters", "<img src=x onerror=alert(1)>"]],
        tables: [{ caption: "", columns: [], rows: [[cell("Speed"), cell("49|5", true)]] }],
      },
    ],
    "LLM Slide Rule 1, https://example.org/#gpu=l4*2,t4*2",
  );
  assert.ok(text.includes("## What \\<fits>"), text);
  assert.ok(text.includes("\\*2\\* \\[a\\](b)"), text);
  assert.ok(text.includes("- Parameters: \\<img src=x"), text);
  assert.ok(text.includes("|  |  |\n| --- | ---: |\n| Speed | 49\\|5 |"), text);
  assert.ok(text.endsWith("LLM Slide Rule 1, <https://example.org/#gpu=l4*2,t4*2>\n"), text);
});

test("BibTeX: every source of the catalogue gives one entry, arXiv by number", async () => {
  const { toBibtex } = await load("src/export/bibtex.ts");
  const references = JSON.parse(
    readFileSync(
      new URL("../../../src/catalog/references.json", import.meta.url),
      "utf8",
    ),
  );
  const text = toBibtex(references);
  assert.deepEqual(
    [...text.matchAll(/^@misc\{([^,]+),$/gmu)].map((m) => m[1]),
    references.map((r) => r.key),
  );
  const kaplan = toBibtex(references.filter((r) => r.key === "kaplan-2020"));
  assert.match(kaplan, /author = \{Kaplan and others\}/u);
  assert.match(kaplan, /eprint = \{2001\.08361\}/u);
  for (const line of text.split("\n"))
    assert.equal(
      line.split("{").length,
      line.split("}").length +
        (line.startsWith("@") ? 1 : 0) -
        (line === "}" ? 1 : 0),
      line,
    );
});

test("BibTeX of measurements: a repository at its commit is one entry, what has no address a comment", async () => {
  const { measuredBibtex } = await load("src/export/measured-bibtex.ts");
  assert.equal(
    measuredBibtex([
      "github:a-b/c_d@0123456789abcdef:x/y.md (Table 1)",
      "github:a-b/c_d@0123456789abcdef:z.md",
      "public log no. 7",
      "https://github.com/e/f/pull/9",
    ]),
    "@misc{a-b-c-d-0123456,\n  author = {a-b},\n  title = {{c\\_d}},\n  howpublished = {GitHub, commit 0123456789abcdef},\n" +
      "  url = {https://github.com/a-b/c_d/tree/0123456789abcdef}\n}\n\n" +
      "@misc{e-f-pull-9,\n  author = {e},\n  title = {{f/pull/9}},\n  howpublished = {GitHub},\n  url = {https://github.com/e/f/pull/9}\n}\n\n" +
      "% without an address: public log no. 7\n",
  );
  assert.equal(measuredBibtex([]), "");
  const { sources } = JSON.parse(
    readFileSync(new URL("../../accuracy/report.json", import.meta.url), "utf8"),
  );
  const text = measuredBibtex(sources);
  const keys = [...text.matchAll(/^@misc\{([\w-]+),$/gmu)].map((m) => m[1]);
  assert.ok(keys.length > 40 && new Set(keys).size === keys.length, keys);
  // BibTeX reads an @ in a comment as an entry.
  for (const line of text.split("\n"))
    if (line.startsWith("%")) assert.doesNotMatch(line, /@/u);
});

test("a page alone in Node has no address: the module form keeps Markdown from breaking the element", async () => {
  globalThis.document ??= {
    documentElement: { dataset: { home: "https://example.org/calc/" } },
  };
  const { embedCode } = await load("src/export/embed-code.ts");
  const code = embedCode("module", "laws", "#v=1&parameters=7B", "A <b> & c.");
  assert.match(
    code,
    /^<script type="module" src="https:\/\/example\.org\/calc\/llm-slide-rule\.js"><\/script>\n<llm-slide-rule view="laws" src-state="v=1&amp;parameters=7B" style="[^"]+">\n<p>A &lt;b> &amp; c\./u,
  );
  assert.doesNotMatch(code.trimEnd(), /\n\n/u);
  assert.match(embedCode("iframe", "laws", "", ""), /laws\.html#embed=laws"/u);
  // Jekyll reads "{%" and "{{" anywhere in a post as its own.
  const hash = "#v=1&model={%22a%22:{%22b%22:1}}";
  for (const form of ["module", "iframe"])
    assert.doesNotMatch(embedCode(form, "models", hash, ""), /\{[%{]/u);
  assert.equal(
    embedCode("link", "fit", "#v=1&runs=(1)", "Open"),
    "[Open](https://example.org/calc/index.html#v=1&runs=%281%29)\n",
  );
});
