import type { Readable } from 'node:stream';
import { runCli } from './cli/run-cli.ts';
import { statusLine } from './cli/status-line.ts';
import { commands } from './compose/commands.ts';

process.exitCode = await runCli(commands, {
  args: process.argv.slice(2),
  environment: process.env,
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
  status: statusLine(process.stderr),
  readInput: () => readText(process.stdin),
  input: () => process.stdin,
  isInteractive: process.stderr.isTTY === true,
  hasColours: process.stdout.isTTY === true && (process.env.NO_COLOR ?? '') === '',
});

async function readText(input: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of input) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
