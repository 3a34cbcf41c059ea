import type { Readable, Writable } from 'node:stream';
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
  write: (bytes) => writeAll(process.stdout, bytes),
  isInteractive: process.stderr.isTTY === true,
  hasColours: process.stdout.isTTY === true && (process.env.NO_COLOR ?? '') === '',
});

async function readText(input: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of input) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** Resolves when the bytes were taken. When nobody reads any more, as behind `| head`, there is nothing left to do. */
function writeAll(output: Writable, bytes: Uint8Array): Promise<void> {
  // The callback tells; an event without a listener would end the process with a trace.
  if (output.listenerCount('error') === 0) output.on('error', () => undefined);
  return new Promise((resolve, reject) => {
    output.write(bytes, (error) => {
      if (error === null || error === undefined) resolve();
      else if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(0);
      else reject(error);
    });
  });
}
