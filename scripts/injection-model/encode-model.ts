import type { LinearModel } from '../../server/src/guardrails/injection/linear-model.ts';
import type { TrainedModel } from './train.ts';

/** Weights beyond this share of the largest are rare; cutting them off keeps the small ones apart. */
const CLIP_QUANTILE = 0.9995;

/** The model without an edge yet: who judges with it brings one. */
export function quantise({ weights, bias }: TrainedModel): Omit<LinearModel, 'edge'> {
  const sizes = Float32Array.from(
    weights.filter((weight) => weight !== 0),
    Math.abs,
  ).sort();
  const largest = sizes[Math.floor(sizes.length * CLIP_QUANTILE)] ?? 1;
  const scale = largest / 127;
  return {
    weights: Int8Array.from(weights, (weight) => Math.max(-127, Math.min(127, Math.round(weight / scale)))),
    scale,
    bias,
  };
}

export function encodeModel(model: TrainedModel, edge: number): Buffer {
  const { weights, scale, bias } = quantise(model);
  const header = Buffer.alloc(12);
  header.writeFloatLE(scale, 0);
  header.writeFloatLE(bias, 4);
  header.writeFloatLE(edge, 8);
  return Buffer.concat([header, Buffer.from(weights.buffer)]);
}
