import type { ActionGroup } from '../../cli/command.ts';
import { list } from './prompts/list.ts';
import { pull } from './prompts/pull.ts';
import { push } from './prompts/push.ts';
import { render } from './prompts/render.ts';

export const prompts: ActionGroup = { actions: { list, pull, push, render } };
