import { invalidRequest } from '../../kernel/errors.ts';
import { asArray, asNumber, asObject, asString, type Json, type JsonObject, parseJson } from '../../kernel/json.ts';
import { parseInstant } from '../../kernel/parse-instant.ts';
import type { ExportRow } from './export-row.ts';
import { parseCsv } from './parse-csv.ts';

const MAX_ROWS = 100_000;

/**
 * A provider's usage export: rows of ours as JSON or CSV, or pages of OpenAI's and Anthropic's usage and cost reports as
 * they come. `provider` names whose it is where the export itself does not.
 */
export function parseExport(text: string, provider: string | undefined): ExportRow[] {
  const start = text.trimStart()[0];
  const rows = start === '[' || start === '{' ? fromJson(parseJson(text), provider) : fromCsv(text, provider);
  if (rows.length === 0) throw invalidRequest('body', 'holds no usage rows.');
  if (rows.length > MAX_ROWS) throw invalidRequest('body', `holds more than ${MAX_ROWS} rows.`);
  return rows;
}

function fromJson(json: Json | undefined, provider: string | undefined): ExportRow[] {
  if (json === undefined) throw invalidRequest('body', 'is not complete JSON.');
  const outer = asObject(json);
  const items = asArray(json) ?? asArray(outer?.data) ?? asArray(outer?.rows);
  if (items === undefined)
    throw invalidRequest('body', 'must be an array of rows, or an object with "data" or "rows".');
  return items.flatMap((item, index) => {
    const object = asObject(item);
    if (object === undefined) throw invalidRequest(`body[${index}]`, 'must be an object.');
    const results = asArray(object.results);
    if (results === undefined) return [plainRow(object, { provider, at: `body[${index}]` })];
    return results.flatMap((result) => reportRow(asObject(result) ?? {}, object, provider));
  });
}

function fromCsv(text: string, provider: string | undefined): ExportRow[] {
  const [header, ...lines] = parseCsv(text);
  if (header === undefined) throw invalidRequest('body', 'is empty; a usage export is expected.');
  const names = header.map((name) => name.trim().toLowerCase());
  if (!names.includes('model')) throw invalidRequest('body', 'is neither JSON nor CSV with a column "model".');
  return lines.map((cells, index) => {
    const row = Object.fromEntries(names.map((name, column) => [name, cells[column]?.trim()]));
    return plainRow(row, { provider, at: `line ${index + 2}` });
  });
}

function plainRow(row: JsonObject, of: { provider: string | undefined; at: string }): ExportRow {
  const provider = asString(row.provider) || of.provider;
  const model = asString(row.model);
  if (!provider) throw invalidRequest(`${of.at}.provider`, 'is missing; set it, or ?provider= for all rows.');
  if (!model) throw invalidRequest(`${of.at}.model`, 'is missing.');
  return {
    provider,
    model,
    inputTokens: count(row.input_tokens, `${of.at}.input_tokens`) ?? 0,
    outputTokens: count(row.output_tokens, `${of.at}.output_tokens`) ?? 0,
    costUsd: count(row.cost_usd, `${of.at}.cost_usd`),
    fromMs: instant(row.from, `${of.at}.from`),
    toMs: instant(row.to, `${of.at}.to`),
  };
}

/** One result of a bucket of OpenAI's usage or costs API, or of Anthropic's usage or cost report. */
function reportRow(result: JsonObject, bucket: JsonObject, provider: string | undefined): ExportRow[] {
  const isAnthropic = bucket.starting_at !== undefined;
  const money = isAnthropic ? anthropicCost(result) : openAiCost(result);
  const model = asString(result.model) ?? asString(result.line_item)?.split(',')[0]?.trim();
  if (!model) return [];
  return [
    {
      provider: provider ?? (isAnthropic ? 'anthropic' : 'openai'),
      model,
      inputTokens: isAnthropic ? anthropicInput(result) : (asNumber(result.input_tokens) ?? 0),
      outputTokens: asNumber(result.output_tokens) ?? 0,
      costUsd: money,
      fromMs: parseInstant(bucket.starting_at ?? bucket.start_time),
      toMs: parseInstant(bucket.ending_at ?? bucket.end_time),
    },
  ];
}

function openAiCost(result: JsonObject): number | undefined {
  return decimal(asObject(result.amount)?.value);
}

/** A decimal string of cents. */
function anthropicCost(result: JsonObject): number | undefined {
  const cents = decimal(result.amount);
  return cents === undefined ? undefined : cents / 100;
}

/** Anthropic counts cached tokens beside the others, Weir's reports count them in. */
function anthropicInput(result: JsonObject): number {
  const written = asObject(result.cache_creation) ?? {};
  const counts = [
    result.uncached_input_tokens,
    result.cache_read_input_tokens,
    written.ephemeral_5m_input_tokens,
    written.ephemeral_1h_input_tokens,
  ];
  return counts.reduce<number>((sum, value) => sum + (asNumber(value) ?? 0), 0);
}

function count(value: Json | undefined, param: string): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const number = decimal(value);
  if (number === undefined || number < 0) throw invalidRequest(param, 'must be a number of zero or more.');
  return number;
}

function decimal(value: Json | undefined): number | undefined {
  if (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  return asNumber(value);
}

function instant(value: Json | undefined, param: string): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const parsed = parseInstant(value);
  if (parsed === undefined) throw invalidRequest(param, 'must be ISO 8601 or an epoch time.');
  return parsed;
}
