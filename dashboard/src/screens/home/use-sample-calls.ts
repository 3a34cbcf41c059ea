import { useState } from 'react';
import { ask } from '../../api/ask.ts';
import type { ServerProblem } from '../../api/server-problem.ts';

const PROMPTS = [
  'Say hello.',
  'Name three rivers.',
  'What is a weir, in one sentence?',
  'Translate "good morning" to French.',
  'Write a title for a page about water.',
  'Which is longer, the Nile or the Rhine?',
  'Say hello.',
  'Give me a word that rhymes with stream.',
  'What floats?',
  'Count to five.',
  'Name a fish.',
  'Say goodbye.',
];
const KEY_LIFE_MS = 600_000;

/** Makes a short-lived key and a dozen calls with it, one after the other; stops at the first that fails. */
export function useSampleCalls() {
  const [sent, setSent] = useState(0);
  const [isRunning, setIsRunning] = useState(false);
  const [problem, setProblem] = useState<ServerProblem>();
  const send = async (model: string) => {
    setIsRunning(true);
    setProblem(undefined);
    setSent(0);
    try {
      const expiresAt = new Date(Date.now() + KEY_LIFE_MS).toISOString();
      const body = { name: 'sample calls', expires_at: expiresAt };
      const { key } = await ask<{ readonly key: string }>('POST /api/v1/keys', body);
      for (const content of PROMPTS) {
        const headers = { authorization: `Bearer ${key}` };
        await ask(
          'POST /v1/chat/completions',
          { model, max_tokens: 60, messages: [{ role: 'user', content }] },
          { headers },
        );
        setSent((count) => count + 1);
      }
    } catch (error) {
      setProblem(error as ServerProblem);
    } finally {
      setIsRunning(false);
    }
  };
  return { count: PROMPTS.length, sent, isRunning, problem, send };
}
