/**
 * `tsx bare-koa.ts '<JSON>'`: a Koa app that returns the JSON for every request. Prints `{"url": …}`.
 */
import { createServer } from 'node:http';
import Koa from 'koa';

const body: unknown = JSON.parse(process.argv[2] ?? '{}');
const app = new Koa();
app.use((ctx) => {
  ctx.body = body;
});
const handle = app.callback();
const server = createServer((request, response) => void handle(request, response));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('expected a TCP address');
  console.log(JSON.stringify({ url: `http://127.0.0.1:${address.port}` }));
});
