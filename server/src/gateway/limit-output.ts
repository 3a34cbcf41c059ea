import type { Call } from '../ports/call.ts';

/** A reply without a bound could cost anything: the bound that was reserved is the bound that is sent. */
export function limitOutput(call: Call, { outputLimit }: { readonly outputLimit: number | undefined }): void {
  const { payload } = call;
  if (outputLimit === undefined || payload.kind !== 'chat') return;
  const request = payload.protocol.withOutputLimit?.(payload.request, outputLimit);
  if (request === undefined) return;
  call.payload = { ...payload, request };
  const note = `max_tokens=${outputLimit}`;
  if (!call.adjusted.includes(note)) call.adjusted.push(note);
}
