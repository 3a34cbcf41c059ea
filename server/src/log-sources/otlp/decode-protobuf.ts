import type { JsonObject } from '../../kernel/json.ts';
import { eachField, MalformedProto, type ProtoValue } from './proto-fields.ts';

/** How deep values may be inside each other. */
const MOST_DEPTH = 64;

/**
 * An ExportLogsServiceRequest in the form that it has as JSON, as far as lines need it; field numbers are those of
 * opentelemetry/proto/logs/v1/logs.proto. Throws `MalformedProto`.
 */
export function decodeLogsRequest(message: Buffer): JsonObject {
  const resourceLogs: JsonObject[] = [];
  eachField(message, (field, value) => {
    if (field === 1) resourceLogs.push(resourceLogsOf(bytesOf(value)));
  });
  return { resourceLogs };
}

function resourceLogsOf(message: Buffer): JsonObject {
  const resource: JsonObject = {};
  const scopeLogs: JsonObject[] = [];
  eachField(message, (field, value) => {
    if (field === 1) resource.attributes = keyValuesAt(bytesOf(value), 1, 0);
    else if (field === 2) scopeLogs.push(scopeLogsOf(bytesOf(value)));
  });
  return { resource, scopeLogs };
}

function scopeLogsOf(message: Buffer): JsonObject {
  const logRecords: JsonObject[] = [];
  eachField(message, (field, value) => {
    if (field === 2) logRecords.push(logRecordOf(bytesOf(value)));
  });
  return { logRecords };
}

function logRecordOf(message: Buffer): JsonObject {
  const attributes: JsonObject[] = [];
  const record: JsonObject = { attributes };
  eachField(message, (field, value) => {
    if (field === 1) record.timeUnixNano = String(numberOf(value));
    else if (field === 2) record.severityNumber = Number(value);
    else if (field === 3) record.severityText = textOf(value);
    else if (field === 5) record.body = anyValueOf(bytesOf(value), 0);
    else if (field === 6) attributes.push(keyValueOf(bytesOf(value), 0));
    else if (field === 9) record.traceId = bytesOf(value).toString('hex');
    else if (field === 11) record.observedTimeUnixNano = String(numberOf(value));
    else if (field === 12) record.eventName = textOf(value);
  });
  return record;
}

function keyValuesAt(message: Buffer, field: number, depth: number): JsonObject[] {
  const members: JsonObject[] = [];
  eachField(message, (found, value) => {
    if (found === field) members.push(keyValueOf(bytesOf(value), depth));
  });
  return members;
}

function keyValueOf(message: Buffer, depth: number): JsonObject {
  const member: JsonObject = {};
  eachField(message, (field, value) => {
    if (field === 1) member.key = textOf(value);
    else if (field === 2) member.value = anyValueOf(bytesOf(value), depth);
  });
  return member;
}

function anyValueOf(message: Buffer, depth: number): JsonObject {
  if (depth > MOST_DEPTH) throw new MalformedProto();
  const any: JsonObject = {};
  eachField(message, (field, value) => {
    if (field === 1) any.stringValue = textOf(value);
    else if (field === 2) any.boolValue = Number(value) !== 0;
    else if (field === 3) any.intValue = BigInt.asIntN(64, BigInt(numberOf(value))).toString();
    else if (field === 4) any.doubleValue = doubleOf(value);
    else if (field === 5) any.arrayValue = { values: anyValuesOf(bytesOf(value), depth + 1) };
    else if (field === 6) any.kvlistValue = { values: keyValuesAt(bytesOf(value), 1, depth + 1) };
    else if (field === 7) any.bytesValue = bytesOf(value).toString('base64');
  });
  return any;
}

function anyValuesOf(message: Buffer, depth: number): JsonObject[] {
  const values: JsonObject[] = [];
  eachField(message, (field, value) => {
    if (field === 1) values.push(anyValueOf(bytesOf(value), depth));
  });
  return values;
}

function bytesOf(value: ProtoValue): Buffer {
  if (value instanceof Buffer) return value;
  throw new MalformedProto();
}

function numberOf(value: ProtoValue): number | bigint {
  if (typeof value === 'object') throw new MalformedProto();
  return value;
}

function textOf(value: ProtoValue): string {
  return bytesOf(value).toString('utf8');
}

function doubleOf(value: ProtoValue): number {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(numberOf(value)));
  return bytes.readDoubleLE();
}
