import { useDebouncedValue } from '@mantine/hooks';
import type { ReactElement } from 'react';

/** Pause before a text is announced, in milliseconds, so that not every key press interrupts the screen reader. */
const pauseMs = 500;

/** Announces a text to screen readers without moving the focus. It must be on the page before the text is. */
export const Announcement = ({ text }: { readonly text: string }): ReactElement => {
  const [announced] = useDebouncedValue(text, pauseMs);
  return (
    <div role="status" className="visually-hidden">
      {announced}
    </div>
  );
};
