import { Button, JsonInput, Modal, NativeSelect, TextInput } from '@mantine/core';
import type { CalibrationObject, EvaluatorObject } from '@weir/contract';
import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import { useAct } from '../../api/use-act.ts';
import { useRead } from '../../api/use-read.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Form } from '../../parts/form.tsx';
import { formatShare } from '../../parts/format-share.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Section } from '../../parts/section.tsx';
import { EVALUATORS, inProject, type List } from './reads.ts';

/** What can score an answer, and how far it agrees with people. */
export function Evaluators({ project }: { readonly project: string }) {
  const evaluators = useRead<List<EvaluatorObject>>(inProject(EVALUATORS, project));
  const mayDevelop = useMay('develop');
  const [isMaking, setIsMaking] = useState(false);
  const columns: readonly Column<EvaluatorObject>[] = [
    { name: 'Evaluator', width: '200px', value: ({ name }) => name },
    { name: 'What it does', onPhone: false, value: ({ about }) => <span title={about}>{about}</span> },
    {
      name: 'Kind',
      width: '170px',
      value: ({ version, type, asks_model }) =>
        version === null ? (asks_model ? 'asks a model' : 'a rule') : `${type}, version ${version}`,
    },
    {
      name: 'As people',
      width: '170px',
      align: 'right',
      onPhone: false,
      value: ({ name, version, asks_model }) =>
        // Only stored ones are calibrated: a built-in has no name of its own that scores could carry.
        asks_model && version !== null ? <Calibration project={project} name={name} /> : '–',
    },
  ];
  return (
    <Section
      title="Evaluators"
      action={
        mayDevelop ? (
          <Button size="xs" variant="default" onClick={() => setIsMaking(true)}>
            New evaluator
          </Button>
        ) : undefined
      }
    >
      <Loaded of={evaluators}>
        {({ data }) => (
          <>
            <DataTable label="Evaluators" columns={columns} rows={data} rowKey={({ name }) => name} />
            <Modal
              opened={isMaking}
              onClose={() => setIsMaking(false)}
              title="A new evaluator"
              closeButtonProps={{ 'aria-label': 'Close' }}
            >
              <NewEvaluator project={project} types={data} onMade={() => setIsMaking(false)} />
            </Modal>
          </>
        )}
      </Loaded>
    </Section>
  );
}

function Calibration({ project, name }: { readonly project: string; readonly name: string }) {
  const { data } = useRead<CalibrationObject>(
    inProject(`${EVALUATORS}/${encodeURIComponent(name)}/calibration`, project),
  );
  if (data === undefined) return '–';
  if (data.agreement === null) return 'no labels yet';
  return (
    <span title={data.kappa === null ? '' : `kappa ${data.kappa.toFixed(2)}`}>
      {formatShare(data.agreement)} of {data.items}
    </span>
  );
}

function NewEvaluator({
  project,
  types,
  onMade,
}: {
  readonly project: string;
  readonly types: readonly EvaluatorObject[];
  readonly onMade: () => void;
}) {
  const [draft, setDraft] = useState({ name: '', type: 'contains', options: '{}' });
  const make = useAct<object, EvaluatorObject>(`POST ${EVALUATORS}`, { refresh: [EVALUATORS] });
  const submit = async () => {
    const { name, type, options } = draft;
    const made = await make.run({ project_id: project, name, type, options: optionsOf(options) });
    if (made !== undefined) onMade();
  };
  const builtIn = types.filter(({ version }) => version === null);
  return (
    <Form label="A new evaluator" submit="Make" onSubmit={submit} isSending={make.isRunning} problem={make.problem}>
      <TextInput
        label="Name"
        description="A name that there is gets its next version"
        required
        value={draft.name}
        onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
        data-autofocus
      />
      <NativeSelect
        label="Kind"
        description={builtIn.find(({ name }) => name === draft.type)?.about}
        value={draft.type}
        onChange={(event) => setDraft({ ...draft, type: event.currentTarget.value })}
        data={builtIn.map(({ name }) => name)}
      />
      <JsonInput
        label="Options"
        autosize
        minRows={3}
        value={draft.options}
        onChange={(options) => setDraft({ ...draft, options })}
        validationError="is not JSON"
      />
    </Form>
  );
}

/** What is no JSON is sent as it is: the server says what is wrong with it. */
function optionsOf(text: string): unknown {
  try {
    return text.trim() === '' ? {} : JSON.parse(text);
  } catch {
    return text;
  }
}
