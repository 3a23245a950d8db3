import { SchemaPool } from '../../src/index.js';
import { shop } from './fixture-migrations.js';

/** Holds a lease until it is killed. */
const pool = await SchemaPool.start({ migrate: shop, server: { url: process.argv[2] ?? '' }, log: () => undefined });
await pool.lease();
console.log('leased');
setInterval(() => undefined, 60_000);
