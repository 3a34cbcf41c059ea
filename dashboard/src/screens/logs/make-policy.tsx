import { NumberInput, Textarea, TextInput } from '@mantine/core';
import type { GeneratedPolicy, LogAnalysisObject } from '@weir/contract';
import { useState } from 'react';
import { useAct } from '../../api/use-act.ts';
import { Fields, Form } from '../../parts/form.tsx';
import { Section } from '../../parts/section.tsx';
import { Patterns } from './patterns.tsx';
import { POLICIES, SERVICES } from './reads.ts';

/** First the lines, then their patterns, then a policy that nothing is sampled by until a person puts it in force. */
export function MakePolicy({ service, onMade }: { readonly service: string; readonly onMade: () => void }) {
  const [lines, setLines] = useState('');
  const [hours, setHours] = useState<number | string>(1);
  const [source, setSource] = useState('');
  const [adviser, setAdviser] = useState('rule-based');
  const [target, setTarget] = useState<number | string>('');
  const window = { service_name: service, hours: Number(hours), ...(source === '' ? {} : { source }) };
  const analyze = useAct<Record<string, unknown>, LogAnalysisObject>('POST /api/v1/analysis/analyze');
  const generate = useAct<Record<string, unknown>, GeneratedPolicy>('POST /api/v1/pipeline/generate-policy', {
    refresh: [SERVICES, POLICIES],
    done: 'A policy was made. Try it below before it is put in force.',
  });
  const look = () => {
    const pasted = lines.split('\n').filter((line) => line.trim() !== '');
    return analyze.run({ ...window, ...(pasted.length === 0 ? {} : { lines: pasted }) });
  };
  const make = async () => {
    const terms = { llm_provider: adviser, activate: false, cost_target: target === '' ? null : Number(target) };
    if ((await generate.run({ ...window, ...terms })) !== undefined) onMade();
  };
  return (
    <Section title="Make a policy" framed>
      <Form
        label="Lines to look at"
        submit="Find the patterns"
        onSubmit={look}
        isSending={analyze.isRunning}
        problem={analyze.problem}
      >
        <Fields title="1. Which lines">
          <NumberInput label="Hours back" value={hours} onChange={setHours} min={1} max={720} hideControls />
          <TextInput
            label="Log source"
            value={source}
            onChange={(event) => setSource(event.currentTarget.value)}
            placeholder="the lines that were pushed"
          />
        </Fields>
        <Textarea
          label="Or paste lines"
          value={lines}
          onChange={(event) => setLines(event.currentTarget.value)}
          minRows={4}
          maxRows={12}
          autosize
          placeholder="one a line"
        />
      </Form>
      {analyze.reply === undefined ? null : <Patterns of={analyze.reply} />}
      <Form
        label="Policy"
        submit="Compute the policy"
        onSubmit={make}
        isSending={generate.isRunning}
        problem={generate.problem}
      >
        <Fields title="2. What it should do" lead="It is only stored; nothing is dropped before you put it in force.">
          <TextInput
            label="Who judges the patterns"
            description="rule-based, or a model or route of this server"
            value={adviser}
            onChange={(event) => setAdviser(event.currentTarget.value)}
          />
          <NumberInput
            label="Storage cost a day (USD)"
            description="empty: rates by rule"
            value={target}
            onChange={setTarget}
            min={0}
            hideControls
          />
        </Fields>
      </Form>
    </Section>
  );
}
