import type { Rule } from '../finding.js';
import { moduleReferences, resolveRelative } from '../imports.js';
import type { SourceFile } from '../project.js';

/** The floors of src, lowest first. Rooms of one floor do not know each other. */
const floors: readonly (readonly string[])[] = [
  ['errors', 'clock.ts', 'build-info.ts'],
  ['observability', 'contract'],
  ['config'],
  ['database', 'security', 'limits', 'cache', 'mail'],
  ['cluster'],
  ['models'],
  ['services.ts'],
  ['middleware'],
  ['handlers'],
  ['routes'],
  ['app.ts'],
  ['server'],
  ['cli', 'main.ts'],
];

const roomOf = (path: string): string | undefined => /^src\/([^/]+)/.exec(path)?.[1];
const floorOf = (room: string): number => floors.findIndex((rooms) => rooms.includes(room));
/** main.ts and cli/ stand at the front door together: each may call the other. */
const isFrontDoor = (room: string): boolean => floorOf(room) === floors.length - 1;

const mayImport = (room: string, other: string): boolean =>
  room === other || floorOf(other) < floorOf(room) || (isFrontDoor(room) && isFrontDoor(other));

const explain = (source: SourceFile, specifier: string): string | undefined => {
  const target = resolveRelative(source.path, specifier);
  if (target === undefined) return undefined;
  const room = roomOf(source.path);
  if (room === undefined) {
    return source.path.startsWith('migrations/') && target.startsWith('src/')
      ? `a migration imports ${target}; it would change its meaning when that file changes`
      : undefined;
  }
  const other = roomOf(target);
  if (other === undefined) {
    return target === 'package.json' ? undefined : `imports ${target}, which is not part of the service`;
  }
  if (floorOf(other) === -1) return `imports ${target}, a room without a floor`;
  return mayImport(room, other) ? undefined : `${room} may not import ${other}, which is not below it`;
};

/** A file of src imports from lower floors or from its own room, and a migration imports nothing of src. */
export const importDirection: Rule = {
  name: 'import-direction',
  reason:
    'a file imports only from lower floors or its own room, so that each room is understood, tested and changed without those above it',
  check: ({ sources }) =>
    sources.flatMap((source) => {
      const room = roomOf(source.path);
      if (room !== undefined && floorOf(room) === -1) {
        const message = `the room ${room} has no floor: add it to scripts/rooms/rules/import-direction.ts`;
        return [{ file: source.path, line: 1, message }];
      }
      return moduleReferences(source).flatMap(({ specifier, line }) => {
        const message = explain(source, specifier);
        return message === undefined ? [] : [{ file: source.path, line, message }];
      });
    }),
};
