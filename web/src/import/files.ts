// Model files dropped on the page: GGUF, safetensors, an index of shards, a config.json, or several of them together.
// Only their heads are read, on the reader's own disk; the bytes of the weights are then exact, tensor by tensor.

import { kMaxHeaderBytes, Stop } from './bytes';
import { importConfig } from './config';
import { type Gguf, type GgufTensor, isGguf, readGguf } from './gguf';
import { importGguf } from './gguf-shape';
import { parseJson } from './json';
import { Findings, isObject, type JsonObject } from './keys';
import { readSafetensors, type StoredTensor } from './safetensors';
import type { FileWeights, Imported } from './shape';
import { addUp, fileWeights, type Weights } from './weights';

export { kMaxHeaderBytes };

export interface ImportedFiles extends Imported {
  /** The model's own name for itself (GGUF). */
  readonly name?: string;
  /** Absent where only a config.json was dropped, and where there are problems. */
  readonly weights?: Weights;
  /** The same as the core takes them; absent also where tensors are missing or not known by name. */
  readonly file?: FileWeights;
  /** Bytes of all shards by their index, where only that was dropped. */
  readonly indexBytes?: number;
}

/** Parts of one model that are dropped together; more is a mistake. */
const kMaxFiles = 2000;
const kMaxTensors = 1e6;

/** Reads what was dropped. Never rejects: what is wrong stands in `problems`. */
export async function importFiles(files: readonly Blob[]): Promise<ImportedFiles> {
  const drop = new Drop();
  if (files.length === 0) drop.findings.problem('file', 'missing');
  if (files.length > kMaxFiles) drop.findings.problem('file', 'too-large', kMaxFiles);
  for (const file of files.slice(0, kMaxFiles)) {
    try {
      await drop.read(file);
    } catch (error) {
      // Anything but a Stop is the browser's: the file moved, or may not be read.
      const stop = error instanceof Stop ? error : new Stop('file', 'unreadable');
      drop.findings.problem(stop.field, stop.code, stop.limit);
    }
  }
  return drop.result();
}

class Drop {
  readonly findings = new Findings();
  private files = 0;
  private readonly tensors: StoredTensor[] = [];
  private readonly names = new Set<string>();
  private readonly ggufTensors: GgufTensor[] = [];
  private gguf: Gguf | undefined;
  private config: JsonObject | undefined;
  private index: { bytes: number | undefined; shards: number } | undefined;

  async read(file: Blob): Promise<void> {
    const head = new Uint8Array(await file.slice(0, 9).arrayBuffer());
    if (isGguf(head)) {
      this.addGguf(await readGguf(file), file.size);
    } else if (head[8] === 0x7b && head.slice(0, 8).some((b) => b < 0x09 || b > 0x7e)) {
      // A length no text could be, then the brace of JSON.
      const stored = await readSafetensors(file);
      this.add(stored.tensors, stored.fileBytes > file.size);
    } else {
      await this.readJson(file);
    }
  }

  private add(tensors: readonly StoredTensor[], incomplete: boolean): void {
    this.files += 1;
    if (incomplete) this.findings.notes.add('file-incomplete');
    if (this.tensors.length + tensors.length > kMaxTensors)
      throw new Stop('file', 'count-too-large', kMaxTensors);
    for (const tensor of tensors) {
      if (this.names.has(tensor.name)) throw new Stop(tensor.name, 'tensor-twice');
      this.names.add(tensor.name);
      this.tensors.push(tensor);
    }
  }

  private addGguf(gguf: Gguf, size: number): void {
    if (!gguf.littleEndian) this.findings.notes.add('big-endian');
    const architecture = gguf.meta.get('general.architecture');
    // A vision tower comes in a file of its own; later parts of a split model may not say what they are.
    const tower = architecture === 'clip';
    const first = this.gguf?.meta.get('general.architecture');
    if (!tower && architecture !== undefined && first !== undefined && architecture !== first) {
      throw new Stop('general.architecture', 'several-models');
    }
    this.add(gguf.tensors, gguf.fileBytes > size);
    if (tower) return;
    this.ggufTensors.push(...gguf.tensors);
    if (architecture !== undefined && !this.gguf?.meta.has(`${String(architecture)}.block_count`))
      this.gguf = gguf;
  }

