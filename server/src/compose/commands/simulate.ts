import { action } from '../../cli/action.ts';
import { startSimulator } from '../../simulator/server.ts';
import { stopSignal } from '../serving/stop-signal.ts';

export const simulate = action({
  summary: 'Start simulated providers that speak the real wire formats',
  options: {
    host: { kind: 'text', value: 'HOST', about: 'Address to listen on; default 127.0.0.1' },
    port: { kind: 'number', value: 'PORT', about: 'TCP port; default 0, which takes a free one' },
    seed: { kind: 'number', value: 'N', about: 'Decides what the models say; default 1' },
  },
  notes: [
    'Speaks the wires of OpenAI, Anthropic, Groq and HuggingFace and costs nothing. Prints "weir simulator listening on URL" when ready.',
    'Faults are scripted over HTTP: POST /_simulator/faults {"fault": {"kind": "status", "code": 503}, "times": 2}.',
  ],
  async run({ context, options }) {
    const simulator = await startSimulator({
      host: options.host ?? '127.0.0.1',
      port: options.port ?? 0,
      seed: options.seed ?? 1,
    });
    const stop = stopSignal();
    context.out(`weir simulator listening on ${simulator.url}`);
    await stop;
    await simulator.close();
    return 0;
  },
});
