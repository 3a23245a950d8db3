/**
 * The least that Koa does: `tsx bare-koa.ts '<JSON>'` answers every request with that JSON, and prints `{"url": …}`.
 */
import { createServer } from 'node:http';
import Koa from 'koa';

const body: unknown = JSON.parse(process.argv[2] ?? '{}');
const app = new Koa();
app.use((ctx) => {
  ctx.body = body;
});
const answer = app.callback();
const server = createServer((request, response) => void answer(request, response));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('a TCP address was expected');
  console.log(JSON.stringify({ url: `http://127.0.0.1:${address.port}` }));
});
