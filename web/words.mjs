// The words of each build: every language has a file in src/i18n, and no build carries words that it never says.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('src/i18n/', import.meta.url));
const facts = new URL('src/generated-facts/peers.json', import.meta.url);
const read = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** Words that only the page of all laws says: its headings, and the names and notes of laws that the others do not ask. */
const wordsOfLaws =
  /^(laws|mean|catalogue|compare|differs)\.|^place\.([a-z]|TeX)|^(?!(besiroglu-2024|hoffmann-2022|muennighoff-2023|gadre-2024-c4)$)(abnar|besiroglu|cerebras|clark|deepseek|gadre|henighan|hoffmann|hunyuan|krajewski|kumar|llama3|ludziejewski|minicpm|muennighoff|porian|sardana|step-law|trained-on|tokens-per-parameter|two-digit|prefactor|twenty-tokens|log-base|sixty-four|chinchilla-shapes|trained-at|budget-includes|least-|solved-|constant-learning|width-scaled|bits-default|kaplan-c-min)/u;
/** Words of a law of the reader's own, which the slide rule and the page of all laws take. */
const wordsOfOwnLaw = /^own($|[.-])|^(field\.own|problem\.not-a-law)$/u;
/** Words that only the page of models says. */
const wordsOfModels =
  /^(advice|bytes|bound|choice|filter|group|heat|hint|import|inverse|job|model|option|peer|rule|sort|speed|start|way)\.|^copy\.(going|stop)/u;
/** Words that the page of models never says: those of losses and laws, of the calculator's rules, of plots. */
const wordsBesideModels =
  /^(?!plot\.save$)(loss|time|task|gpt3|shape|place|plot|laws|method|mean|settings|catalogue|compare|differs|input|kaplan|article-misprint|hoffmann|besiroglu|henighan|gpt3|parameters-are|parameters-include|attention-counted|attention-not|tokens-are|compute-(is|at|counts)|six-n-d|all-tokens|interval-is|nats|pf-days)[.-]|^(article-misprint|constants-unverified|pf-days|range-unpublished|problem\.(above-ceiling|below-floor|no-(loss|answer)|not-dollars)$|compute-optimal|model-flop-utilisation|six-n-d|term\.o|unit\.(pf-days|t?flops?)|field\.(lang|theme|sort|way|table|loss|compute|data|size|mfu|price|law|budget|[nd]|served|unique|steps|experts|granularity|sparsity|\w+bits|method|rule\..+)$|symbol\.(Smin|[CNDS]c|[CDLNk]|seconds|alpha[NDCS]?|flopPerPfDay|excess|gpuHours|peakFlops|sparsity|mfu|pricePerGpuHour)$|view\.(?!models|unknown)|gadre-2024-c4$|memory\.(answer|article|eleutherai)|fit\.(answer|models|parameters|caption|method|bytes|needs|cell|tight|shard))/u;
/** Words of topics that one page alone speaks of. */
const wordsOfAccuracy = /^accuracy\./u;
/** Words of the slide rule, and of what frames its page. */
const wordsOfCalculator = /^((instrument|scale|begin)\.|(bar\.loss|field\.active)$)/u;
/** Words of a page that is no widget. */
const wordsOfHost =
  /^((begin|bar|copy|offline|undo|pages|theme)\.|(tagline|language|language\.name|pages|failed\.host)$)/u;
/** Words of a widget's attributes. */
const wordsOfWidget = /^(attribute\.|problem\.no-such-field$)/u;
/** Words of the section that the calculator's page alone shows. */
const wordsOfGpt3 = /^(gpt3|shape|place)\./u;
/** Words that only the batch command says. */
const wordsOfBatch = /^help\.|^(peak-of-.*|utilisation-.*|rate-without-room|problem\.not-json)$/u;
/** Words that only the page says that fits one's own runs. */
const wordsOfFit =
  /^(fit-|example\.)|^problem\.(no-text|spreadsheet|binary|header-only|no-header|missing-column|mixed-decimals|too-many-(cells|rows)|no-good-rows|cell-|formula|unclosed)|^field\.(runs\.|(runs|form|criterion|delta|floor|refits|seed|lossUnit)$)/u;

