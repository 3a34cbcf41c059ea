import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUCKETS } from '../server/src/guardrails/injection/linear-features.ts';
import { dataDirectory } from './injection-model/data-directory.ts';
import { encodeModel } from './injection-model/encode-model.ts';
import { chooseEdge, HARMLESS_SHARE, judgeLeavingOut } from './injection-model/leave-out.ts';
import { readRows } from './injection-model/rows.ts';
import { train } from './injection-model/train.ts';
import { trainingSet } from './injection-model/training-set.ts';

const directory = dataDirectory('train-injection-model');
if (directory !== undefined) {
  const rows = readRows(directory);
  const examples = trainingSet(rows);
  const edge = chooseEdge(judgeLeavingOut(rows), HARMLESS_SHARE);
  const file = encodeModel(train(examples), edge);
  const path = join(import.meta.dirname, '../server/src/guardrails/injection/model.bin');
  writeFileSync(path, file);
  console.log(
    `learned from ${examples.length} texts; ${file.length} bytes, ${BUCKETS} weights, edge ${edge.toFixed(3)}`,
  );
}
