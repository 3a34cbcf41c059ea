import { tokenise } from '../../server/src/guardrails/concepts/tokenise.ts';
import { LEXICON } from '../../server/src/guardrails/injection/lexicon.ts';
import { BUCKETS, eachFeature } from '../../server/src/guardrails/injection/linear-features.ts';
import { STRIDE, WINDOW } from '../../server/src/guardrails/injection/linear-model.ts';
import { normalise } from '../../server/src/guardrails/text/normalise.ts';
import { seededRandom } from './random.ts';
import type { Example } from './training-set.ts';

interface Chunk {
  readonly buckets: Int32Array;
  readonly values: Float32Array;
  readonly label: 0 | 1;
  readonly example: number;
  weight: number;
}

export interface TrainedModel {
  readonly weights: Float32Array;
  readonly bias: number;
}

const EPOCHS = 8;
const ROUNDS = 3;
const LEARNING_RATE = 0.5;
const L2 = 2e-6;
const HARMLESS_WEIGHT = 2;

/**
 * Logistic regression by AdaGrad over windows of the texts. Which window of a long attack holds the attack is not known: after the
 * first round only its strongest windows count.
 */
export function train(examples: readonly Example[]): TrainedModel {
  const chunks = examples.flatMap((example, index) => cutChunks(example, index));
  let model = fitWeights(chunks);
  for (let round = 1; round < ROUNDS; round++) {
    keepStrongest(chunks, model);
    model = fitWeights(chunks);
  }
  return model;
}

function cutChunks({ text, label, weight }: Example, example: number): Chunk[] {
  const view = normalise(text.slice(0, 12_000));
  const positions: number[] = [];
  const buckets: number[] = [];
  eachFeature(view.text, tokenise(view.text, LEXICON), (position, bucket) => {
    positions.push(position);
    buckets.push(bucket);
  });
  const chunks: Chunk[] = [];
  for (let start = 0; start === 0 || start + WINDOW - STRIDE < view.text.length; start += STRIDE) {
    const counts = new Map<number, number>();
    let total = 0;
    positions.forEach((position, index) => {
      if (position < start || position >= start + WINDOW) return;
      counts.set(buckets[index] ?? 0, (counts.get(buckets[index] ?? 0) ?? 0) + 1);
      total += 1;
    });
    if (total === 0) continue;
    const norm = 1 / Math.sqrt(total);
    chunks.push({
      buckets: Int32Array.from(counts.keys()),
      values: Float32Array.from(counts.values(), (count) => count * norm),
      label,
      example,
      weight,
    });
  }
  const share = label === 1 ? 1 / Math.sqrt(chunks.length) : HARMLESS_WEIGHT / Math.sqrt(chunks.length);
  for (const chunk of chunks) chunk.weight *= share;
  return chunks;
}

function keepStrongest(chunks: readonly Chunk[], model: TrainedModel): void {
  const best = new Map<number, number>();
  const scores = chunks.map((chunk) => scoreOf(chunk, model));
  chunks.forEach(({ example, label }, index) => {
    if (label === 1) best.set(example, Math.max(best.get(example) ?? Number.NEGATIVE_INFINITY, scores[index] ?? 0));
  });
  chunks.forEach((chunk, index) => {
    if (chunk.label === 1 && (scores[index] ?? 0) < (best.get(chunk.example) ?? 0) - 0.5) chunk.weight *= 0.05;
  });
}

function scoreOf({ buckets, values }: Chunk, { weights, bias }: TrainedModel): number {
  let score = bias;
  for (let i = 0; i < buckets.length; i++) score += (weights[buckets[i] ?? 0] ?? 0) * (values[i] ?? 0);
  return score;
}

function fitWeights(chunks: readonly Chunk[]): TrainedModel {
  const weights = new Float32Array(BUCKETS);
  const squares = new Float32Array(BUCKETS).fill(1e-2);
  let bias = 0;
  let biasSquares = 1;
  const order = Int32Array.from(chunks.keys());
  const random = seededRandom(7);
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for (let i = order.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      const kept = order[i] ?? 0;
      order[i] = order[j] ?? 0;
      order[j] = kept;
    }
    for (const index of order) {
      const chunk = chunks[index] as Chunk;
      const error = (1 / (1 + Math.exp(-scoreOf(chunk, { weights, bias }))) - chunk.label) * chunk.weight;
      biasSquares += error * error;
      bias -= (LEARNING_RATE * error) / Math.sqrt(biasSquares);
      for (let k = 0; k < chunk.buckets.length; k++) {
        const bucket = chunk.buckets[k] ?? 0;
        const gradient = error * (chunk.values[k] ?? 0) + L2 * (weights[bucket] ?? 0);
        squares[bucket] = (squares[bucket] ?? 0) + gradient * gradient;
        weights[bucket] = (weights[bucket] ?? 0) - (LEARNING_RATE * 0.2 * gradient) / Math.sqrt(squares[bucket] ?? 1);
      }
    }
  }
  return { weights, bias };
}
