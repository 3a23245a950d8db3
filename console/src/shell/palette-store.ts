import { createSpotlight } from '@mantine/spotlight';

const [store, actions] = createSpotlight();

/** The state of the command palette. */
export const paletteStore = store;

/** Opens the command palette. */
export const openPalette = (): void => {
  actions.open();
};
