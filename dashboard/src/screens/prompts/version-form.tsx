import { Button, JsonInput, NativeSelect, Textarea, TextInput } from '@mantine/core';
import type { PromptVersionObject } from '@weir/contract';
import { useState } from 'react';
import { useAct } from '../../api/use-act.ts';
import { Fields, Form } from '../../parts/form.tsx';
import classes from './prompts.module.css';
import { PROMPTS } from './reads.ts';

interface Draft {
  readonly name: string;
  readonly description: string;
  readonly kind: 'chat' | 'text';
  readonly messages: readonly { readonly id: number; readonly role: string; readonly content: string }[];
  readonly settings: string;
  readonly variables: string;
  readonly labels: string;
  readonly message: string;
}

/** The next version of a prompt, or the first of a new one. */
export function VersionForm({
  project,
  from,
  onMade,
}: {
  readonly project: string;
  /** The version it begins as; absent: a new prompt. */
  readonly from?: PromptVersionObject;
  readonly onMade: (made: PromptVersionObject) => void;
}) {
  const [draft, setDraft] = useState(() => draftOf(from));
  const change = (to: Partial<Draft>) => setDraft({ ...draft, ...to });
  const changeMessage = (id: number, to: { role?: string; content?: string }) =>
    change({ messages: draft.messages.map((each) => (each.id === id ? { ...each, ...to } : each)) });
  const make = useAct<object, PromptVersionObject>(`POST ${PROMPTS}`, { refresh: [PROMPTS], done: 'Version made' });
  const submit = async () => {
    const made = await make.run({ project_id: project, ...bodyOf(draft) });
    if (made !== undefined) onMade(made);
  };
  return (
    <Form
      label={from === undefined ? 'A new prompt' : 'The next version'}
      submit={from === undefined ? 'Make the prompt' : 'Make the version'}
      onSubmit={submit}
      isSending={make.isRunning}
      problem={make.problem}
    >
      {from === undefined ? (
        <Fields>
          <TextInput
            label="Name"
            placeholder="tutor/code_review"
            required
            value={draft.name}
            onChange={(event) => change({ name: event.currentTarget.value })}
            data-autofocus
          />
          <TextInput
            label="What for"
            value={draft.description}
            onChange={(event) => change({ description: event.currentTarget.value })}
          />
          <NativeSelect
            label="Kind"
            value={draft.kind}
            onChange={(event) => change({ kind: event.currentTarget.value as Draft['kind'] })}
            data={[
              { value: 'chat', label: 'messages' },
              { value: 'text', label: 'one text' },
            ]}
          />
        </Fields>
      ) : null}
      {(draft.kind === 'text' ? draft.messages.slice(0, 1) : draft.messages).map(({ id, role, content }, at) => (
        <div key={id} className={classes.message}>
          {draft.kind === 'text' ? null : (
            <div className={classes.row}>
              <NativeSelect
                aria-label={`Role of message ${at + 1}`}
                size="xs"
                value={role}
                onChange={(event) => changeMessage(id, { role: event.currentTarget.value })}
                data={['system', 'developer', 'user', 'assistant']}
              />
              {draft.messages.length > 1 ? (
                <Button
                  size="compact-xs"
                  variant="subtle"
                  onClick={() => change({ messages: draft.messages.filter((each) => each.id !== id) })}
                >
                  Remove
                </Button>
              ) : null}
            </div>
          )}
          <Textarea
            aria-label={draft.kind === 'text' ? 'Template' : `Message ${at + 1}`}
            placeholder="Jinja2: Explain {{ topic }} to a {{ level }}."
            required
            autosize
            minRows={3}
            maxRows={24}
            value={content}
            onChange={(event) => changeMessage(id, { content: event.currentTarget.value })}
            classNames={{ input: classes.template ?? '' }}
          />
        </div>
      ))}
      {draft.kind === 'text' ? null : (
        <div>
          <Button
            size="xs"
            variant="default"
            onClick={() =>
              change({
                messages: [
                  ...draft.messages,
                  { id: Math.max(...draft.messages.map(({ id }) => id)) + 1, role: 'user', content: '' },
                ],
              })
            }
          >
            Add a message
          </Button>
        </div>
      )}
      <Fields>
        <JsonInput
          label="Settings of the model"
          placeholder='{"model": "openai/gpt-4o-mini"}'
          autosize
          minRows={2}
          value={draft.settings}
          onChange={(settings) => change({ settings })}
          validationError="is not JSON"
        />
        <JsonInput
          label="Variables (JSON Schema)"
          placeholder="read from the template"
          autosize
          minRows={2}
          maxRows={12}
          value={draft.variables}
          onChange={(variables) => change({ variables })}
          validationError="is not JSON"
        />
      </Fields>
      <Fields>
        <TextInput
          label="What changed"
          value={draft.message}
          onChange={(event) => change({ message: event.currentTarget.value })}
        />
        <TextInput
          label="Labels that move here"
          placeholder="staging"
          value={draft.labels}
          onChange={(event) => change({ labels: event.currentTarget.value })}
        />
      </Fields>
    </Form>
  );
}

function draftOf(from: PromptVersionObject | undefined): Draft {
  const given = from?.messages ?? [{ role: 'user', content: '' }];
  const json = (value: object | undefined) =>
    value === undefined || Object.keys(value).length === 0 ? '' : JSON.stringify(value, null, 2);
  return {
    ...{ name: from?.name ?? '', description: from?.description ?? '', kind: from?.kind ?? 'chat' },
    messages: given.map((message, id) => ({ id, ...message })),
    // The schema is read from the templates again unless a person writes one.
    ...{ settings: json(from?.model_config), variables: '', labels: '', message: '' },
  };
}

function bodyOf(draft: Draft): object {
  const labels = draft.labels.split(/[\s,]+/).filter((label) => label !== '');
  return {
    name: draft.name,
    ...(draft.kind === 'text'
      ? { template: draft.messages[0]?.content ?? '' }
      : { messages: draft.messages.map(({ role, content }) => ({ role, content })) }),
    ...(draft.description === '' ? {} : { description: draft.description }),
    ...(draft.settings.trim() === '' ? {} : { model_config: parsed(draft.settings) }),
    ...(draft.variables.trim() === '' ? {} : { variables: parsed(draft.variables) }),
    ...(labels.length === 0 ? {} : { labels }),
    ...(draft.message === '' ? {} : { message: draft.message }),
  };
}

/** What is no JSON is sent as it is: the server says what is wrong with it. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
