import type { WorkflowObject } from '@weir/contract';
import { useMay } from '../../api/session.ts';
import { useAct } from '../../api/use-act.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { CopyCode } from '../../parts/copy-code.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Section } from '../../parts/section.tsx';
import { When } from '../../parts/when.tsx';
import { WORKFLOWS } from './reads.ts';

type Trigger = WorkflowObject['triggers'][number];

/** What starts a workflow by itself. */
export function Triggers({ of: workflow }: { readonly of: WorkflowObject }) {
  const mayDevelop = useMay('develop');
  const rotate = useAct<Trigger, { name: string; secret: string }>(
    ({ name }) => `POST ${WORKFLOWS}/${workflow.id}/hooks/${encodeURIComponent(name)}/rotate`,
  );
  if (workflow.triggers.length === 0) return null;
  const columns: readonly Column<Trigger>[] = [
    { name: 'Trigger', value: ({ name }) => name },
    {
      name: 'When',
      value: ({ cron, time_zone, path }) => (cron === undefined ? `POST ${path}` : `${cron} ${time_zone ?? 'UTC'}`),
    },
    { name: 'Next', value: ({ next_at }) => (next_at == null ? '–' : <When at={next_at} />), onPhone: false },
    {
      name: 'Secret',
      align: 'right',
      value: (trigger) =>
        trigger.type === 'webhook' && mayDevelop ? (
          <ConfirmButton
            label="New secret"
            question={`A new secret for ${trigger.name}?`}
            consequence="The one before is worth nothing from then on; whoever sends must have the new one."
            onConfirm={() => rotate.run(trigger)}
          />
        ) : null,
    },
  ];
  return (
    <Section title="Starts by itself">
      <Problem of={rotate.problem} />
      {rotate.reply === undefined ? null : (
        <CopyCode label={`secret of ${rotate.reply.name}`} code={rotate.reply.secret} />
      )}
      <DataTable label="Triggers" columns={columns} rows={workflow.triggers} rowKey={({ name }) => name} />
    </Section>
  );
}

/** Secrets of webhooks that a reply shows, which is the only time. */
export function WebhookSecrets({ of }: { readonly of: readonly Trigger[] }) {
  return of.flatMap(({ name, secret }) =>
    secret === undefined ? [] : [<CopyCode key={name} label={`secret of ${name}`} code={secret} />],
  );
}
