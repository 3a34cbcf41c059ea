import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compilePolicy } from '../../sampler/src/decision.ts';
import { maskedShape } from '../../sampler/src/masked-shape.ts';
import { keyRandomness, thresholdText, traceRandomness } from '../../sampler/src/randomness.ts';
import { type SeverityScale, severityOf } from '../../sampler/src/severity.ts';
import { writeShape } from '../../sampler/src/shape.ts';
import { formatSignature, signatureOf } from '../../sampler/src/signature.ts';
import { goldenLines } from '../../sampler/src/testing/golden-lines.ts';
import { samplePolicy } from '../../sampler/src/testing/sample-policy.ts';
import { seeded } from '../campaigns/campaign.ts';
import { hostilePolicy } from '../campaigns/sampler/hostile-policy.ts';

const NOW_MS = Date.parse('2026-03-01T12:00:00Z');
const SEVERITIES = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL', 'UNKNOWN', undefined] as const;
const LEVELS = [
  ...[
    'trace',
    'Notice',
    'warn',
    ' ERR ',
    'error2',
    'FATAL4',
    'emerg',
    'panic',
    'E',
    'audit',
    'http',
    '40',
    'x1',
    '٣',
    '',
  ],
  ...[0, 1, 3, 4, 6, 7, 9, 10, 13, 17, 20, 21, 25, 30, 35, 40, 50, 60, 99, -1, 3.5, true, null, [], {}],
];

/** What the TypeScript sampler answers, for another language to be held to: a file of JSON lines for each question. */
export function writeGoldenVectors(directory: string): void {
  const write = (name: string, rows: readonly object[]) =>
    writeFileSync(join(directory, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  write(
    'signatures.ndjson',
    goldenLines(10_000).map((line) => ({
      line,
      signature: formatSignature(signatureOf(line)),
      masked: maskedShape(writeShape(line)),
    })),
  );
  write('rates.ndjson', rateRows(2000));
  write(
    'randomness.ndjson',
    identifiers(2000).map((id) => ({ id, trace: traceRandomness(id), key: keyRandomness(id) })),
  );
  const random = seeded(9);
  const rates = [1, 0.5, 0.25, 0.2, 0.1, 0.01, ...Array.from({ length: 500 }, () => random() ** 6)];
  write(
    'thresholds.ndjson',
    rates.map((rate) => ({ rate, threshold: thresholdText(rate) })),
  );
  const scales: readonly SeverityScale[] = ['pino', 'python', 'otel', 'syslog'];
  write(
    'severities.ndjson',
    scales.flatMap((scale) => LEVELS.map((level) => ({ level, scale, severity: severityOf(level, scale) ?? null }))),
  );
}

function rateRows(count: number): object[] {
  const random = seeded(21);
  const signatures = [
    ...Object.values(samplePolicy.patterns).flatMap((pattern) => pattern.signatures),
    formatSignature(1),
  ];
  const policies: unknown[] = [samplePolicy];
  while (policies.length < count) {
    const policy = asJson(hostilePolicy(random));
    if (policy !== undefined) policies.push(policy);
  }
  return policies.map((policy) => {
    const compiled = compilePolicy(policy);
    const { firstK, version, problems } = compiled;
    const cases = signatures.flatMap((signature) =>
      SEVERITIES.map((severity) => {
        const rule = compiled.ruleOf(Number.parseInt(signature, 16));
        return { severity: severity ?? null, signature, rate: compiled.rateOf(severity, rule, NOW_MS) };
      }),
    );
    return { policy, now: NOW_MS / 1000, cases, first_k: firstK, version, problems };
  });
}

/** Undefined: no JSON can say this. */
function asJson(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value));
  } catch {
    return undefined;
  }
}

function identifiers(count: number): string[] {
  const random = seeded(5);
  const hex = (length: number) => Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');
  const odd = [
    '',
    '0'.repeat(32),
    'F'.repeat(32),
    'request-é-😀',
    '\ud800',
    'g'.repeat(32),
    `${'0'.repeat(18)}${hex(14)}`,
  ];
  const kinds = [() => hex(32), () => hex(16), () => hex(12), () => `${hex(8)}-${hex(4)}`, () => `session:${random()}`];
  return [...odd, ...Array.from({ length: count }, (_, at) => kinds[at % kinds.length]?.() ?? '')];
}
