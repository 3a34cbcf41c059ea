import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core';
import type { PromptVersionObject, RenderedPromptObject } from '@weir/contract';
import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import { useAct } from '../../api/use-act.ts';
import { Problem } from '../../parts/problem.tsx';
import { Section } from '../../parts/section.tsx';
import classes from './prompts.module.css';
import { promptPath } from './reads.ts';
import { useStreamedReply } from './use-streamed-reply.ts';

/** A version with values of one's own: what would be said, and what a model answers, word by word as it comes. */
export function Playground({
  project,
  versions,
}: {
  readonly project: string;
  readonly versions: readonly PromptVersionObject[];
}) {
  const [version, setVersion] = useState(versions[0]?.version ?? 1);
  const [model, setModel] = useState('');
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const chosen = versions.find((each) => each.version === version);
  const fields = chosen === undefined ? [] : fieldsOf(chosen);
  const variables = Object.fromEntries(
    fields.flatMap(({ name, type }) => {
      const value = values[name] ?? '';
      return value === '' ? [] : [[name, type === 'string' ? value : parsed(value)]];
    }),
  );
  const name = chosen?.name ?? '';
  const render = useAct<void, RenderedPromptObject>(() => [
    `POST ${promptPath(name, project, '/render')}`,
    { version, variables },
  ]);
  const mayCall = useMay('develop');
  const answer = useStreamedReply();
  const own = chosen?.model_config.model;
  return (
    <Section
      framed
      title="Playground"
      lead={
        mayCall
          ? 'A call like any other: it is limited, guarded, recorded and paid for.'
          : 'What would be said. Running it takes a key that may call.'
      }
    >
      <form
        className={classes.playground}
        aria-label="Playground"
        onSubmit={(event) => {
          event.preventDefault();
          if (!mayCall) return void render.run();
          render.forget();
          void answer.ask({ prompt: { name, version, variables }, ...(model === '' ? {} : { model }) });
        }}
      >
        <div className={classes.inputs}>
          <div className={classes.pair}>
            <NativeSelect
              label="Version"
              value={String(version)}
              onChange={(event) => setVersion(Number(event.currentTarget.value))}
              data={versions.map((each) => ({
                value: String(each.version),
                label: [String(each.version), ...each.labels].join(' · '),
              }))}
            />
            {mayCall ? (
              <TextInput
                label="Model or route"
                placeholder={typeof own === 'string' ? own : 'openai/gpt-4o-mini'}
                value={model}
                onChange={(event) => setModel(event.currentTarget.value)}
              />
            ) : null}
          </div>
          {fields.map(({ name: field, about, required, type }) => (
            <Textarea
              key={field}
              label={field}
              description={about}
              placeholder={type === 'string' ? '' : 'JSON'}
              withAsterisk={required}
              autosize
              minRows={1}
              maxRows={12}
              value={values[field] ?? ''}
              onChange={(event) => setValues({ ...values, [field]: event.currentTarget.value })}
            />
          ))}
          <div className={classes.row}>
            {mayCall ? (
              <Button type="submit" loading={answer.isRunning}>
                Run
              </Button>
            ) : null}
            <Button variant="default" loading={render.isRunning} onClick={() => void render.run()}>
              Render
            </Button>
            {answer.isRunning ? (
              <Button variant="default" onClick={answer.stop}>
                Stop
              </Button>
            ) : null}
          </div>
        </div>
        <div className={classes.output}>
          <Problem of={answer.problem ?? render.problem} />
          {render.reply === undefined ? null : (
            <ol className={classes.rendered} aria-label="Rendered">
              {render.reply.messages.map((message, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: messages have no identity but their place
                <li key={at}>
                  <span className={classes.quiet}>{message.role}</span>
                  <p className={classes.said}>{message.content}</p>
                </li>
              ))}
            </ol>
          )}
          {answer.text === undefined || render.reply !== undefined ? null : (
            <>
              <span className={classes.quiet}>{answer.isRunning ? 'assistant, writing' : 'assistant'}</span>
              <p className={classes.said} aria-live="polite" aria-busy={answer.isRunning}>
                {answer.text}
              </p>
            </>
          )}
          {answer.text === undefined && render.reply === undefined ? (
            <p className={classes.quiet}>{mayCall ? 'The reply comes here.' : 'The messages come here.'}</p>
          ) : null}
        </div>
      </form>
    </Section>
  );
}

interface Field {
  readonly name: string;
  readonly about: string | undefined;
  readonly required: boolean;
  /** Others than texts are written as JSON. */
  readonly type: string;
}

/** The variables of a version, from its JSON Schema. */
function fieldsOf({ variables }: PromptVersionObject): Field[] {
  const schema = variables as {
    properties?: Readonly<Record<string, { type?: unknown; description?: string; default?: unknown }>>;
    required?: readonly string[];
  };
  return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    about:
      property.description ?? (property.default === undefined ? undefined : `else ${JSON.stringify(property.default)}`),
    required: schema.required?.includes(name) ?? false,
    type: property.type === undefined ? 'string' : String(property.type),
  }));
}

/** What is no JSON is sent as it is: the server says what is wrong with it. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
