import { expect, test } from 'vitest';
import { EXPORT_FORMATS } from '../../../server/src/features/log-sampling/exports/export-formats.ts';
import { requires } from '../../support/optional.ts';
import { evaluateFluentBit } from '../fluent-bit/evaluate-fluent-bit.ts';
import type { Verdict } from '../log-event.ts';
import { evaluateOtel } from '../otel/evaluate-otel.ts';
import { evaluatePostHog } from '../posthog/evaluate-posthog.ts';
import { evaluateVector } from '../vector/evaluate-vector.ts';
import { compareWithSampler } from './compare-with-sampler.ts';
import { findDisagreements } from './disagreements.ts';
import { testLines, testPolicy } from './lines.ts';

/*
 * One policy as each export writes it, judged by evaluators that know the tools' documentation and nothing of the exports.
 */

const LINES = testLines(20_000, 11);
const events = LINES.map(({ event }) => event);
const POLICY = testPolicy();

function filesOf(format: keyof typeof EXPORT_FORMATS): Record<string, string> {
  return Object.fromEntries(EXPORT_FORMATS[format](POLICY, 0).map(({ name, text }) => [name, text]));
}

function fileOf(format: keyof typeof EXPORT_FORMATS): string {
  const [text = ''] = Object.values(filesOf(format));
  return text;
}

function disagreements(verdicts: readonly Verdict[], policy = POLICY): string[] {
  return findDisagreements(compareWithSampler(LINES, verdicts, policy));
}

test('the export to PostHog keeps what the sampler keeps, but for the rates that PostHog cannot have', () => {
  const { rules } = JSON.parse(fileOf('posthog')) as { rules: unknown };
  const possible = { ...POLICY, global_rate: POLICY.severity_rates.INFO, pattern_rates: { beat: 0 }, locks: {} };
  expect(
    disagreements(evaluatePostHog({ config: JSON.stringify(rules), events, service: POLICY.service_name }), possible),
  ).toEqual([]);
});

test('the export to Vector keeps what the sampler keeps', () => {
  // Fewer lines: its expressions know all of Unicode, which costs the evaluator milliseconds a line.
  const lines = LINES.slice(0, 5_000);
  const verdicts = evaluateVector({ config: fileOf('vector'), events: lines.map(({ event }) => event) });
  expect(findDisagreements(compareWithSampler(lines, verdicts, POLICY))).toEqual([]);
}, 60_000);

test('the export to the OpenTelemetry Collector keeps what the sampler keeps', () => {
  expect(disagreements(evaluateOtel({ config: fileOf('otel'), events }))).toEqual([]);
}, 60_000);

requires('luajit')('the export to Fluent Bit', () => {
  test('keeps what the sampler keeps', () => {
    const { 'weir-fluent-bit.yaml': config = '', ...files } = filesOf('fluent-bit');
    expect(disagreements(evaluateFluentBit({ config, files, events }))).toEqual([]);
  });
});
