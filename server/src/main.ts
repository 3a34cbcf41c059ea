import { runCli } from './cli/run-cli.ts';
import { commands } from './compose/commands.ts';

process.exitCode = await runCli(commands, {
  args: process.argv.slice(2),
  environment: process.env,
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
  isInteractive: process.stderr.isTTY === true,
});
