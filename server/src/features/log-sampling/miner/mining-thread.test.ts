import { expect, onTestFinished, test } from 'vitest';
import { MiningThread } from './mining-thread.ts';

function startThread(): MiningThread {
  const thread = new MiningThread();
  onTestFinished(() => thread.close());
  return thread;
}

const lines = (texts: readonly string[]) => texts.map((body) => ({ body, bytes: body.length }));

test('mines the lines of each name by themselves, in another thread', async () => {
  const thread = startThread();
  await thread.add('shop', lines(['order 1 paid', 'order 2 paid']));
  await thread.add('mail', lines(['mail 7 sent']));
  await thread.add('shop', lines(['order 3 paid', 'order 3 shipped']));
  expect((await thread.mine('shop')).map(({ template, lines }) => [template, lines])).toEqual([
    ['order <*> paid', 3],
    ['order <*> shipped', 1],
  ]);
  expect(await thread.mine('mail')).toHaveLength(1);
  await thread.forget('shop');
  expect(await thread.mine('shop')).toEqual([]);
});

test('fails what is due when it is closed', async () => {
  const thread = startThread();
  const due = thread.mine('shop');
  const failed = expect(due).rejects.toThrow('closed');
  await thread.close();
  await failed;
});
