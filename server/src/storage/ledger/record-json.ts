import type { Finding } from '../../kernel/finding.ts';
import { quoted } from '../../kernel/quoted.ts';
import type { AttemptRecord, IntentRecord, StageRecord, TokenBuckets, UsageRecord } from '../../kernel/usage-record.ts';
import type { IntentHead, SettleHead } from './usage-row.ts';

/*
 * JSON of records, written by hand: their members and order are fixed and nearly all of their texts are plain, so this
 * takes half the time of JSON.stringify. What most records do not have (nulls, zeros, empty lists) is left out, which is half
 * of their bytes; `readRecord` puts it back. A test holds both to each other.
 */

export function intentHeadJson([requestId, attempt]: IntentHead): string {
  return `[${unique(requestId)},${attempt}]`;
}

export function settleHeadJson(of: SettleHead): string {
  const tags = of[15];
  return (
    `[${unique(of[0])},${of[1]},${quoted(of[2])},${quoted(of[3])},${quoted(of[4])},${quoted(of[5])},${quoted(of[6])},` +
    `${quoted(of[7])},${quoted(of[8])},${of[9]},${of[10]},${of[11]},${of[12]},${of[13]},${of[14]},` +
    `${tags.length === 0 ? '[]' : JSON.stringify(tags)},${of[16] ?? 0},${quoted(of[17] ?? '')}]`
  );
}

export function intentJson(of: IntentRecord): string {
  return (
    `{"request_id":${unique(of.request_id)},"attempt":${of.attempt},"timestamp":${of.timestamp},` +
    `"project_id":${text(of.project_id)},"key_id":${text(of.key_id)},"user_id":${text(of.user_id)},` +
    `"agent_type":${text(of.agent_type)},"wire":${text(of.wire)},"operation":${text(of.operation)},` +
    `"provider":${text(of.provider)},"model":${text(of.model)},"model_requested":${text(of.model_requested)},` +
    `"stream":${of.stream},"estimated_input":${of.estimated_input},"estimated_output":${of.estimated_output},` +
    `"estimated_cost_nano_usd":${of.estimated_cost_nano_usd}` +
    `${unlessNull('run_id', of.run_id ?? null)}${unlessNull('step', of.step ?? null)}}`
  );
}

export function recordJson(of: UsageRecord): string {
  return (
    `{"request_id":${unique(of.request_id)},"timestamp":${of.timestamp},"project_id":${quoted(of.project_id)},` +
    `"key_id":${quoted(of.key_id)}${unlessNull('user_id', of.user_id)}${unlessNull('agent_type', of.agent_type)}` +
    `${unlessNull('session_id', of.session_id)}${isEmpty(of.tags) ? '' : `,"tags":${JSON.stringify(of.tags)}`}` +
    `${prompting(of)},"wire":${quoted(of.wire)},"operation":${quoted(of.operation)}` +
    `${unlessNull('provider', of.provider)}${unlessNull('model', of.model)}` +
    `${unlessNull('model_requested', of.model_requested)}${of.stream ? ',"stream":true' : ''},"status":${of.status},` +
    `"success":${of.success}${unlessNull('error_code', of.error_code)}${unlessNull('error', of.error)},` +
    `"cache":"${of.cache}"${unlessZero('saved_nano_usd', of.saved_nano_usd)}` +
    `${of.findings.length === 0 ? '' : `,"findings":[${of.findings.map(finding).join(',')}]`},` +
    `${of.stages.length === 0 ? '' : `"stages":[${of.stages.map(stage).join(',')}],`}` +
    `"attempts":${attempts(of.attempts)},"response_time_ms":${of.response_time_ms}` +
    `${of.time_to_first_token_ms === null ? '' : `,"time_to_first_token_ms":${of.time_to_first_token_ms}`},` +
    `"overhead_ms":${of.overhead_ms},"tokens":${tokens(of.tokens)},"tokens_used":${of.tokens_used},` +
    `"cost_usd":${of.cost_usd},"cost_nano_usd":${of.cost_nano_usd},"cost_state":"${of.cost_state}"}`
  );
}

/** What only calls of workflows, conversations and stored prompts have. */
function prompting(of: UsageRecord): string {
  return (
    unlessNull('run_id', of.run_id) +
    unlessNull('step', of.step) +
    unlessNull('conversation_id', of.conversation_id) +
    unlessNull('prompt', of.prompt) +
    (of.prompt_version === null ? '' : `,"prompt_version":${of.prompt_version}`)
  );
}

function stage(of: StageRecord): string {
  return `{"stage":${quoted(of.stage)},"started_ms":${of.started_ms},"duration_ms":${of.duration_ms}}`;
}

function finding(of: Finding): string {
  return (
    `{"guardrail":${quoted(of.guardrail)},"type":${quoted(of.type)},"start":${of.start},"end":${of.end},` +
    `"score":${of.score},"origin":"${of.origin}","action":"${of.action}"}`
  );
}

function attempts(of: readonly AttemptRecord[]): string {
  const only = of[0];
  return of.length === 1 && only !== undefined ? `[${attempt(only)}]` : `[${of.map(attempt).join(',')}]`;
}

function attempt(of: AttemptRecord): string {
  return (
    `{"attempt":${of.attempt},"provider":${quoted(of.provider)},"model":${quoted(of.model)},` +
    `"credential":${quoted(of.credential)},"reason":"${of.reason}","status":${of.status}` +
    `${unlessNull('error_code', of.error_code)},"started_at":${of.started_at},"duration_ms":${of.duration_ms},` +
    `"tokens":${tokens(of.tokens)},"cost_nano_usd":${of.cost_nano_usd},"cost_state":"${of.cost_state}"` +
    `${of.partial ? ',"partial":true' : ''}}`
  );
}

function tokens(of: TokenBuckets): string {
  return (
    `{"input":${of.input}${unlessZero('cache_read', of.cache_read)}${unlessZero('cache_write_5m', of.cache_write_5m)}` +
    `${unlessZero('cache_write_1h', of.cache_write_1h)}${unlessZero('output', of.output)}` +
    `${unlessZero('reasoning', of.reasoning)}${unlessZero('audio_input', of.audio_input)}` +
    `${unlessZero('audio_output', of.audio_output)}${unlessZero('images', of.images)}}`
  );
}

function unlessNull(name: string, value: string | null): string {
  return value === null ? '' : `,"${name}":${quoted(value)}`;
}

function unlessZero(name: string, value: number): string {
  return value === 0 ? '' : `,"${name}":${value}`;
}

function text(value: string | null): string {
  return value === null ? 'null' : quoted(value);
}

/** Printable ASCII without the two characters that JSON escapes. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** A text that no other call has: not worth remembering. */
function unique(value: string): string {
  return PLAIN.test(value) ? `"${value}"` : JSON.stringify(value);
}

function isEmpty(object: object): boolean {
  for (const _ in object) return false;
  return true;
}