  private async readJson(file: Blob): Promise<void> {
    if (file.size > kMaxHeaderBytes) throw new Stop('file', 'not-a-model-file');
    const bytes = new Uint8Array(await file.arrayBuffer());
    // Text of another kind, or no text at all, is told apart from damaged JSON.
    const start = bytes.find((b) => b > 0x20 && b !== 0xef && b !== 0xbb && b !== 0xbf);
    if (start !== 0x7b) throw new Stop('file', bytes.length === 0 ? 'missing' : 'not-a-model-file');
    const object = parseJson(new TextDecoder().decode(bytes), 'file', kMaxHeaderBytes, this.findings);
    if (!isObject(object)) return;
    const map = object['weight_map'];
    if (!isObject(map)) {
      this.config = object;
      return;
    }
    const metadata = object['metadata'];
    const total = isObject(metadata) ? metadata['total_size'] : undefined;
    if (typeof total !== 'number' || !Number.isSafeInteger(total) || total < 0) {
      throw new Stop('metadata.total_size', total === undefined ? 'missing' : 'not-whole');
    }
    this.index = { bytes: total, shards: new Set(Object.values(map)).size };
  }

  result(): ImportedFiles {
    const { findings } = this;
    const parts = this.gguf?.meta.get('split.count');
    const expected = Math.max(typeof parts === 'number' ? parts : 0, this.index?.shards ?? 0);
    const complete = this.files >= expected;
    if (this.files > 0 && !complete) findings.notes.add('files-missing');
    if (this.files === 0 && this.index) findings.notes.add('total-from-index');

    const weights = this.files > 0 ? addUp(this.tensors) : undefined;
    const model = this.config
      ? importConfig(this.config)
      : this.gguf && importGguf(this.gguf, this.ggufTensors, complete);
    if (!model?.shape && !model?.problems.length && findings.problems.length === 0)
      findings.notes.add('no-shape-in-file');

    const problems = [...findings.problems, ...(model?.problems ?? [])];
    const title = this.gguf?.meta.get('general.name');
    const right = problems.length === 0;
    const weightFormat = this.format(weights, model?.weightFormat);
    const shape = right ? model?.shape : undefined;
    // What no tensor of a whole file is there for is tied.
    if (shape && weights?.headBytes === 0 && complete) shape.tiedEmbeddings = true;
    const file =
      shape && weights && complete && weightFormat !== undefined
        ? fileWeights(weights, shape, weightFormat, this.gguf !== undefined)
        : undefined;
    if (shape && weights && !file) findings.notes.add('weights-from-shape');
    return {
      ...(shape && { shape }),
      ...(model?.family !== undefined && { family: model.family }),
      ...(weightFormat !== undefined && { weightFormat }),
      ...(typeof title === 'string' && { name: title }),
      ...(weights && right && { weights }),
      ...(file && { file }),
      ...(!weights && right && this.index?.bytes !== undefined && { indexBytes: this.index.bytes }),
      notes: [...findings.notes, ...(model?.notes ?? [])],
      assumed: model?.assumed ?? [],
      problems,
    };
  }

  /** As the file calls it, else by what most of its bytes are stored in. */
  private format(weights: Weights | undefined, configured: string | undefined): string | undefined {
    const type = this.gguf?.meta.get('general.file_type');
    const named = typeof type === 'number' ? fileTypes[type] : undefined;
    const most = weights?.formats[0]?.format;
    const known = named ?? configured;
    if (known !== undefined || most === undefined) return known;
    if (!this.gguf && /^(bf16|fp16|fp32|fp8)$/u.test(most)) return most;
    // Packed formats show as integers in safetensors: that they are quantised is all that can be told.
    const nearest = this.gguf ? nearestType(most) : 'gptq-int4';
    if (nearest !== undefined) this.findings.notes.add('format-by-tensors');
    return nearest;
  }
}

/** The file type whose matrices are stored in `format`. */
function nearestType(format: string): string | undefined {
  const wanted = format.toUpperCase();
  const types = Object.values(fileTypes);
  return [wanted, `${wanted}_M`, wanted.replace('FP', 'F')].find((type) => types.includes(type));
}

/** llama.cpp's `general.file_type` in the words of the batch contract. */
const fileTypes: Readonly<Record<number, string>> = {
  ...{
    0: 'F32',
    1: 'F16',
    2: 'Q4_0',
    3: 'Q4_1',
    7: 'Q8_0',
    8: 'Q5_0',
    9: 'Q5_1',
    10: 'Q2_K',
    11: 'Q3_K_S',
  },
  ...{ 12: 'Q3_K_M', 13: 'Q3_K_L', 14: 'Q4_K_S', 15: 'Q4_K_M', 16: 'Q5_K_S', 17: 'Q5_K_M', 18: 'Q6_K' },
  ...{ 19: 'IQ2_XXS', 20: 'IQ2_XS', 21: 'Q2_K_S', 22: 'IQ3_XS', 23: 'IQ3_XXS', 24: 'IQ1_S', 25: 'IQ4_NL' },
  ...{ 26: 'IQ3_S', 27: 'IQ3_M', 28: 'IQ2_S', 29: 'IQ2_M', 30: 'IQ4_XS', 31: 'IQ1_M', 32: 'BF16' },
  ...{ 36: 'TQ1_0', 37: 'TQ2_0', 38: 'MXFP4' },
};
