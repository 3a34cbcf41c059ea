import { usePlace } from '../../parts/location.ts';
import { OnePrompt } from './one-prompt.tsx';
import { PromptList } from './prompt-list.tsx';

/** Prompts: what is said to models, who changed it, and which version is in force. */
export function Prompts() {
  const [, name] = usePlace().segments;
  return name === undefined ? <PromptList /> : <OnePrompt key={name} name={name} />;
}
