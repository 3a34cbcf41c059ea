import { expect, test } from 'vitest';
import { type PipelineServices, pipeline } from './pipeline.ts';

test('the stages of a call stand in this order; a change here is a change of what is promised', () => {
  const untouched = new Proxy({}, { get: () => untouched }) as PipelineServices;
  expect(pipeline({ ...untouched, observers: [] }).map(({ name }) => name)).toEqual([
    'trace',
    'admit',
    'renderPrompt',
    'attachConversation',
    'limitRate',
    'guardInput',
    'captureContent',
    'cache',
    'guardOutput',
    'answerDefault',
    'chooseTarget',
    'validateReply',
    'retry',
    'reserveBudget',
    'recordUsage',
    'keepAnswer',
    'callProvider',
  ]);
});
