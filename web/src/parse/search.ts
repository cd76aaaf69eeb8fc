// What a search finds: the rows that hold every word of it, and where there are none, those that do but for blanks,
// hyphens and dots: "rtx4090", "llama3", "h100sxm".

declare const __PART__: string;
declare const __HOSTED__: boolean;

/** How the best known are called in Korean; the calculator's widget has no room for them. */
const inLatin =
  __PART__ === 'models' || __HOSTED__
    ? (text: string) => {
        const names: Readonly<Record<string, string>> = {
          엔비디아: 'nvidia',
          라마: 'llama',
          엑사원: 'exaone',
          큐웬: 'qwen',
          젬마: 'gemma',
          미스트랄: 'mistral',
          딥시크: 'deepseek',
        };
        return text.replace(/[가-힣]+/gu, (word) => names[word] ?? word);
      }
    : (text: string) => text;

const bare = (text: string) => text.replace(/[ .-]/gu, '');

/** `textOf`: in lower case. */
export function searched<Row>(
  rows: readonly Row[],
  search: string,
  textOf: (row: Row) => string,
): readonly Row[] {
  const words = inLatin(search.toLowerCase().normalize('NFKC')).split(/\s+/u).filter(Boolean);
  const found = rows.filter((row) => words.every((word) => textOf(row).includes(word)));
  return found[0]
    ? found
    : rows.filter((row) => words.every((word) => bare(textOf(row)).includes(bare(word))));
}
