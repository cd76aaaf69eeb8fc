// What a search finds: the rows that hold every word of it, and where there are none, those that do but for blanks,
// hyphens and dots: "rtx4090", "llama3", "h100sxm".

declare const __PART__: string;
declare const __HOSTED__: boolean;

/**
 * What Koreans call makers, series and families, each before its word of the catalogues; the widget has no room for
 * them. A beginning is enough, as it is of the Latin words.
 */
const korean =
  '엔비디아nvidia에이엠디amd인텔intel애플apple맥북apple맥apple구글google아마존aws화웨이huawei' +
  '지포스geforce타이탄titan쿼드로quadro테슬라tesla젯슨jetson라데온radeon라이젠ryzen인스팅트instinct아크arc' +
  '가우디gaudi어센드ascend파스칼pascal볼타volta튜링turing암페어ampere에이다ada호퍼hopper블랙웰blackwell' +
  '루빈rubin스파크spark슈퍼super프로pro맥스max맥스튜디오apple맥미니apple울트라ultra' +
  '노트북laptop기가gb' +
  '메타meta알리바바alibaba마이크로소프트microsoft미스트랄mistral딥시크deepseek지푸zhipu' +
  '문샷moonshot코히어cohere허깅페이스hugging미니맥스minimax샤오미xiaomi텐센트tencent바이트댄스bytedance' +
  '메이투안meituan업스테이지upstage엘지lg네이버naver에스케이sk카카오kakao고려대korea' +
  '오픈open오픈에이아이openai지피티gpt피티아pythia블룸bloom라마llama믹스트랄mixtral미니스트랄ministral큐웬qwen큐원qwen젬마gemma파이phi' +
  '키미kimi팔콘falcon올모olmo커맨드command아야aya네모트론nemotron그래니트granite미모mimo훈위안hunyuan' +
  '링ling시드seed롱캣longcat폴리글롯polyglot구름kullm솔라solar엑사원exaone하이퍼클로바hyperclova' +
  '엑스x에이닷a.x카나나kanana';

const inLatin =
  __PART__ === 'models' || __HOSTED__
    ? (text: string) =>
        text.replace(
          /[가-힣]+/gu,
          (word) =>
            new RegExp(`(?<![가-힣])${word}${word[1] ? '[가-힣]*' : ''}([a-z.]+)`, 'u').exec(korean)?.[1] ??
            word,
        )
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
