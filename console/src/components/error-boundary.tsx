import { Button, Group, Stack } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { ProblemAlert } from './problem-alert';

interface ErrorBoundaryProps {
  /** Another value shows the children again. */
  readonly resetKey: string;
  readonly children: ReactNode;
}

interface ErrorBoundaryState {
  readonly error: unknown;
  readonly resetKey: string;
}

/** Shows an error of a screen in its place; the menu stays usable. A script that is gone after an update needs a reload. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { error: null, resetKey: this.props.resetKey };

  static getDerivedStateFromError(this: void, error: unknown): Partial<ErrorBoundaryState> {
    return { error };
  }

  static getDerivedStateFromProps(
    this: void,
    { resetKey }: ErrorBoundaryProps,
    state: ErrorBoundaryState,
  ): Partial<ErrorBoundaryState> | null {
    return resetKey === state.resetKey ? null : { error: null, resetKey };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return (
      <Stack gap="md">
        <ProblemAlert error={this.state.error} />
        <Group>
          <Button
            variant="default"
            onClick={() => {
              location.reload();
            }}
          >
            Reload the page
          </Button>
        </Group>
      </Stack>
    );
  }
}
