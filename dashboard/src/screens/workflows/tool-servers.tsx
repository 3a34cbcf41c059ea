import { Button, NativeSelect } from '@mantine/core';
import type { ToolServerObject } from '@weir/contract';
import { lazy, Suspense, useState } from 'react';
import { useMay } from '../../api/session.ts';
import { useAct } from '../../api/use-act.ts';
import { useRead } from '../../api/use-read.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Fields, Form } from '../../parts/form.tsx';
import { Health } from '../../parts/health.tsx';
import { JsonView } from '../../parts/json-view.tsx';
import { Link } from '../../parts/link.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Section } from '../../parts/section.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { parsedJson } from './parsed-json.ts';

const CodeEditor = lazy(() => import('../../parts/code-editor.tsx').then((it) => ({ default: it.CodeEditor })));

interface Tool {
  readonly name: string;
  readonly description: string;
  readonly input_schema: unknown;
}

const LEVELS = { idle: 'quiet', connected: 'good', down: 'bad' } as const;

/** Every tool server with its state; one can be opened to call a tool of it. */
export function ToolServers({ servers }: { readonly servers: readonly ToolServerObject[] }) {
  const [opened, setOpened] = useState<string>();
  const mayDevelop = useMay('develop');
  if (servers.length === 0) {
    return (
      <Empty title="No tool server is configured.">
        <p>
          <code>mcp.servers</code> in the configuration file names them; they cannot be added from here, because each is
          a program on this machine or an address it trusts.
        </p>
      </Empty>
    );
  }
  const tryColumn: Column<ToolServerObject> = {
    name: 'Try',
    align: 'right',
    value: ({ name }) => (
      <Button size="xs" variant="default" onClick={() => setOpened(opened === name ? undefined : name)}>
        {opened === name ? 'Close' : 'Call a tool'}
      </Button>
    ),
  };
  const columns: readonly Column<ToolServerObject>[] = [
    { name: 'Server', value: ({ name }) => name },
    { name: 'State', value: ({ state, error }) => <Health level={LEVELS[state]}>{error ?? state}</Health> },
    { name: 'Tools', align: 'right', value: ({ tools }) => tools?.callable ?? '–', onPhone: false },
    {
      name: 'Changed since trusted',
      value: ({ tools }) =>
        tools === null || tools.quarantined.length === 0 ? (
          'none'
        ) : (
          <Link href="/inbox">{tools.quarantined.join(', ')}</Link>
        ),
      onPhone: false,
    },
    ...(mayDevelop ? [tryColumn] : []),
  ];
  return (
    <>
      <DataTable label="Tool servers" columns={columns} rows={servers} rowKey={({ name }) => name} />
      {opened === undefined ? null : <CallTool key={opened} server={opened} />}
    </>
  );
}

function CallTool({ server }: { readonly server: string }) {
  const tools = useRead<{ data: readonly Tool[] }>(`/api/v1/mcp/servers/${encodeURIComponent(server)}/tools`);
  return (
    <Section title={`Tools of ${server}`} framed>
      <Loaded of={tools}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty title="It offers no tool that may be called." />
          ) : (
            <ToolForm server={server} tools={data} />
          )
        }
      </Loaded>
    </Section>
  );
}

function ToolForm({ server, tools }: { readonly server: string; readonly tools: readonly Tool[] }) {
  const [name, setName] = useState(tools[0]?.name ?? '');
  const [text, setText] = useState('{}');
  const tool = tools.find((one) => one.name === name);
  const call = useAct<unknown, { output: unknown }>((body) => [
    `POST /api/v1/mcp/servers/${encodeURIComponent(server)}/tools/${encodeURIComponent(name)}/call`,
    { arguments: body },
  ]);
  const { value, mistake } = parsedJson(text);
  return (
    <Form
      label="Call a tool"
      submit="Call it"
      onSubmit={() => (mistake === undefined ? call.run(value) : undefined)}
      isSending={call.isRunning}
      problem={call.problem}
      aside={mistake}
    >
      <Fields>
        <NativeSelect
          label="Tool"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data={tools.map((one) => one.name)}
        />
      </Fields>
      <p>{tool?.description}</p>
      <Suspense fallback={<Waiting />}>
        <CodeEditor label="Arguments" value={text} onChange={setText} language="json" minHeight={90} />
      </Suspense>
      <JsonView label="What the tool takes" of={tool?.input_schema ?? {}} />
      {call.reply === undefined ? null : <JsonView label="What the tool gave" of={call.reply.output} />}
    </Form>
  );
}
