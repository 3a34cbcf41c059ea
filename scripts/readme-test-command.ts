import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

// CI runs what the README tells a newcomer to run; when the two drift apart, CI stops here.
const path = resolve(process.argv[2] ?? `${import.meta.dirname}/../README.md`);
const command = findTestCommand(readFileSync(path, 'utf8'));
if (command === undefined) {
  console.error(`${path} has no fenced block with a line that runs "npm test".`);
  process.exitCode = 1;
} else {
  console.log(command);
}

function findTestCommand(text: string): string | undefined {
  let isFenced = false;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*(```|~~~)/.test(line)) isFenced = !isFenced;
    else if (isFenced && /\bnpm (run )?test\b/.test(line)) return line.trim().replace(/^\$ /, '');
  }
  return undefined;
}
