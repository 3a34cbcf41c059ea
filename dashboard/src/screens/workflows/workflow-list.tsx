import { Button } from '@mantine/core';
import type { ToolServerObject, WorkflowSummary } from '@weir/contract';
import { useMay } from '../../api/session.ts';
import { useRead } from '../../api/use-read.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Figure, Figures } from '../../parts/figure.tsx';
import { formatCount } from '../../parts/format-count.ts';
import { formatUsd } from '../../parts/format-usd.ts';
import { Health } from '../../parts/health.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { goTo } from '../../parts/location.ts';
import { Page } from '../../parts/page.tsx';
import { Section } from '../../parts/section.tsx';
import { When } from '../../parts/when.tsx';
import { useRuns, useWorkflows } from './reads.ts';
import { stateOfRun } from './state-of-run.ts';
import { ToolServers } from './tool-servers.tsx';

export function WorkflowList() {
  const workflows = useWorkflows();
  const mayDevelop = useMay('develop');
  return (
    <Page
      title="Workflows"
      lead="Steps that call models and tools, one after the other, surviving restarts."
      action={mayDevelop ? <Button onClick={() => goTo('/workflows/new')}>New workflow</Button> : null}
    >
      <Loaded of={workflows}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty title="There is no workflow yet.">
              <p>Write one in JSON or YAML. What a run of it may cost at most is told before it is stored.</p>
            </Empty>
          ) : (
            <>
              <Figures>
                <Figure label="Workflows" value={formatCount(data.length)} note={publishedNote(data)} />
              </Figures>
              <DataTable
                label="Workflows"
                columns={COLUMNS}
                rows={data}
                rowKey={({ id }) => id}
                href={({ id }) => `/workflows/${id}`}
              />
            </>
          )
        }
      </Loaded>
      <Tools />
    </Page>
  );
}

function publishedNote(workflows: readonly WorkflowSummary[]): string {
  return `${formatCount(workflows.filter(({ published }) => published).length)} offered as tools`;
}

const COLUMNS: readonly Column<WorkflowSummary>[] = [
  { name: 'Name', value: ({ name }) => name },
  { name: 'What it does', value: ({ description }) => description, onPhone: false },
  { name: 'Version', align: 'right', value: ({ version }) => version, onPhone: false },
  { name: 'Last run', value: ({ id }) => <LastRun of={id} /> },
  { name: 'Changed', align: 'right', value: ({ updated_at }) => <When at={updated_at} />, onPhone: false },
];

function LastRun({ of }: { readonly of: string }) {
  const [run] = useRuns(of).data?.data ?? [];
  if (run === undefined) return <Health level="quiet">never run</Health>;
  const { level, word } = stateOfRun(run.status);
  return (
    <Health level={level}>
      {word} · {formatUsd(run.cost_usd)}
    </Health>
  );
}

function Tools() {
  const servers = useRead<{ data: readonly ToolServerObject[] }>('/api/v1/mcp/servers?limit=1000');
  return (
    <Section title="Tool servers" lead="What steps may use beside models; named in the configuration file.">
      <Loaded of={servers}>{({ data }) => <ToolServers servers={data} />}</Loaded>
    </Section>
  );
}
