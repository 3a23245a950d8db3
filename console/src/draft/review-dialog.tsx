import { Alert, Button, Group, Modal, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { api, type Schemas } from '../api/client';
import { problemOf, toProblem } from '../api/problem';
import { Icon } from '../components/icon';
import { ProblemAlert } from '../components/problem-alert';
import { QueryLoading } from '../components/query-loading';
import { useConfig, type Config } from '../screens/configuration/use-config';
import { Announcement } from '../components/announcement';
import type { Changes } from './draft';
import { ErrorList } from './error-list';
import { noOptions, optionErrors, optionsBody, ReviewOptions, type ApplyOptions } from './review-options';
import { ReviewTable } from './review-table';
import { errorsBesides, useValidation } from './validation';

/** Options of `ReviewDialog`. */
interface ReviewDialogProps {
  readonly isOpen: boolean;
  readonly changes: Changes;
  /** The values that the changes were made against. */
  readonly base: Changes;
  readonly onClose: () => void;
  readonly onApplied: () => void;
  /** A consequence that the user may not expect. */
  readonly warning?: string;
  /** Takes a key out of the draft; absent if there is only one change to decide on. */
  readonly onRemove?: (key: string) => void;
}

/**
 * Shows what a change would do, and applies it: now or later, permanently or for a limited time, with or without a
 * confirmation.
 */
export const ReviewDialog = (props: ReviewDialogProps): ReactElement => {
  const config = useConfig();
  return (
    <Modal
      opened={props.isOpen}
      onClose={props.onClose}
      size="xl"
      title="Review changes"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {props.isOpen && (config.data ? <ReviewForm {...props} config={config.data} /> : <QueryLoading />)}
    </Modal>
  );
};

/** Describes the result of an applied change. */
type Applied = Schemas['ConfigPatch'] | Schemas['ConfigPatchScheduled'];

const announce = (result: Applied): void => {
  const message =
    'scheduled' in result
      ? `Scheduled for ${new Date(result.scheduled.at).toLocaleString()}`
      : result.outcome === 'unchanged'
        ? 'The values are the same; nothing changed'
        : `Revision ${String(result.revision)} is active on every instance`;
  notifications.show({ color: 'teal', message });
};

const ReviewForm = ({
  config,
  changes,
  base,
  onClose,
  onApplied,
  warning,
  onRemove,
}: ReviewDialogProps & { readonly config: Config }): ReactElement => {
  const [options, setOptions] = useState<ApplyOptions>(noOptions);
  const queries = useQueryClient();
  const needsReason = config.settings.find(({ key }) => key === 'config.requireReason')?.value === true;
  const apply = useMutation({
    mutationFn: async () => {
      const { data, error, response } = await api.PATCH('/api/v1/admin/config', {
        params: { header: { 'If-Match': config.etag } },
        body: { changes: { ...changes }, ...optionsBody(options) },
      });
      if (!response.ok) throw problemOf(response, error);
      return data as Applied;
    },
    onSuccess: (result) => {
      announce(result);
      onApplied();
      onClose();
    },
    onSettled: () => {
      for (const key of ['config', 'revisions', 'overview']) void queries.invalidateQueries({ queryKey: [key] });
    },
  });
  const problem = apply.isError ? toProblem(apply.error) : null;
  const validated = useValidation(config, changes);
  const errors = validated ?? problem?.errors ?? [];
  const invalidOptions = optionErrors(options);
  const isReady =
    (!needsReason || options.reason.trim() !== '') && (validated ?? []).length === 0 && invalidOptions.length === 0;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) apply.mutate();
      }}
    >
      <Stack gap="lg">
        {problem && <ProblemAlert error={problem} />}
        {warning !== undefined && (
          <Alert color="orange" variant="light" icon={<Icon name="alert" />}>
            {warning}
          </Alert>
        )}
        <ReviewTable config={config} changes={changes} base={base} errors={errors} {...(onRemove && { onRemove })} />
        <ErrorList errors={errorsBesides(errors, Object.keys(changes))} />
        <Announcement
          text={[...(validated ?? []).map(({ key, message }) => `${key ?? ''}: ${message}`), ...invalidOptions].join(
            '; ',
          )}
        />
        <ReviewOptions options={options} onChange={setOptions} needsReason={needsReason} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Back
          </Button>
          <Button type="submit" loading={apply.isPending} disabled={!isReady || Object.keys(changes).length === 0}>
            {options.when === 'later' ? 'Schedule' : options.confirmWithin === '' ? 'Apply now' : 'Apply, then confirm'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
};
