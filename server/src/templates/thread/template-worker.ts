import { parentPort } from 'node:worker_threads';
import { isWeirError } from '../../kernel/errors.ts';
import { compileTemplate, type Template } from '../compile-template.ts';
import type { RenderAnswer, RenderJob } from './render-job.ts';

/** So many compiled templates are kept, the latest used. */
const MAX_COMPILED = 100;
const compiled = new Map<string, Template>();

parentPort?.on('message', (job: RenderJob) => {
  parentPort?.postMessage(answer(job));
});

function answer(job: RenderJob): RenderAnswer {
  try {
    const text = templateOf(job).render(job.data, job.limits);
    return { kind: 'text', text, cpuMs: cpuMs() };
  } catch (thrown) {
    if (!isWeirError(thrown) || thrown.code !== 'request.invalid') throw thrown;
    return { kind: 'refused', message: thrown.message, details: thrown.details, cpuMs: cpuMs() };
  }
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function templateOf({ source, options }: RenderJob): Template {
  const key = JSON.stringify([source, options]);
  const template = compiled.get(key) ?? compileTemplate(source, options);
  compiled.delete(key);
  compiled.set(key, template);
  const [oldest] = compiled.keys();
  if (compiled.size > MAX_COMPILED && oldest !== undefined) compiled.delete(oldest);
  return template;
}
