import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { curlOf } from '../../dashboard/src/parts/curl-of.ts';

test("a shell takes the command's body as it was meant, quotes and all", () => {
  const command = curlOf({ origin: 'http://127.0.0.1:1', model: "it's/a-model", key: 'weir_k' });
  const words = execFileSync('sh', ['-c', command.replace(/^curl/, 'printf "%s\\n"')], { encoding: 'utf8' }).split(
    '\n',
  );
  expect(words).toContain('Authorization: Bearer weir_k');
  expect(JSON.parse(words[words.indexOf('-d') + 1] ?? '')).toMatchObject({ model: "it's/a-model" });
});
