import { useQueryClient } from '@tanstack/react-query';
import type { ExecutionEvent, ExecutionObject, ExecutionStep } from '@weir/contract';
import { useEffect, useState } from 'react';
import { type Read, useRead } from '../../../api/use-read.ts';
import { isOver } from '../state-of-run.ts';

/** A run, kept up to date by its own events until it is over; then read whole once more. */
export function useRun(id: string): Read<ExecutionObject> {
  const path = `/api/executions/${id}`;
  const read = useRead<ExecutionObject>(path);
  const [live, setLive] = useState<ExecutionObject>();
  const client = useQueryClient();
  const isGoing = read.data !== undefined && !isOver(read.data.status);

  useEffect(() => {
    if (!isGoing) return;
    const source = new EventSource(`${path}/events`);
    source.addEventListener('execution', (message: MessageEvent<string>) => {
      const event = JSON.parse(message.data) as ExecutionEvent;
      setLive((before) => merged(before ?? client.getQueryData<ExecutionObject>([path]), event));
      if (!isOver(event.execution.status)) return;
      source.close();
      void client.invalidateQueries({ queryKey: [path], exact: true });
    });
    return () => {
      source.close();
      setLive(undefined);
    };
  }, [client, path, isGoing]);

  const newest = live !== undefined && live.sequence > (read.data?.sequence ?? 0) ? live : read.data;
  return { ...read, data: newest };
}

function merged(run: ExecutionObject | undefined, event: ExecutionEvent): ExecutionObject | undefined {
  if (run === undefined || event.sequence <= run.sequence) return run;
  const changed = new Map(event.steps.map((step) => [step.path, step]));
  const steps: ExecutionStep[] = run.steps.map((step) => changed.get(step.path) ?? step);
  const known = new Set(run.steps.map(({ path }) => path));
  steps.push(...event.steps.filter(({ path }) => !known.has(path)));
  return { ...run, ...event.execution, steps, sequence: event.sequence };
}
