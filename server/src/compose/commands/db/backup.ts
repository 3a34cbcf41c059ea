import { chmodSync, existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { action } from '../../../cli/action.ts';
import { JSON_OPTION } from '../../../cli/connection.ts';
import { UsageError } from '../../../cli/usage-error.ts';
import { DATA_DIR } from '../config-options.ts';
import { databaseOf } from './database-file.ts';

export const backup = action({
  summary: 'Write a copy of the database to a file, also while the server runs',
  operands: 'FILE',
  options: { ...DATA_DIR, json: JSON_OPTION },
  notes: [
    'For the embedded database. PostgreSQL is backed up with its own tools (pg_dump, or base backups with archived logs).',
    'The copy is one consistent moment. It holds neither the master key (master.key, or WEIR_MASTER_KEY), which the stored credentials need, nor calls of the last moments that only the spool of a running server has.',
  ],
  async run({ context, options, operands }) {
    const [target] = operands;
    if (target === undefined || operands.length > 1)
      throw new UsageError('Name one file: weir db backup weir-backup.db.');
    if (existsSync(target))
      throw new UsageError(`${target} exists already. Choose another name; nothing is overwritten.`);
    const { file } = databaseOf(options['data-dir']);
    context.status(`copying ${file} (${statSync(file).size.toLocaleString('en-US')} bytes)`);
    copyDatabase(file, target);
    context.status('');
    const { size } = statSync(target);
    if (options.json) context.out(JSON.stringify({ file: target, bytes: size }, null, 2));
    else context.out(`Wrote ${target} (${size.toLocaleString('en-US')} bytes).`);
    return 0;
  },
});

/** Appears whole or not at all, and only its owner can read it. */
function copyDatabase(from: string, to: string): void {
  const draft = `${to}.part`;
  rmSync(draft, { force: true });
  const database = new DatabaseSync(from, { readOnly: true, timeout: 5000 });
  try {
    database.prepare('VACUUM INTO ?').run(draft);
    chmodSync(draft, 0o600);
    renameSync(draft, to);
  } finally {
    database.close();
    rmSync(draft, { force: true });
  }
}
