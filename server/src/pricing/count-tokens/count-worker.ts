import { parentPort } from 'node:worker_threads';
import type { CountAnswer, CountQuestion } from './count-thread.ts';
import { countTexts } from './encode.ts';

parentPort?.on('message', async ({ id, texts, encoding }: CountQuestion) => {
  const answer: CountAnswer = { id, count: await countTexts(texts, encoding).catch(() => undefined) };
  parentPort?.postMessage(answer);
});
