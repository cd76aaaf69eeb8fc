import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { load } from "../load.mjs";

const cell = (text, isNumber = false) => ({ text, exact: text, isNumber });
const views = [
  {
    title: "What fits",
    sentences: [],
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

test("a page alone in Node has no address: the module form keeps Markdown from breaking the element", async () => {
  globalThis.document ??= { baseURI: "https://example.org/calc/" };
  const { embedCode } = await load("src/export/embed-code.ts");
  const code = embedCode("module", "laws", "#v=1&parameters=7B", "A <b> & c.");
  assert.match(
    code,
    /^<script type="module" src="https:\/\/example\.org\/calc\/llm-slide-rule\.js"><\/script>\n<llm-slide-rule view="laws" src-state="v=1&amp;parameters=7B">\n<p>A &lt;b> &amp; c\./u,
  );
  assert.doesNotMatch(code.trimEnd(), /\n\n/u);
  assert.match(embedCode("iframe", "laws", "", ""), /laws\.html#embed=laws"/u);
});
