import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const BODY = JSON.stringify({ error: { message: 'The server is overloaded.' } });

const server = createServer((request, response) => {
  request.resume();
  response.writeHead(503, { 'content-type': 'application/json', 'content-length': BODY.length });
  response.end(BODY);
});
server.listen(0, '127.0.0.1', () => {
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
// Whoever started it is done, or is no more.
process.once('disconnect', () => process.exit(0));
