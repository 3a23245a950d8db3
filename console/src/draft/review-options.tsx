import { Checkbox, Select, SimpleGrid, Stack, Textarea, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import type { Schemas } from '../api/client';
import { durationError, parseDuration, type DurationRange } from './duration';
import { DurationSelect } from './duration-select';

/** How a change is applied. Durations are empty for none. */
export interface ApplyOptions {
  readonly reason: string;
  readonly when: 'now' | 'later';
  /** Local time, for `later`. */
  readonly at: string;
  readonly expiresIn: string;
  readonly confirmWithin: string;
  readonly isGuarded: boolean;
}

/** Applies a change immediately and permanently. */
export const noOptions: ApplyOptions = {
  ...{ reason: '', when: 'now', at: '', expiresIn: '', confirmWithin: '', isGuarded: false },
};

/** Share of 5xx responses at which a guarded change is reverted. */
const maxErrorRatio = 0.05;

/** The options as fields of the request. */
export const optionsBody = (options: ApplyOptions): Partial<Schemas['ConfigPatchBody']> => ({
  ...(options.reason.trim() !== '' && { reason: options.reason.trim() }),
  ...(options.when === 'later' && options.at !== '' && { at: new Date(options.at).toISOString() }),
  ...(options.expiresIn !== '' && { expires_in: options.expiresIn }),
  ...(options.confirmWithin !== '' && { confirm_within: options.confirmWithin }),
  ...(options.confirmWithin !== '' && options.isGuarded && { guard: { max_error_ratio: maxErrorRatio } }),
});

const confirmations = [
  { value: '', label: 'No confirmation' },
  { value: '1m', label: 'Within 1 minute' },
  { value: '5m', label: 'Within 5 minutes' },
  { value: '10m', label: 'Within 10 minutes' },
  { value: '30m', label: 'Within 30 minutes' },
];

const expiries = [
  { value: '', label: 'Never' },
  { value: '10m', label: 'After 10 minutes' },
  { value: '1h', label: 'After 1 hour' },
  { value: '8h', label: 'After 8 hours' },
  { value: '1d', label: 'After 1 day' },
  { value: '7d', label: 'After 7 days' },
];

/** The ranges of the API. */
const ranges = {
  confirmWithin: { least: { amount: 1, unit: 's' }, most: { amount: 24, unit: 'h' } },
  expiresIn: { least: { amount: 1, unit: 's' }, most: { amount: 90, unit: 'd' } },
} as const satisfies Readonly<Record<string, DurationRange>>;

/** Why the options cannot be used, in words for screen readers; empty if they can. */
export const optionErrors = ({ confirmWithin, expiresIn }: ApplyOptions): readonly string[] =>
  (
    [
      ['Expires', expiresIn, ranges.expiresIn],
      ['Confirmation', confirmWithin, ranges.confirmWithin],
    ] as const
  ).flatMap(([name, value, range]) => {
    const error = value === '' ? null : durationError(parseDuration(value), range);
    return error === null ? [] : [`${name}: ${error}`];
  });

/** Options of `ReviewOptions`. */
interface ReviewOptionsProps {
  readonly options: ApplyOptions;
  readonly onChange: (options: ApplyOptions) => void;
  readonly needsReason: boolean;
}

/** Reason, time, expiry and confirmation of a change. */
export const ReviewOptions = ({ options, onChange, needsReason }: ReviewOptionsProps): ReactElement => {
  const set = (changes: Partial<ApplyOptions>): void => {
    onChange({ ...options, ...changes });
  };
  return (
    <Stack gap="md">
      <Textarea
        label="Reason"
        description="Shown in the audit log and in the list of revisions."
        required={needsReason}
        autosize
        minRows={1}
        value={options.reason}
        onChange={(event) => {
          set({ reason: event.currentTarget.value });
        }}
      />
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="md">
        <Select
          label="When"
          allowDeselect={false}
          data={[
            { value: 'now', label: 'Now' },
            { value: 'later', label: 'At a later time' },
          ]}
          value={options.when}
          onChange={(when) => {
            set({ when: when === 'later' ? 'later' : 'now' });
          }}
        />
        <DurationSelect
          label="Expires"
          presets={expiries}
          range={ranges.expiresIn}
          units={['s', 'm', 'h', 'd']}
          suggestion="2h"
          value={options.expiresIn}
          onChange={(expiresIn) => {
            set({ expiresIn });
          }}
        />
        <DurationSelect
          label="Confirmation"
          description={
            options.confirmWithin === ''
              ? 'The change stays.'
              : 'The change is reverted unless someone keeps it in time.'
          }
          presets={confirmations}
          range={ranges.confirmWithin}
          units={['s', 'm', 'h']}
          suggestion="15m"
          value={options.confirmWithin}
          onChange={(confirmWithin) => {
            set({ confirmWithin });
          }}
        />
      </SimpleGrid>
      {options.when === 'later' && (
        <TextInput
          label="Apply at"
          type="datetime-local"
          required
          value={options.at}
          onChange={(event) => {
            set({ at: event.currentTarget.value });
          }}
        />
      )}
      {options.confirmWithin !== '' && (
        <Checkbox
          label="Also revert if more than 5% of the responses of any instance are 5xx (after 50 requests)"
          checked={options.isGuarded}
          onChange={(event) => {
            set({ isGuarded: event.currentTarget.checked });
          }}
        />
      )}
    </Stack>
  );
};
