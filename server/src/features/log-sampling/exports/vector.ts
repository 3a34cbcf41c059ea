import type { LogPolicy } from '@weir/contract';
import {
  type ClassRates,
  commonRate,
  decimal,
  type ExportFile,
  type ExportPlan,
  type ExportRule,
  oneLine,
  planExport,
} from './export-plan.ts';
import { CLASS_WORDS, EXCEPTION_KEYS, LEVEL_KEYS, MESSAGE_KEYS, TEXT_LEVELS } from './severity-classes.ts';

/**
 * Transforms for Vector 0.56 or newer: `weir_rate` finds each line's rate, `weir_dropped` takes out rate 0, which
 * `sample` cannot express, `weir_sampled` samples by the rate on the line, `weir` stamps what is kept.
 */
export function exportToVector(policy: LogPolicy, nowMs: number): ExportFile[] {
  const plan = planExport(policy, nowMs);
  const text = `${comments([
    ...plan.notes,
    'Lines of a trace do not share one fate here: the sample transform takes a rate per line or a key, not both.',
    'A line that the program cannot read is kept.',
    'For Vector 0.56 or newer (ratio_field). Set the inputs of weir_rate; take the lines from "weir".',
  ])}
transforms:
  weir_rate:
    type: remap
    inputs: [logs]
    drop_on_error: false
    source: |
${indented(program(plan), 6)}
  weir_dropped:
    type: filter
    inputs: [weir_rate]
    condition: .weir_ratio != 0.0
  weir_sampled:
    type: sample
    inputs: [weir_dropped]
    exclude: .weir_ratio == 1.0 || !exists(.weir_ratio)
    ratio_field: weir_ratio
    # Of a line without a readable rate.
    ratio: 1.0
    # What sample would write is the ratio; below is what a line stands for.
    sample_rate_key: ""
  weir:
    type: remap
    inputs: [weir_sampled]
    drop_on_error: false
    source: |
      .sample_rate = 1.0 / (to_float(.weir_ratio) ?? 1.0) ?? 1.0
      ."weir.policy_version" = ${plan.policy.policy_version}
      del(.weir_ratio)
`;
  return [{ name: 'weir-vector.yaml', text }];
}

function program({ rates, rules }: ExportPlan): string {
  return `# The message and what the line says of itself; a message that is a JSON object is read.
text = to_string(get(., ["message"]) ?? null) ?? ""
record = object(parse_json(text) ?? null) ?? .
${MESSAGE_KEYS.toReversed()
  .map((key) => `text = string(record.${quoted(key)}) ?? text`)
  .join('\n')}
level = ""
${LEVEL_KEYS.toReversed()
  .map((key) => `if !is_nullish(record.${quoted(key)}) { level = to_string(record.${quoted(key)}) ?? "unreadable" }`)
  .join('\n')}
# Else the text may say it: the first that matches counts.
${TEXT_LEVELS.map((regex) => `if level == "" { found = parse_regex(text, r'${regex}') ?? {}; level = string(found.level) ?? "" }`).join('\n')}
level = upcase(strip_whitespace(level))
if match(level, r'^[A-Z]+[0-9]+\\z') { level = replace(level, r'[0-9]+\\z', "") }
class = "KEEP"
if level == "" { class = "NONE" }
${Object.entries(CLASS_WORDS)
  .map(([name, words]) => `if includes(${JSON.stringify(words)}, level) { class = "${name}" }`)
  .join('\n')}
# Errors come first: whatever follows cannot touch them.
if (to_int(record.severity_number) ?? 0) >= 17 { class = "KEEP" }
if (to_int(record.severityNumber) ?? 0) >= 17 { class = "KEEP" }
${EXCEPTION_KEYS.map((key) => `if !is_nullish(record.${quoted(key)}) { class = "KEEP" }`).join('\n')}
ratio = 1.0
${assigned(rates)}
# Patterns, the most particular first.
pattern = ""
if class != "KEEP" {
${rules.map(ruleLines).join('\n')}
}
if pattern != "" { ."weir.pattern" = pattern }
.weir_ratio = ratio`;
}

function ruleLines({ id, template, regex, literal, rates }: ExportRule): string {
  const isCandidate = literal === '' ? '' : ` && contains(text, ${JSON.stringify(literal)})`;
  return `  # ${dollars(oneLine(template))}
  if pattern == ""${isCandidate} && match(text, r'${regex}') {
    pattern = "${id}"
${indented(assigned(rates), 4)}
  }`;
}

function assigned(rates: ClassRates): string {
  const common = commonRate(rates);
  if (common !== undefined) return `if class != "KEEP" { ratio = ${decimal(common)} }`;
  return Object.entries(rates)
    .map(([name, rate]) => `if class == "${name}" { ratio = ${decimal(rate)} }`)
    .join('\n');
}

function quoted(key: string): string {
  return /^\w+$/.test(key) ? key : JSON.stringify(key);
}

function comments(lines: readonly string[]): string {
  return lines.map((line) => `# ${dollars(line)}`).join('\n');
}

/** Some versions read variables of the environment in comments, too, and in others two dollars stay two. */
function dollars(text: string): string {
  return text.replaceAll('$', '[$$]');
}

function indented(text: string, spaces: number): string {
  return text.replaceAll(/^(?=.)/gm, ' '.repeat(spaces));
}
