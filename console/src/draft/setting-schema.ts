import { useQuery } from '@tanstack/react-query';
import { api, unwrap } from '../api/client';

/** The JSON Schema of one setting. */
export interface SettingSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly anyOf?: readonly SettingSchema[];
  readonly oneOf?: readonly SettingSchema[];
  readonly properties?: Readonly<Record<string, SettingSchema>>;
  readonly additionalProperties?: SettingSchema | boolean;
  readonly items?: SettingSchema;
  readonly 'x-unit'?: string;
  readonly 'x-range'?: string;
  readonly 'x-secret'?: boolean;
}

/** The control that fits a setting. `json` is for everything else, such as lists of objects. */
export type ControlKind = 'switch' | 'number' | 'choice' | 'list' | 'text' | 'json';

/** The schema of a key in the schema of all settings. */
const find = (root: SettingSchema, key: string): SettingSchema | undefined =>
  key.split('.').reduce<SettingSchema | undefined>((node, name) => {
    const named = node?.properties?.[name];
    if (named !== undefined) return named;
    return typeof node?.additionalProperties === 'object' ? node.additionalProperties : undefined;
  }, root);

/** Alternatives of a schema besides null. */
const alternatives = (schema: SettingSchema): readonly SettingSchema[] =>
  (schema.anyOf ?? schema.oneOf ?? [schema]).filter(({ type }) => type !== 'null');

const typesOf = ({ type }: SettingSchema): readonly string[] => (typeof type === 'string' ? [type] : (type ?? []));

/** The control for a setting. */
export const controlOf = (schema: SettingSchema): ControlKind => {
  const choices = alternatives(schema);
  const types = new Set(choices.flatMap(typesOf).filter((type) => type !== 'null'));
  if (choices.every((choice) => choice.enum !== undefined)) return 'choice';
  if (types.size !== 1) return types.has('string') ? 'text' : 'json';
  if (types.has('boolean')) return 'switch';
  if (types.has('integer') || types.has('number')) return 'number';
  if (types.has('string')) return 'text';
  const isTextList =
    types.has('array') && choices.every(({ items }) => items === undefined || typesOf(items).includes('string'));
  return isTextList ? 'list' : 'json';
};

/** The values of a setting with a fixed set of values. */
export const choicesOf = (schema: SettingSchema): readonly string[] =>
  alternatives(schema).flatMap((choice) => (choice.enum ?? []).filter((value) => value !== null).map(String));

/** Bounds of a number. */
export const boundsOf = (schema: SettingSchema): Pick<SettingSchema, 'minimum' | 'maximum'> =>
  alternatives(schema)[0] ?? {};

/** Why a value cannot be applied, as far as the schema tells; the service checks everything. */
export const validateValue = (schema: SettingSchema, value: unknown): string | null => {
  if (value === undefined) return 'must be valid JSON';
  if (value === null || alternatives(schema).some((choice) => choice.const === value)) return null;
  const range = schema['x-range'];
  if (typeof value === 'number') {
    const { minimum, maximum } = boundsOf(schema);
    if (Number.isNaN(value)) return 'must be a number';
    if (minimum !== undefined && value < minimum) return `must be at least ${String(minimum)}`;
    if (maximum !== undefined && value > maximum) return `must be at most ${String(maximum)}`;
  }
  if (typeof value === 'string') {
    const patterns = alternatives(schema).flatMap(({ pattern }) => pattern ?? []);
    if (patterns.length > 0 && !patterns.some((pattern) => new RegExp(pattern, 'u').test(value))) {
      return range === undefined ? 'does not have the expected form' : `must be ${range}`;
    }
  }
  return null;
};

/** The schema of a setting; undefined while it is loaded. */
export const useSettingSchema = (key: string): SettingSchema | undefined => {
  const { data } = useQuery({
    queryKey: ['config', 'schema'],
    queryFn: () => unwrap(api.GET('/api/v1/admin/config/schema')),
    staleTime: Infinity,
  });
  return data && find(data, key);
};
