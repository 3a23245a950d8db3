import type { RequestListener } from 'node:http';
import { parseRequestTarget } from '../../middleware/request-target.js';
import type { Metrics } from '../../observability/metrics.js';

/** GET /metrics in the Prometheus text format, for a separate listener that is not public. */
export const metricsApp =
  (metrics: Metrics): RequestListener =>
  (request, response) => {
    const read = parseRequestTarget(request);
    if ('error' in read) {
      response.writeHead(400).end();
      return;
    }
    const [path] = read.target.split('?');
    if (path !== '/metrics' || (request.method !== 'GET' && request.method !== 'HEAD')) {
      const headers = {
        'Content-Type': 'text/plain; charset=utf-8',
        ...(path === '/metrics' && { Allow: 'GET, HEAD' }),
      };
      response.writeHead(path === '/metrics' ? 405 : 404, headers).end();
      return;
    }
    metrics.expose().then(
      (text) => response.writeHead(200, { 'Content-Type': metrics.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  };
