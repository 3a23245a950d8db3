/** What instances tell each other about: the signing keys, the caches, and the configuration's rollback. */
export const topics = ['keys', 'cache', 'config'] as const;

/** One of the topics above. */
export type Topic = (typeof topics)[number];

/** That something has changed for good, once the transaction that announced it has committed. */
export interface Announcement {
  readonly topic: Topic;
  /** Counts the announcements of the topic on this database, from 1. */
  readonly version: number;
}
