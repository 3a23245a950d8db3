import { Group, NumberInput, Select, Stack } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { durationError, formatDuration, parseDuration, units, type DurationRange, type Unit } from './duration';

/** The choice that shows the fields for a number and a unit. */
const other = 'other';

/** Options of `DurationSelect`. */
interface DurationSelectProps {
  readonly label: string;
  readonly description?: string;
  /** Durations that are offered, with their names; empty for none. */
  readonly presets: readonly { readonly value: string; readonly label: string }[];
  readonly range: DurationRange;
  /** The units that are offered. */
  readonly units: readonly Unit[];
  /** Initial value of the fields for a number and a unit. */
  readonly suggestion: string;
  /** A duration as the API writes it; empty for none. It may be invalid. */
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Selects a duration: a common one, or a number and a unit. */
export const DurationSelect = (props: DurationSelectProps): ReactElement => {
  const { label, description, presets, range, value, onChange } = props;
  const [isOther, setOther] = useState(false);
  const duration = parseDuration(value);
  return (
    <Stack gap="xs">
      <Select
        label={label}
        description={description}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        allowDeselect={false}
        data={[...presets, { value: other, label: 'Other…' }]}
        value={isOther ? other : value}
        onChange={(selected) => {
          setOther(selected === other);
          onChange(selected === other ? props.suggestion : (selected ?? ''));
        }}
      />
      {isOther && (
        <Group gap="xs" align="flex-start" wrap="nowrap">
          <NumberInput
            flex={1}
            aria-label={`${label}: number`}
            allowNegative={false}
            allowDecimal={false}
            clampBehavior="none"
            maxLength={9}
            value={duration.amount}
            error={durationError(duration, range)}
            onChange={(amount) => {
              onChange(formatDuration({ ...duration, amount: amount === '' ? '' : Number(amount) }));
            }}
          />
          <Select
            w={120}
            aria-label={`${label}: unit`}
            allowDeselect={false}
            data={props.units.map((unit) => ({ value: unit, label: units[unit][0] }))}
            value={duration.unit}
            onChange={(unit) => {
              if (unit !== null) onChange(formatDuration({ ...duration, unit }));
            }}
          />
        </Group>
      )}
    </Stack>
  );
};
