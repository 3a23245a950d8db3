import { NumberInput, Select, Switch, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { boundsOf, choicesOf, controlOf, type SettingSchema } from './setting-schema';

/** Options of `ValueControl`. */
interface ValueControlProps {
  readonly label: string;
  readonly schema: SettingSchema;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  readonly error: string | null;
}

const asText = (value: unknown): string =>
  value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);

/** A JSON value as text; it is passed on while it can be parsed. */
const JsonControl = ({ label, value, onChange, error }: ValueControlProps): ReactElement => {
  const [text, setText] = useState(JSON.stringify(value, null, 2));
  const [isBroken, setBroken] = useState(false);
  return (
    <Textarea
      label={label}
      description="JSON"
      autosize
      minRows={3}
      classNames={{ input: 'mono' }}
      value={text}
      error={isBroken ? 'is not valid JSON' : error}
      onChange={(event) => {
        setText(event.currentTarget.value);
        try {
          onChange(JSON.parse(event.currentTarget.value));
          setBroken(false);
        } catch {
          onChange(undefined);
          setBroken(true);
        }
      }}
    />
  );
};

/** Edits the value of a setting with a control that fits its type. */
export const ValueControl = (props: ValueControlProps): ReactElement => {
  const { label, schema, value, onChange, error } = props;
  const unit = schema['x-unit'];
  const range = schema['x-range'];
  const description = [range, unit].filter((part) => part !== undefined).join(', ');
  switch (controlOf(schema)) {
    case 'switch':
      return (
        <Switch
          size="md"
          label={value === true ? 'on' : 'off'}
          aria-label={label}
          checked={value === true}
          error={error}
          onChange={(event) => {
            onChange(event.currentTarget.checked);
          }}
        />
      );
    case 'number': {
      const { minimum, maximum } = boundsOf(schema);
      return (
        <NumberInput
          label={label}
          description={description}
          {...(minimum !== undefined && { min: minimum })}
          {...(maximum !== undefined && { max: maximum })}
          clampBehavior="none"
          value={typeof value === 'number' ? value : ''}
          error={error}
          onChange={(next) => {
            onChange(next === '' ? Number.NaN : Number(next));
          }}
        />
      );
    }
    case 'choice':
      return (
        <Select
          label={label}
          allowDeselect={false}
          data={[...choicesOf(schema)]}
          value={asText(value)}
          error={error}
          onChange={(next) => {
            if (next !== null) onChange(next);
          }}
        />
      );
    case 'list':
      return (
        <TagsInput
          label={label}
          description="Press Enter after each entry."
          value={Array.isArray(value) ? value.map(String) : []}
          error={error}
          onChange={onChange}
        />
      );
    case 'text':
      return (
        <TextInput
          label={label}
          description={description}
          value={asText(value)}
          error={error}
          onChange={(event) => {
            onChange(event.currentTarget.value);
          }}
        />
      );
    case 'json':
      return <JsonControl {...props} />;
  }
};
