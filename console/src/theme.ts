import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

/** Indigo with at least 4.5:1 contrast on white from shade 6 on, and on the dark background up to shade 4. */
const brand: MantineColorsTuple = [
  '#eef0ff',
  '#dcdffc',
  '#b7bdf5',
  '#9199ee',
  '#7580ea',
  '#5c68e2',
  '#4a55d4',
  '#3d47ba',
  '#343ca0',
  '#2a3183',
];

/** The look of the console. */
export const theme = createTheme({
  primaryColor: 'brand',
  primaryShade: { light: 6, dark: 5 },
  colors: { brand },
  autoContrast: true,
  defaultRadius: 'md',
  fontFamily: 'Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '1.5rem' }, h2: { fontSize: '1.125rem' }, h3: { fontSize: '1rem' } },
  },
  cursorType: 'pointer',
  respectReducedMotion: true,
  focusRing: 'auto',
  // The header of a dialog is not the banner of the page.
  components: {
    ModalHeader: { defaultProps: { role: 'presentation' } },
    DrawerHeader: { defaultProps: { role: 'presentation' } },
    // A list or menu is in the landmark of its field or button, and contains only its entries.
    Combobox: { defaultProps: { withinPortal: false, floatingStrategy: 'fixed' } },
    Menu: { defaultProps: { withinPortal: false, floatingStrategy: 'fixed', withInitialFocusPlaceholder: false } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
  },
});

/** Text colors of the variants light and subtle: those of Mantine have too little contrast for small text. */
const lightText = (colors: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(colors).map(([name, color]) => [`--mantine-color-${name}-light-color`, color]));

/** Colors of the page: white cards on a calm background, and secondary text with enough contrast. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--page-background': '#f5f6f8',
    '--mantine-color-dimmed': '#596170',
    '--mantine-color-error': '#c92a2a',
    '--mantine-color-placeholder': '#697180',
    '--row-hover': '#f1f3f5',
    ...lightText({
      teal: '#076a4c',
      red: '#b42222',
      orange: '#a83a05',
      blue: '#1864ab',
      grape: '#862e9c',
      gray: '#495057',
    }),
    '--mantine-color-brand-light-color': '#343ca0',
    '--chart-good': '#4a55d4',
    '--chart-bad': '#c2410c',
    '--switch-off': '#626a78',
  },
  dark: {
    '--mantine-color-body': '#1a1c22',
    '--page-background': '#121318',
    '--mantine-color-dimmed': '#a3a9b7',
    '--mantine-color-error': '#ff9b9b',
    '--mantine-color-placeholder': '#8f96a5',
    '--mantine-color-anchor': '#9199ee',
    '--row-hover': '#25272f',
    ...lightText({
      teal: '#63e6be',
      red: '#ffa8a8',
      orange: '#ffc078',
      blue: '#a5d8ff',
      grape: '#eebefa',
      gray: '#ced4da',
    }),
    '--mantine-color-brand-light-color': '#b7bdf5',
    '--chart-good': '#8c96f2',
    '--chart-bad': '#f59e6a',
    '--switch-off': '#4a4f5c',
  },
});
