// A server whose tools and answers stand in the JSON file that SCRIPT names: `{tools: [...], answers: {tool: result}}`. It is
// read anew at each question. Special answers: "die" ends the process, "wait" never answers and notes its cancellation, "env"
// tells the environment. LOG gets a line for each start, its process id, call and cancellation. NOISE is written to standard error.
import { appendFileSync, readFileSync } from 'node:fs';
import { Server } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';

const log = (line: string) => process.env.LOG !== undefined && appendFileSync(process.env.LOG, `${line}\n`);
const script = () => JSON.parse(readFileSync(String(process.env.SCRIPT), 'utf8'));

log('start');
log(`pid ${process.pid}`);
if (process.env.NOISE !== undefined) process.stderr.write(`${process.env.NOISE}\n`);

serveStdio(() => {
  const server = new Server({ name: 'scripted', version: '1.0.0' }, { capabilities: { tools: { listChanged: true } } });
  server.setRequestHandler('tools/list', () => ({ tools: script().tools }));
  server.setRequestHandler('tools/call', async ({ params }, context) => {
    log(`call ${params.name}`);
    const answer = script().answers?.[params.name] ?? { content: [{ type: 'text', text: 'done' }] };
    if (answer === 'die') process.exit(3);
    if (answer === 'env') return { content: [{ type: 'text', text: JSON.stringify(process.env) }] };
    if (answer === 'wait') {
      return new Promise<never>((_resolve, reject) => {
        context.mcpReq.signal.addEventListener('abort', () => {
          log(`cancelled ${params.name}`);
          reject(new Error('cancelled'));
        });
      });
    }
    return answer;
  });
  return server;
});
