import { Readable } from 'node:stream';
import type { AuditEvent as PublicAuditEvent } from '../contract/audit-event.js';
import { csvLine } from '../contract/csv.js';
import { AuditEvent, type AuditFilter } from '../models/audit/audit-event.js';
import type { Page, PageRequest } from '../models/page.js';
import type { Services } from '../services.js';

/** Events that are read at once. */
const batchSize = 500;

const columns = [
  ...(['id', 'created_at', 'action', 'result', 'actor_id', 'subject_id'] as const),
  ...(['ip_address', 'user_agent', 'request_id', 'details'] as const),
] satisfies (keyof PublicAuditEvent)[];

const textOf = (value: unknown): string =>
  value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);

/** The forms of an export. */
const formats = {
  'text/csv': {
    head: csvLine(columns),
    row: (event: PublicAuditEvent) => csvLine(columns.map((column) => textOf(event[column]))),
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
