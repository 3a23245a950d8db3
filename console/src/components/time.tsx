import { Text, Tooltip } from '@mantine/core';
import type { ReactElement } from 'react';
import { useUtc } from './time-zone';

const absolute = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

const steps = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** How long ago, or how soon: `3 hours ago`, `in 5 minutes`. */
export const formatRelative = (time: Date, now = Date.now()): string => {
  const seconds = (time.getTime() - now) / 1000;
  const [unit, size] = steps.find(([, length]) => Math.abs(seconds) >= length) ?? (['second', 1] as const);
  return relative.format(Math.trunc(seconds / size), unit);
};

/** Converts the local time of a form field to RFC 3339 in UTC. Invalid text is returned unchanged; the service rejects it. */
export const toTimestamp = (text: string): string => {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? text : time.toISOString();
};

/** Options of `Time`. */
interface TimeProps {
  /** RFC 3339; null shows a dash. */
  readonly value: string | null;
  /** Shows how long ago it was. */
  readonly isRelative?: boolean;
  /** Shows seconds. */
  readonly isExact?: boolean;
}

const formatUtc = (time: Date): string => `${time.toISOString().replace('T', ' ').slice(0, 19)} UTC`;

/** A time in the zone of the viewer; the tooltip shows it in UTC. Viewers who have chosen UTC see it the other way round. */
export const Time = ({ value, isRelative = false, isExact = false }: TimeProps): ReactElement => {
  const isUtc = useUtc();
  if (value === null) {
    return (
      <Text span inherit c="dimmed">
        –
      </Text>
    );
  }
  const time = new Date(value);
  const local = (isExact ? exact : absolute).format(time);
  const shown = isUtc ? formatUtc(time) : isRelative ? formatRelative(time) : local;
  const others = [formatRelative(time), local, formatUtc(time)].filter((text) => text !== shown);
  return (
    <Tooltip label={(isRelative ? others : others.slice(1)).join(' · ')}>
      <time dateTime={value} className="nowrap">
        {shown}
      </time>
    </Tooltip>
  );
};
