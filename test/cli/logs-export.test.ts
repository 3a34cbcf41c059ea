import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runWeir } from '../support/run-weir.ts';

const folder = mkdtempSync(join(tmpdir(), 'export-'));
const POLICY = fileURLToPath(new URL('../../examples/log-sampling/policy.json', import.meta.url));

describe('weir logs export', () => {
  test.each([
    ['vector', ['weir-vector.yaml']],
    ['otel', ['weir-otel.yaml']],
    ['fluent-bit', ['weir-fluent-bit.yaml', 'weir-sampling.lua']],
    ['posthog', ['weir-posthog.json']],
  ])('writes the files of %s', async (format, names) => {
    const out = join(folder, format);
    const { code, stdout } = await runWeir(['logs', 'export', '--policy', POLICY, '--format', format, '--out', out]);
    expect({ code, printed: stdout.trim().split('\n').sort() }).toEqual({
      code: 0,
      printed: names.map((name) => join(out, name)),
    });
    expect(readdirSync(out).sort()).toEqual(names);
    expect(readFileSync(join(out, names[0] ?? ''), 'utf8')).toContain('Policy version 1 of the service shop');
  });

  test('prints the file when no folder is named', async () => {
    const { code, stdout } = await runWeir(['logs', 'export', '--policy', POLICY, '--format', 'posthog']);
    expect({ code, rules: JSON.parse(stdout).rules.length }).toEqual({ code: 0, rules: 1 });
  });

  test('refuses half a policy and names what is missing', async () => {
    const file = join(folder, 'half.json');
    writeFileSync(file, '{"policy_version": 1, "global_rate": 2}');
    const { code, stdout, stderr } = await runWeir(['logs', 'export', '--policy', file, '--format', 'vector']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`${file} is no complete policy. policy_id: `);
  });

  test.each([
    [['--format', 'vector'], 'Name the policy: --policy FILE.'],
    [['--policy', POLICY], 'Choose a format: --format vector|otel|fluent-bit|posthog.'],
    [['--policy', POLICY, '--format', 'syslog'], 'Choose a format: --format vector|otel|fluent-bit|posthog.'],
  ])('says what is missing: %j', async (options, message) => {
    const { code, stderr } = await runWeir(['logs', 'export', ...options]);
    expect({ code, says: stderr.includes(message) }).toEqual({ code: 2, says: true });
  });
});
