import type { InboxItem } from '@weir/contract';
import type { HealthLevel } from '../../parts/health.tsx';

/** What each kind of item is called, how much it presses, and what yes and no do. */
export const KINDS: Readonly<
  Record<
    InboxItem['kind'],
    { readonly name: string; readonly level: HealthLevel; readonly yes: string; readonly no: string }
  >
> = {
  approval: { name: 'approval', level: 'warn', yes: 'Approve', no: 'Reject' },
  budget: { name: 'budget', level: 'warn', yes: 'Give more', no: 'Refuse' },
  needs_attention: { name: 'unsure step', level: 'bad', yes: 'Decide so', no: 'Fail the step' },
  tool_change: { name: 'changed tool', level: 'bad', yes: 'Trust it', no: 'Keep it out' },
  elicitation: { name: 'question of a tool', level: 'warn', yes: 'Answer', no: 'Decline' },
  call: { name: 'dear call', level: 'warn', yes: 'Let it pass', no: 'Refuse' },
  alert: { name: 'alert', level: 'bad', yes: 'Seen', no: 'Dismiss' },
};
