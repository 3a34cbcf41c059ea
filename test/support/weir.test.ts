import { expect, test } from 'vitest';
import { startWeir } from './weir.ts';

test('starts Weir as a user does, talks to it and stops it', async () => {
  const weir = await startWeir();
  try {
    const hello = await fetch(`${weir.url}/`, { method: 'HEAD' });
    expect(hello.status).toBe(200);
    const models = await weir.api('GET /v1/models');
    expect(models.status).toBe(200);
    expect(models.json.object).toBe('list');
    expect(weir.log()).toMatch(/^weir listening on http:\/\/127\.0\.0\.1:\d+$/m);
  } finally {
    await weir.stop();
  }
  await expect(fetch(weir.url)).rejects.toThrow();
});

test('says why Weir did not start', async () => {
  await expect(startWeir({ config: 'servr: {}' })).rejects.toThrow(/servr/);
});

test('a killed Weir starts again on the same data', async () => {
  const first = await startWeir();
  await first.kill9();
  const second = await startWeir({ dataDir: first.dataDir });
  expect((await second.api('GET /v1/models')).status).toBe(200);
  await second.stop();
});
