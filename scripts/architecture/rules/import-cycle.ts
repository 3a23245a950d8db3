import { moduleReferences, resolveRelative } from '../imports.js';
import { isProductionCode, type SourceFile } from '../project.js';
import type { Rule, Violation } from '../rule.js';

interface Import {
  readonly target: string;
  readonly line: number;
}
type ImportGraph = ReadonlyMap<string, readonly Import[]>;

const buildGraph = (sources: readonly SourceFile[]): ImportGraph => {
  const paths = new Set(sources.map(({ path }) => path));
  return new Map(
    sources.map((source) => [
      source.path,
      moduleReferences(source).flatMap(({ specifier, line }) => {
        const target = resolveRelative(source.path, specifier);
        return target !== undefined && paths.has(target) ? [{ target, line }] : [];
      }),
    ]),
  );
};

/** The shortest chain of imports from a file back to itself, found breadth-first; undefined if there is none. */
const shortestCycle = (graph: ImportGraph, start: string): readonly Import[] | undefined => {
  const visited = new Set<string>();
  let chains: (readonly Import[])[] = [[]];
  while (chains.length > 0) {
    const next: (readonly Import[])[] = [];
    for (const chain of chains) {
      for (const edge of graph.get(chain.at(-1)?.target ?? start) ?? []) {
        if (edge.target === start) return [...chain, edge];
        if (!visited.has(edge.target)) next.push([...chain, edge]);
        visited.add(edge.target);
      }
    }
    chains = next;
  }
  return undefined;
};

/** Files of `src` and `packages` do not import each other in a cycle; type imports count. */
export const importCycle: Rule = {
  name: 'import-cycle',
  reason: 'Files that import each other can only be understood, tested and moved together.',
  check: ({ sources }) => {
    const graph = buildGraph(sources.filter(({ path }) => isProductionCode(path)));
    const reported = new Set<string>();
    return [...graph.keys()].sort().flatMap((file): Violation[] => {
      const cycle = shortestCycle(graph, file);
      const [first] = cycle ?? [];
      // A cycle is reported once, at its first file.
      if (!cycle || !first || cycle.some(({ target }) => reported.has(target))) return [];
      for (const { target } of cycle) reported.add(target);
      return [{ file, line: first.line, message: [file, ...cycle.map(({ target }) => target)].join(' → ') }];
    });
  },
};
