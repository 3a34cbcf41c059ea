import { useRead } from '../../api/use-read.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Figure, Figures } from '../../parts/figure.tsx';
import { formatCount } from '../../parts/format-count.ts';
import { formatDuration } from '../../parts/format-duration.ts';
import { formatMoney } from '../../parts/format-money.ts';
import { Health } from '../../parts/health.tsx';
import { Link } from '../../parts/link.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Money } from '../../parts/money.tsx';
import { Page } from '../../parts/page.tsx';
import { useProjectName } from '../../parts/project-names.ts';
import { Section } from '../../parts/section.tsx';
import { When } from '../../parts/when.tsx';
import type { UsageRecord } from './call-row.ts';
import classes from './requests.module.css';
import { Said } from './said.tsx';
import { Waterfall } from './waterfall.tsx';

/** One call: how it went, where its time went, what each attempt cost. */
export function RequestDetail({ id }: { readonly id: string }) {
  const read = useRead<{ readonly data: readonly UsageRecord[] }>(
    `/api/v1/usage/records?request_id=${encodeURIComponent(id)}`,
  );
  return (
    <Page
      title="Request"
      lead={<span className={classes.code}>{id}</span>}
      action={<Link href="/requests">All requests</Link>}
    >
      <Loaded of={read}>
        {({ data: [call] }) =>
          call === undefined ? (
            <Empty title="There is no such call.">
              <p>It may still be running, be older than what is kept, or belong to another project.</p>
            </Empty>
          ) : (
            <Call call={call} />
          )
        }
      </Loaded>
    </Page>
  );
}

function Call({ call }: { readonly call: UsageRecord }) {
  const projectName = useProjectName();
  return (
    <>
      <Figures>
        <Figure label="Result" value={<Result call={call} />} note={`HTTP ${call.status}`} />
        <Figure label="Cost" value={formatMoney(call.cost_nano_usd)} note={costNote(call)} />
        <Figure
          label="Took"
          value={formatDuration(call.response_time_ms)}
          note={`${formatDuration(call.overhead_ms)} inside Weir`}
        />
        <Figure label="Tokens" value={formatCount(call.tokens_used)} note={<When at={call.timestamp} />} />
      </Figures>
      <Section title="Where the time went" framed>
        <Waterfall call={call} />
      </Section>
      {call.attempts.length === 0 ? null : (
        <Section title="Attempts" lead="Each at the price of its target.">
          <DataTable
            label="Attempts"
            columns={ATTEMPTS}
            rows={call.attempts}
            rowKey={(attempt) => String(attempt.attempt)}
          />
        </Section>
      )}
      {call.findings.length === 0 ? null : (
        <Section title="What guardrails found">
          <DataTable
            label="Findings"
            columns={FINDINGS}
            rows={call.findings}
            rowKey={(finding) => `${finding.guardrail} ${finding.type} ${finding.origin} ${finding.start}`}
          />
        </Section>
      )}
      <div className={classes.two}>
        <Section title="Whose call it was">
          <Facts
            of={[
              [
                'Key',
                <Link key="key" href={`/requests?key_id=${call.key_id}`}>
                  {call.key_id}
                </Link>,
              ],
              ['Project', projectName(call.project_id)],
              ['User', call.user_id],
              ['Agent', call.agent_type],
              ['Session', call.session_id],
              ['Conversation', call.conversation_id],
              ['Prompt', call.prompt === null ? null : `${call.prompt}, version ${call.prompt_version}`],
              ['Run', call.run_id === null ? null : `${call.run_id}, step ${call.step}`],
              [
                'Tags',
                Object.entries(call.tags)
                  .map(([name, value]) => `${name}=${value}`)
                  .join(', '),
              ],
            ]}
          />
        </Section>
        <Section title="What was asked for">
          <Facts
            of={[
              ['Model', call.model_requested],
              ['Wire', `${call.wire}, ${call.operation}${call.stream ? ', streamed' : ''}`],
              ['Cache', call.cache],
              ['Input tokens', formatCount(call.tokens.input)],
              ['Read from cache', none(call.tokens.cache_read)],
              ['Output tokens', formatCount(call.tokens.output)],
              ['Reasoning tokens', none(call.tokens.reasoning)],
              [
                'First token',
                call.time_to_first_token_ms === null ? null : formatDuration(call.time_to_first_token_ms),
              ],
              ['Error', call.error_code],
            ]}
          />
        </Section>
      </div>
      <Said id={call.request_id} />
    </>
  );
}

const ATTEMPTS: readonly Column<UsageRecord['attempts'][number]>[] = [
  { name: 'Target', value: ({ provider, model }) => `${provider}/${model}` },
  { name: 'Why', value: ({ reason }) => reason, onPhone: false },
  {
    name: 'Outcome',
    value: ({ status, error_code }) =>
      error_code === null ? <Health level="good">{status}</Health> : <Health level="bad">{error_code}</Health>,
  },
  { name: 'Tokens', value: ({ tokens }) => formatCount(tokens.input + tokens.output), align: 'right', onPhone: false },
  { name: 'Took', value: ({ duration_ms }) => formatDuration(duration_ms), align: 'right', onPhone: false },
  { name: 'Cost', value: ({ cost_nano_usd }) => <Money nano={cost_nano_usd} places={6} />, align: 'right' },
];

const FINDINGS: readonly Column<UsageRecord['findings'][number]>[] = [
  { name: 'Guardrail', value: ({ guardrail }) => guardrail },
  { name: 'What', value: ({ type }) => type.replaceAll('_', ' ') },
  { name: 'Where', value: ({ origin }) => origin, onPhone: false },
  { name: 'Score', value: ({ score }) => score.toFixed(2), align: 'right' },
  { name: 'Then', value: ({ action }) => action, align: 'right' },
];

function Result({ call }: { readonly call: UsageRecord }) {
  if (!call.success) return <Health level="bad">{call.error_code ?? 'failed'}</Health>;
  return (
    <Health level="good">{call.cache === 'hit' || call.cache === 'semantic' ? 'from the cache' : 'answered'}</Health>
  );
}

function costNote(call: UsageRecord): string | undefined {
  if (call.saved_nano_usd > 0) return `the cache saved ${formatMoney(call.saved_nano_usd)}`;
  return call.cost_state === 'exact' ? undefined : call.cost_state;
}

function none(count: number): string | undefined {
  return count === 0 ? undefined : formatCount(count);
}
