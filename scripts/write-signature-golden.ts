import { writeFileSync } from 'node:fs';
import { formatSignature, SIGNATURE_VERSION, signatureOf } from '../sampler/src/signature.ts';
import { goldenLines } from '../sampler/src/testing/golden-lines.ts';

/** `node scripts/write-signature-golden.ts OUT`: lines and their signatures as NDJSON, what every other implementation is held to. */
const [out] = process.argv.slice(2);
if (out === undefined) throw new Error('Name the file to write.');
const rows = goldenLines(10_000).map((line) => JSON.stringify({ line, signature: formatSignature(signatureOf(line)) }));
writeFileSync(
  out,
  `${JSON.stringify({ signature_version: SIGNATURE_VERSION, lines: rows.length })}\n${rows.join('\n')}\n`,
);
