// Which column of a table holds what, by its name: people write N, params, "Model size (B)", 파라미터.

export type Role = 'parameters' | 'tokens' | 'compute' | 'loss';
export const roles: readonly Role[] = ['parameters', 'tokens', 'compute', 'loss'];

/** A column: where it stands, its name as written, and what its numbers are multiplied by. */
export interface Column {
  readonly index: number;
  readonly name: string;
  readonly factor: number;
}

const words = (text: string) => text.split(/\s+/u);

// Whole names without spaces, marks and units, the likelier first: of several losses the one that stands first here is
// fitted, where the reader does not choose.
const names: Record<Role, readonly string[]> = {
  parameters: words(`n parameters params param parameter nparameters nparams nparam numparameters numparams
    parametercount paramcount totalparameters totalparams modelparameters modelparams modelsize size
    nonembeddingparameters nonembeddingparams 파라미터 파라미터수 매개변수 매개변수수 모델크기`),
  tokens: words(`d tokens token ntokens numtokens trainingtokens traintokens totaltokens tokencount dtokens
    dtokenstotal tokensseen datasettokens datatokens datasetsize data 토큰 토큰수 학습토큰 학습토큰수`),
  compute: words(`c compute flop flops cflop cflops totalflop totalflops trainflop trainflops trainingflop
    trainingflops trainingcompute computeflop computeflops pfdays 연산량 학습연산량`),
  loss: words(`loss l valloss validationloss testloss evalloss finalloss heldoutloss lossval losstest losseval
    valce valnll valcrossentropy evalce testce testnll trainloss trainingloss losstrain crossentropy ce nll 손실 검증손실 테스트손실 최종손실`),
};

const factors: Readonly<Record<string, number>> = {
  ...Object.fromEntries(words('k thousand thousands 천').map((unit) => [unit, 1e3])),
  ...Object.fromEntries(words('m million millions 백만').map((unit) => [unit, 1e6])),
  ...Object.fromEntries(words('b bn g billion billions 십억').map((unit) => [unit, 1e9])),
  ...Object.fromEntries(words('t trillion trillions 조').map((unit) => [unit, 1e12])),
  ...Object.fromEntries(words('pflop pflops').map((unit) => [unit, 1e15])),
  ...Object.fromEntries(words('eflop eflops').map((unit) => [unit, 1e18])),
  ...Object.fromEntries(words('zflop zflops').map((unit) => [unit, 1e21])),
  ...Object.fromEntries(words('pfday pfdays').map((unit) => [unit, 8.64e19])),
  만: 1e4,
  억: 1e8,
};

interface Name {
  readonly key: string;
  readonly factor: number;
}

/** "Tokens (B)", "tokens_b" -> tokens, 1e9. A bracket that is no unit is taken off: "Loss (nats/token)". */
function nameOf(text: string): Name {
  const plain = text.normalize('NFKC').toLowerCase().trim();
  const bracket = /^(.*?)[([{]\s*([^)\]}]*)\s*[)\]}]\s*$/u.exec(plain);
  const bare = (x: string) => x.replace(/[^\p{L}\p{N}]+/gu, '');
  const key = bare(bracket?.[1] ?? plain);
  const unit = bare(bracket?.[2] ?? '');
  const factor = Object.hasOwn(factors, unit)
    ? factors[unit]
    : key === 'pfdays'
      ? factors['pfdays']
      : undefined;
  if (factor === undefined && !isKnown(key)) {
    // "d_k" is no size.
    const ended = /^(.*?)[\s_.-]+(?:in[\s_.-]+)?([^\s_.-]+)$/u.exec(plain);
    const [before, end] = [bare(ended?.[1] ?? ''), ended?.[2] ?? ''];
    const byEnd = Object.hasOwn(factors, end) ? factors[end] : undefined;
    if (byEnd && before.length > 1 && isKnown(before)) return { key: before, factor: byEnd };
  }
  return { key: key === '' ? bare(plain) : key, factor: factor ?? 1 };
}

const isKnown = (key: string) => roles.some((role) => rank(role, key) < Infinity);

/** How well a name fits a role: the place in its list; then names that only end in "loss" ("c4_val_loss"). */
function rank(role: Role, key: string): number {
  const place = names[role].indexOf(key);
  if (place >= 0) return place;
  if (role === 'loss' && /loss|손실/u.test(key)) return 1000;
  return Infinity;
}

const columnOf = (header: readonly string[], index: number, role: Role): Column => {
  const name = header[index]?.trim() ?? '';
  return { index, name, factor: role === 'loss' ? 1 : nameOf(name).factor };
};

/** The column that the reader took for a role by its name. */
export function columnNamed(header: readonly string[], name: string, role: Role): Column | undefined {
  const index = name === '' ? -1 : header.findIndex((text) => text.trim() === name);
  return index < 0 ? undefined : columnOf(header, index, role);
}

/** Candidates of each role, best first, in the order of the table among equals. */
export function columnsOf(header: readonly string[]): Record<Role, readonly Column[]> {
  const keys = header.map((text) => nameOf(text).key);
  const candidates = (role: Role) =>
    keys
      .map((key, index) => ({ index, rank: rank(role, key) }))
      .filter((c) => c.rank < Infinity)
      .sort((a, b) => a.rank - b.rank)
      .map(({ index }) => columnOf(header, index, role));
  return {
    parameters: candidates('parameters'),
    tokens: candidates('tokens'),
    compute: candidates('compute'),
    loss: candidates('loss'),
  };
}
