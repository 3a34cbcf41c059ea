import { readFile } from 'node:fs/promises';
import { CommandFailure } from '../../../cli/usage-error.ts';

/** The JSON of a policy file, whatever it holds; what is no JSON ends the command. */
export async function readPolicyFile(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (thrown) {
    throw new CommandFailure(`${file} cannot be read: ${(thrown as Error).message}`);
  }
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw new CommandFailure(`${file} is no JSON: ${(thrown as Error).message}`);
  }
}
