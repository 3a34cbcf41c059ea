import { Button, Select } from '@mantine/core';
import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import { useAct } from '../../api/use-act.ts';
import { useRead } from '../../api/use-read.ts';
import { CopyCode } from '../../parts/copy-code.tsx';
import { curlOf } from '../../parts/curl-of.ts';
import { Empty } from '../../parts/empty.tsx';
import { Health } from '../../parts/health.tsx';
import { Link } from '../../parts/link.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Section } from '../../parts/section.tsx';
import classes from './first-run.module.css';
import { useSampleCalls } from './use-sample-calls.ts';

interface HealthReply {
  readonly components: {
    readonly llm_providers: Readonly<Record<string, { readonly status: string; readonly model: string | null }>>;
  };
}

/** What a server without a single call explains: where calls come from, and how to make the first. */
export function FirstRun({ hasCalls, onDone }: { readonly hasCalls: boolean; readonly onDone: () => void }) {
  const health = useRead<HealthReply>('/healthz', { everyMs: 5000 });
  return (
    <>
      <p className={classes.intro}>
        No call has come yet. Programs call Weir in place of a provider; here you then see what they cost, how well it
        goes and what was stopped.
      </p>
      <Loaded of={health}>
        {({ components }) => {
          const ready = Object.entries(components.llm_providers).filter(([, { status }]) => status !== 'disabled');
          return ready.length === 0 ? (
            <NoProvider />
          ) : (
            <FirstCall
              models={ready
                .map(([name, { model }]) => `${name}/${model ?? ''}`)
                .filter((model) => !model.endsWith('/'))}
            />
          );
        }}
      </Loaded>
      {hasCalls ? (
        <Health level="good">
          Calls have come.{' '}
          <button type="button" className={classes.done} onClick={onDone}>
            Show how they flow
          </button>
        </Health>
      ) : null}
    </>
  );
}

function NoProvider() {
  return (
    <Empty title="No provider has a key yet.">
      <p>
        <Link href="/providers">Give a provider its key</Link>, or start Weir with <code>OPENAI_API_KEY</code>,{' '}
        <code>ANTHROPIC_API_KEY</code>, <code>GROQ_API_KEY</code> or <code>HF_TOKEN</code> set. To look around without
        any, stop it and run the demo, whose providers are simulated:
      </p>
      <CopyCode label="demo command" code="npm run demo" />
    </Empty>
  );
}

function FirstCall({ models }: { readonly models: readonly string[] }) {
  const [model, setModel] = useState(models[0] ?? null);
  const mayMakeKeys = useMay('operate');
  const create = useAct<{ name: string }, { readonly key: string }>('POST /api/v1/keys', { refresh: ['/api/v1/keys'] });
  const sample = useSampleCalls();
  if (model === null) return null;
  return (
    <div className={classes.ways}>
      <Select
        label="Model"
        description="Of the providers that are ready"
        data={[...models]}
        value={model}
        onChange={(value) => setModel(value ?? model)}
        allowDeselect={false}
        maw={420}
      />
      <Section
        framed
        title="Call it yourself"
        lead="A key of its own for each program: what it costs and may do is told apart by it."
      >
        <CopyCode label="curl command" code={curlOf({ origin: location.origin, model, key: create.reply?.key })} />
        <Problem of={create.problem} />
        {mayMakeKeys && create.reply === undefined ? (
          <Button
            className={classes.action}
            loading={create.isRunning}
            onClick={() => void create.run({ name: 'first program' })}
          >
            Make a key for it
          </Button>
        ) : null}
        {create.reply === undefined ? null : (
          <p className={classes.note}>The key is shown only now; the command above has it.</p>
        )}
      </Section>
      {mayMakeKeys ? (
        <Section
          framed
          title="Or send sample calls"
          lead={`${sample.count} short calls to ${model}. With a real provider they cost about a cent.`}
        >
          <Problem of={sample.problem} />
          <Button
            className={classes.action}
            variant="default"
            loading={sample.isRunning}
            onClick={() => void sample.send(model)}
          >
            Send {sample.count} calls
          </Button>
          {sample.sent > 0 ? (
            <p className={classes.note} role="status">
              {sample.sent} of {sample.count} answered.
            </p>
          ) : null}
        </Section>
      ) : null}
    </div>
  );
}
