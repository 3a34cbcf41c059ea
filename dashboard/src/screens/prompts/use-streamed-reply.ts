import { useEffect, useRef, useState } from 'react';
import { send } from '../../api/ask.ts';
import { readProblem, ServerProblem } from '../../api/server-problem.ts';
import { sessionEnded } from '../../api/session.ts';

/** A reply of the LLM API, word by word. */
export function useStreamedReply() {
  const [text, setText] = useState<string>();
  const [problem, setProblem] = useState<ServerProblem>();
  const [isRunning, setIsRunning] = useState(false);
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  const ask = async (body: object) => {
    running.current?.abort();
    const abort = new AbortController();
    running.current = abort;
    setText('');
    setProblem(undefined);
    setIsRunning(true);
    try {
      const request = { ...body, stream: true, use_cache: false };
      const response = await send('POST /api/v1/llm/completion', request, {
        signal: abort.signal,
        headers: { accept: 'text/event-stream' },
      });
      if (response.status === 401) sessionEnded();
      if (!response.ok || response.body === null) throw readProblem(response, await response.json().catch(() => null));
      for await (const { event, data } of eventsOf(response.body)) {
        if (event === 'delta') setText((before) => (before ?? '') + (data as { content: string }).content);
        if (event === 'error') throw readProblem(response, data);
      }
    } catch (error) {
      if (!abort.signal.aborted) setProblem(error instanceof ServerProblem ? error : broken());
    }
    if (running.current === abort) setIsRunning(false);
  };
  return { text, problem, isRunning, ask, stop: () => running.current?.abort() };
}

function broken(): ServerProblem {
  return new ServerProblem({ status: 0, code: 'network', message: 'The reply broke off. Is the server running?' });
}

/** Server-sent events of a body; those without data are left out. */
async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<{ event: string; data: unknown }> {
  const reader = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = /^data: ?(.*)$/m.exec(block)?.[1];
      if (data !== undefined) yield { event: /^event: ?(.*)$/m.exec(block)?.[1] ?? 'message', data: JSON.parse(data) };
    }
  }
}
