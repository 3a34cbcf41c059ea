import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { CommandContext } from '../../../cli/command.ts';
import { CommandFailure } from '../../../cli/usage-error.ts';
import { readDocument } from '../../../features/workflows/definition/read-document.ts';
import type { JsonObject } from '../../../kernel/json.ts';
import { isObject } from '../../../kernel/json.ts';

/** A JSON or YAML file as an object; `-` reads standard input. What is neither ends the command with its place. */
export async function readDocumentFile(file: string, context: Pick<CommandContext, 'readInput'>): Promise<JsonObject> {
  const read = readDocument(await textOf(file, context));
  if ('problems' in read)
    throw new CommandFailure(`${file}: ${read.problems.map(({ message }) => message).join('\n')}`);
  if (!isObject(read.json)) throw new CommandFailure(`${file}: an object is expected.`);
  return read.json;
}

/** Does an operand of a command mean a file, not a name? */
export function isFile(operand: string): boolean {
  return operand === '-' || /\.(json|ya?ml)$/i.test(basename(operand));
}

async function textOf(file: string, context: Pick<CommandContext, 'readInput'>): Promise<string> {
  if (file === '-') return context.readInput();
  try {
    return await readFile(file, 'utf8');
  } catch (thrown) {
    throw new CommandFailure(`${file} cannot be read: ${(thrown as Error).message}`);
  }
}
