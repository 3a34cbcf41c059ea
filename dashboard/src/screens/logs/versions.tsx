import { Button } from '@mantine/core';
import type { DryRunObject } from '@weir/contract';
import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import { useAct } from '../../api/use-act.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { formatShare } from '../../parts/format-share.ts';
import { Health } from '../../parts/health.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Section } from '../../parts/section.tsx';
import { When } from '../../parts/when.tsx';
import { DryRun } from './dry-run.tsx';
import { POLICIES, type PolicyVersion, SERVICES, useHistory } from './reads.ts';

interface Activated {
  readonly policy_version: number | null;
  readonly dry_run: DryRunObject | null;
}

/** Every version of a service's policy: tried on the last lines, put in force, taken back. */
export function Versions({ service }: { readonly service: string }) {
  const history = useHistory(service);
  const mayOperate = useMay('operate');
  const path = `${POLICIES}/${encodeURIComponent(service)}`;
  const refresh = [SERVICES, POLICIES];
  const [tried, setTried] = useState<number>();
  const dryRun = useAct<number, Activated>((version) => [`POST ${path}/activate`, { version, dry_run: true }]);
  const activate = useAct<number, Activated>((version) => [`POST ${path}/activate`, { version }], {
    refresh,
    done: 'It is in force',
  });
  const rollback = useAct<undefined>(() => [`POST ${path}/rollback`, {}], {
    refresh,
    done: 'The version before is in force again',
  });
  const tryOut = async (version: number) => {
    setTried(version);
    await dryRun.run(version);
  };
  const tryColumn: Column<PolicyVersion> = {
    name: 'Try',
    align: 'right',
    value: ({ version }) => (
      <Button
        size="xs"
        variant="default"
        loading={dryRun.isRunning && tried === version}
        onClick={() => void tryOut(version)}
      >
        Dry run
      </Button>
    ),
  };
  const columns: readonly Column<PolicyVersion>[] = [
    { name: 'Version', value: ({ version }) => version },
    {
      name: 'State',
      value: ({ is_active, problems }) =>
        is_active ? (
          <Health level="good">in force</Health>
        ) : (
          <Health level={problems.length === 0 ? 'quiet' : 'bad'}>{problems[0] ?? 'stored'}</Health>
        ),
    },
    {
      name: 'Keeps',
      align: 'right',
      value: ({ window }) => (window.bytes === 0 ? '–' : formatShare(window.kept_bytes / window.bytes)),
    },
    {
      name: 'Target',
      value: ({ target }) => (target === null ? 'none' : target.reachable ? 'reached' : 'out of reach'),
      onPhone: false,
    },
    { name: 'Made by', value: ({ generated_by }) => (generated_by === 'llm' ? 'a model' : 'rules'), onPhone: false },
    { name: 'Made', value: ({ created_at }) => <When at={created_at} />, onPhone: false },
    ...(mayOperate ? [tryColumn] : []),
  ];
  return (
    <Section
      title="Versions"
      action={
        mayOperate && (history.data?.data.length ?? 0) > 1 ? (
          <ConfirmButton
            label="Roll back"
            question="Back to the version before?"
            consequence="Samplers follow it within seconds."
            onConfirm={() => rollback.run(undefined)}
          />
        ) : null
      }
    >
      <Problem of={activate.problem ?? rollback.problem ?? dryRun.problem} />
      <Loaded of={history}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty title="There is no policy yet.">
              <p>Make one: it is tried on real lines first, and you see what would be lost by name.</p>
            </Empty>
          ) : (
            <DataTable label="Versions" columns={columns} rows={data} rowKey={({ policy_id }) => String(policy_id)} />
          )
        }
      </Loaded>
      {dryRun.reply === undefined || tried === undefined ? null : (
        <DryRun
          of={dryRun.reply.dry_run}
          version={tried}
          isRunning={activate.isRunning}
          onActivate={async () => {
            if ((await activate.run(tried)) !== undefined) dryRun.forget();
          }}
        />
      )}
    </Section>
  );
}
