import type { Kysely } from 'kysely';
import type { KeptPrompt, LabelMoveRow, PromptRow, PromptStore } from '../../ports/prompt-store.ts';
import type { Schema } from '../schema.ts';

/** Runs writes that belong together in one transaction, and tells who must know that this prompt changed. */
export type WritePrompt = <T>(
  of: { readonly project_id: string; readonly name: string },
  write: (transaction: Kysely<Schema>) => Promise<T>,
) => Promise<T>;

export function promptsRepository(db: Kysely<Schema>, write: WritePrompt = inTransaction(db)): PromptStore {
  return {
    async get(projectId, name) {
      const [prompt, labels] = await Promise.all([
        db
          .selectFrom('prompts')
          .selectAll()
          .where('project_id', '=', projectId)
          .where('name', '=', name)
          .executeTakeFirst(),
        labelsOf(db, projectId, [name]),
      ]);
      return prompt === undefined ? undefined : { prompt, labels };
    },
    async list({ projectId, limit, after }) {
      const prompts = await db
        .selectFrom('prompts')
        .selectAll()
        .where('project_id', '=', projectId)
        .where('archived_at', 'is', null)
        .$if(after !== undefined, (query) => query.where('name', '>', after ?? ''))
        .orderBy('name')
        .limit(limit)
        .execute();
      return withLabels(db, prompts);
    },
    version: (projectId, name, version) =>
      db
        .selectFrom('prompt_versions')
        .selectAll()
        .where('project_id', '=', projectId)
        .where('name', '=', name)
        .where('version', '=', version)
        .executeTakeFirst(),
    versions: ({ projectId, name, limit, before }) =>
      db
        .selectFrom('prompt_versions')
        .selectAll()
        .where('project_id', '=', projectId)
        .where('name', '=', name)
        .$if(before !== undefined, (query) => query.where('version', '<', before ?? 0))
        .orderBy('version', 'desc')
        .limit(limit)
        .execute(),
    append: ({ prompt, version, moves }) =>
      write(prompt, async (transaction) => {
        await transaction.insertInto('prompt_versions').values(version).execute();
        await transaction
          .insertInto('prompts')
          .values(prompt)
          .onConflict((conflict) =>
            conflict.columns(['project_id', 'name']).doUpdateSet({
              description: prompt.description,
              latest: prompt.latest,
              updated_at: prompt.updated_at,
              archived_at: null,
            }),
          )
          .execute();
        for (const move of moves) await moveLabel(transaction, move);
      }),
    move: (row) => write(row, (transaction) => moveLabel(transaction, row)),
    setRules: (row) =>
      write(row, async (transaction) => {
        await transaction
          .insertInto('prompt_labels')
          .values({ ...row, targets: '[]', moves: 0, moved_at: 0 })
          .onConflict((conflict) =>
            conflict.columns(['project_id', 'name', 'label']).doUpdateSet({ protected: row.protected, gate: row.gate }),
          )
          .execute();
      }),
    moves: ({ projectId, name, label, limit, before }) =>
      db
        .selectFrom('prompt_label_moves')
        .selectAll()
        .where('project_id', '=', projectId)
        .where('name', '=', name)
        .where('label', '=', label)
        .$if(before !== undefined, (query) => query.where('sequence', '<', before ?? 0))
        .orderBy('sequence', 'desc')
        .limit(limit)
        .execute(),
    archive: (projectId, name, atMs) =>
      write({ project_id: projectId, name }, async (transaction) => {
        const { numUpdatedRows } = await transaction
          .updateTable('prompts')
          .set({ archived_at: atMs })
          .where('project_id', '=', projectId)
          .where('name', '=', name)
          .executeTakeFirst();
        return numUpdatedRows > 0n;
      }),
    async projectsWith(name) {
      const rows = await db.selectFrom('prompts').select('project_id').where('name', '=', name).execute();
      return rows.map(({ project_id }) => project_id);
    },
  };
}

function inTransaction(db: Kysely<Schema>): WritePrompt {
  return (_, write) => db.transaction().execute(write);
}

/** The number of the move keeps two of them apart: it can be taken once. */
async function moveLabel(transaction: Kysely<Schema>, move: LabelMoveRow): Promise<void> {
  const { project_id, name, label, sequence, targets, created_at } = move;
  await transaction.insertInto('prompt_label_moves').values(move).execute();
  const moved = { targets, moves: sequence, moved_at: created_at };
  await transaction
    .insertInto('prompt_labels')
    .values({ project_id, name, label, protected: 0, gate: null, ...moved })
    .onConflict((conflict) => conflict.columns(['project_id', 'name', 'label']).doUpdateSet(moved))
    .execute();
}

function labelsOf(db: Kysely<Schema>, projectId: string, names: readonly string[]) {
  return db
    .selectFrom('prompt_labels')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('name', 'in', names)
    .orderBy('label')
    .execute();
}

/** Bound variables of one statement have a limit. */
const BATCH = 500;

async function withLabels(db: Kysely<Schema>, prompts: readonly PromptRow[]): Promise<KeptPrompt[]> {
  const all: KeptPrompt[] = [];
  for (let at = 0; at < prompts.length; at += BATCH) {
    const some = prompts.slice(at, at + BATCH);
    const labels = await labelsOf(
      db,
      some[0]?.project_id ?? '',
      some.map(({ name }) => name),
    );
    all.push(...some.map((prompt) => ({ prompt, labels: labels.filter(({ name }) => name === prompt.name) })));
  }
  return all;
}
