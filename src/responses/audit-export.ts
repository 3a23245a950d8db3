import { Readable } from 'node:stream';
import type { AuditEvent as PublicAuditEvent } from '../contract/audit-event.js';
import { AuditEvent, type AuditFilter } from '../models/audit/audit-event.js';
import type { Page, PageRequest } from '../models/page.js';
import type { Services } from '../services.js';

/** Events that are read at once. */
const batchSize = 500;

const columns = [
  ...(['id', 'created_at', 'action', 'result', 'actor_id', 'subject_id'] as const),
  ...(['ip_address', 'user_agent', 'request_id', 'details'] as const),
] satisfies (keyof PublicAuditEvent)[];

/**
 * A field of a CSV record (RFC 4180). A spreadsheet would run a text that begins like a formula, which a client can send as
 * its user agent, so an apostrophe is put in front of it (OWASP CSV Injection).
 */
const field = (value: unknown): string => {
  const text = value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** The forms of an export. */
const formats = {
  'text/csv': {
    head: `${columns.join(',')}\r\n`,
    row: (event: PublicAuditEvent) => `${columns.map((column) => field(event[column])).join(',')}\r\n`,
    extension: 'csv',
  },
  'application/x-ndjson': {
    head: '',
    row: (event: PublicAuditEvent) => `${JSON.stringify(event)}\n`,
    extension: 'ndjson',
  },
} as const;

/** The media type of an export. */
export type ExportType = keyof typeof formats;

/** The media types of exports. */
export const exportTypes = Object.keys(formats) as ExportType[];

/** The file name of an export. */
export const exportName = (type: ExportType, now: Date): string =>
  `audit-events-${now.toISOString().slice(0, 10)}.${formats[type].extension}`;

/** All events that match a filter, newest first, as a stream of text. A failure ends the stream with an error. */
export const exportAuditEvents = ({ db }: Pick<Services, 'db'>, filter: AuditFilter, type: ExportType): Readable => {
  const { head, row } = formats[type];
  const chunks = async function* (): AsyncGenerator<string> {
    yield head;
    let cursor: string | undefined;
    do {
      const request: PageRequest = { limit: batchSize, cursor };
      const page: Page<AuditEvent> = await db.read((connection) => AuditEvent.page(connection, filter, request));
      yield page.rows.map((event) => row(event.toPublic())).join('');
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  };
  return Readable.from(chunks());
};
