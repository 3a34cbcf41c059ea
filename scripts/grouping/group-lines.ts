import { Miner } from '../../server/src/features/log-sampling/miner/miner.ts';

/** The id of each line's pattern, in order. */
export function groupLines(lines: readonly string[]): string[] {
  const miner = new Miner();
  const shapes = lines.map((body) => miner.add({ body, bytes: body.length }));
  const mined = miner.mine();
  return shapes.map((shape) => mined.patternOfShape(shape)?.id ?? '');
}
