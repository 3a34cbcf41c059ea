import type { EmbeddingRequest } from '../kernel/embedding.ts';
import { invalidRequest } from '../kernel/errors.ts';
import { asArray, asNumber, type Json } from '../kernel/json.ts';
import { unexpectedReply } from './upstream-failure.ts';

/** Weir itself writes vectors in the form the client asked for. */
const OURS = ['encoding_format'];

/** The inputs for wires that take texts only, and the names of the client's fields they have no place for. */
export function inputTexts(
  request: EmbeddingRequest,
  keeps: readonly string[] = [],
): { texts: string[]; dropped: readonly string[] } {
  const texts = request.inputs.map((input, index) => {
    if (typeof input === 'string') return input;
    throw invalidRequest(`input[${index}]`, 'token ids are understood by OpenAI models only; send the text');
  });
  const { extensions } = request;
  const dropped = Object.keys(extensions).filter(
    (name) =>
      !keeps.includes(name) && !OURS.includes(name) && extensions[name] !== undefined && extensions[name] !== null,
  );
  if (request.user !== undefined && !keeps.includes('user')) dropped.push('user');
  return { texts, dropped };
}

export function vectorOf(values: Json | undefined): readonly number[] {
  const numbers = asArray(values);
  if (numbers === undefined || !numbers.every((number) => asNumber(number) !== undefined)) {
    throw unexpectedReply('an embedding is not a list of numbers');
  }
  return numbers as number[];
}
