import { Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactElement } from 'react';
import { useConfig } from '../screens/configuration/use-config';
import { Announcement } from '../components/announcement';
import { useDraft, type Draft } from './draft';
import { ReviewDialog } from './review-dialog';
import { useValidation } from './validation';

/** Shown at the bottom of every screen while there is a draft. */
const DraftBar = (): ReactElement | null => {
  const draft = useDraft();
  return Object.keys(draft.changes).length === 0 ? null : <Bar draft={draft} />;
};

const Bar = ({ draft }: { readonly draft: Draft }): ReactElement => {
  const [isReviewing, review] = useDisclosure(false);
  const config = useConfig();
  const errors = useValidation(config.data, draft.changes)?.length ?? 0;
  const count = Object.keys(draft.changes).length;
  const errorText = errors === 0 ? '' : errors === 1 ? '1 error' : `${String(errors)} errors`;
  return (
    <section className="draft-bar card" aria-label="Draft">
      <Group justify="space-between" gap="sm">
        <Text size="sm" fw={500}>
          {count} {count === 1 ? 'change' : 'changes'} in your draft{' '}
          {errorText !== '' && (
            <Text span inherit c="var(--mantine-color-error)">
              ({errorText})
            </Text>
          )}
        </Text>
        <Announcement text={errorText === '' ? '' : `The draft has ${errorText}`} />
        <Group gap="xs">
          <Button variant="default" onClick={draft.clear}>
            Discard
          </Button>
          <Button onClick={review.open}>Review</Button>
        </Group>
      </Group>
      <ReviewDialog
        isOpen={isReviewing}
        changes={draft.changes}
        base={draft.base}
        onClose={review.close}
        onApplied={draft.clear}
        onRemove={draft.remove}
      />
    </section>
  );
};

export default DraftBar;
