import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirement } from '../../support/requirement.ts';
import { type Stand, startStand } from '../clients/stand.ts';
import { lastRecord } from './support.ts';

let stand: Stand;
beforeAll(async () => {
  stand = await startStand();
});
afterAll(() => stand.close());

const infer = (model: string, inputs: unknown, config?: object) =>
  stand.weir.api('POST /api/v1/inference', {
    provider: 'huggingface',
    model,
    inputs,
    ...(config ? { config } : {}),
  });

describe(requirement('D12'), () => {
  it('generates text from raw inputs with its parameters', async () => {
    const reply = await infer('gpt2', 'Once upon a time', { max_new_tokens: 5, return_full_text: false });
    expect(reply.status).toBe(200);
    expect(reply.json).toMatchObject({
      output: [{ generated_text: expect.any(String) }],
      provider: 'huggingface',
      model: 'gpt2',
      inference_id: reply.headers.get('x-request-id'),
    });
    expect(stand.lastSent()).toMatchObject({
      path: '/hf/models/gpt2',
      body: { inputs: 'Once upon a time', parameters: { max_new_tokens: 5, return_full_text: false } },
    });
  });

  it('runs models of an organisation: vectors, labels, summaries', async () => {
    const vector = await infer('sentence-transformers/all-MiniLM-L6-v2', 'a river');
    const labels = await infer('distilbert/distilbert-base-uncased-finetuned-sst-2-english', ['a terrible day']);
    const summary = await infer('facebook/bart-large-cnn', 'A long text about dams');
    expect(vector.json.output).toHaveLength(384);
    expect(labels.json.output[0][0]).toMatchObject({ label: 'NEGATIVE' });
    expect(summary.json.output[0].summary_text.length).toBeGreaterThan(10);
    expect(stand.lastSent().path).toBe('/hf/models/facebook/bart-large-cnn');
  });

  it('is recorded like every call', async () => {
    const reply = await infer('gpt2', 'The dam');
    expect(await lastRecord(stand.weir)).toMatchObject({
      request_id: reply.json.inference_id,
      wire: 'inference',
      operation: 'raw-task',
      provider: 'huggingface',
      model: 'gpt2',
      success: true,
      cost_state: 'unpriced',
    });
  });

  it('says what the provider said when it refuses', async () => {
    const wrong = await infer('gpt2', { not: 'a text' });
    const missing = await infer('missing-model', 'x');
    expect([wrong.status, wrong.json.success]).toEqual([400, false]);
    expect(wrong.json.error.message).toContain('inputs');
    expect([missing.status, missing.json.success]).toEqual([404, false]);
  });

  it('sends chat models a message instead', async () => {
    const reply = await infer('meta-llama/Llama-3.1-8B-Instruct', 'Hello');
    expect([reply.status, typeof reply.json.output]).toEqual([200, 'string']);
    expect(stand.lastSent().path).toBe('/hf/v1/chat/completions');
  });

  it('gives sounds and images as base64 with their type', async () => {
    stand.simulator.faults.add({
      match: { path: '/hf/models/suno/bark' },
      fault: { kind: 'status', code: 200, body: 'RIFF', headers: { 'content-type': 'audio/wav' } },
    });
    const reply = await infer('suno/bark', 'Hello');
    expect(reply.json.output).toEqual({ content_type: 'audio/wav', base64: 'UklGRg==' });
  });
});