/** Whether a build says a message. */
function said(key, part, hosted) {
  return (
    !wordsOfBatch.test(key) &&
    (part === 'laws' || !wordsOfLaws.test(key)) &&
    (part === 'laws' || part === 'calculator' || !wordsOfOwnLaw.test(key)) &&
    (part === 'models' ? !wordsBesideModels.test(key) : !wordsOfModels.test(key)) &&
    (part === 'accuracy' || !wordsOfAccuracy.test(key)) &&
    (part === 'calculator' || !wordsOfCalculator.test(key)) &&
    (part === 'fit' || !wordsOfFit.test(key)) &&
    (hosted ? !wordsOfWidget.test(key) : !wordsOfHost.test(key)) &&
    (hosted || part !== 'calculator' || !wordsOfGpt3.test(key))
  );
}

/** Words that stand by id, English and Korean together: which files of ids/ the page holds, its own code says. */
export function wordsById(from = folder) {
  const named = readFileSync(`${from}index.ts`, 'utf8').matchAll(/from '\.\/ids\/([\w-]+\.json)'/gu);
  const files = [...named].map(([, file]) => read(`${from}ids/${file}`));
  return Object.assign({}, ...files, read(facts));
}

export const languages = (from = folder) =>
  readdirSync(from).flatMap((file) => /^([\w-]+)\.json$/u.exec(file)?.[1] ?? []);

/** Keys without the topic that the key before has, too: "fit.title", ".answer". index.ts gives it back. */
function shortKeys(keys) {
  let topic = '';
  return keys.map((key) => {
    const own = key.replace(/\.[^.]*$/u, '');
    const tail = key.slice(own.length);
    if (own === topic && tail) return tail;
    topic = own;
    return key;
  });
}

/**
 * A language's words as a build carries them, a twentieth smaller than by key: between bars, in the order of the keys,
 * which English has before them behind two bars. The page of models takes along what stands by id, which a further
 * language has in its file.
 */
export function packedWords(language, part, hosted, from = folder) {
  const english = read(`${from}en.json`);
  const own = read(`${from}${language}.json`);
  const byId = part === 'models' ? wordsById(from) : {};
  const keys = Object.keys(english).filter((key) => said(key, part, hosted));
  const words = [
    ...Object.entries(byId)
      .filter(([id]) => !keys.includes(id))
      .map(([id, text]) => [id, own[id] ?? text[language] ?? text.en]),
    ...keys.map((key) => [key, own[key]]),
  ];
  const wrong = words.find(([key, text]) => /[|\n]/u.test(key + text) || text === '');
  if (wrong) throw new Error(`${language}: “${wrong[0]}” is empty or holds a bar or the end of a line`);
  const list = words.map(([, word]) => word).join('|');
  return language === 'en' ? `${shortKeys(words.map(([key]) => key)).join('|')}||${list}` : list;
}

/** Every word in English: what a file of a further language starts from. */
export function everyWord(from = folder) {
  const byId = Object.entries(wordsById(from)).map(([id, text]) => [id, text.en]);
  return { ...Object.fromEntries(byId), ...read(`${from}en.json`) };
}

/** All languages, a line each, English first: what a page carries beside its core. */
export const linesOfWords = (part, hosted) =>
  [...new Set(['en', ...languages()])].map((language) => packedWords(language, part, hosted)).join('\n');

/** The words of a build in their places; none there where they travel beside its core. */
export const packing = (part, hosted, besideCore = false) => ({
  name: 'words',
  enforce: 'pre',
  transform(_, id) {
    if (id.endsWith('generated-facts/peers.json')) return '{}';
    const [, ids, language] = /i18n\/(ids\/)?([\w-]+)\.json$/u.exec(id) ?? [];
    if (language === undefined) return undefined;
    return ids ? '{}' : JSON.stringify(besideCore ? '' : packedWords(language, part, hosted));
  },
});
