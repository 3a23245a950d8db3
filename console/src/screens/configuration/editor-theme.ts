import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** Colors of YAML with enough contrast on the background. */
const highlighting = (isDark: boolean): Extension =>
  syntaxHighlighting(
    HighlightStyle.define([
      { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: isDark ? '#b7bdf5' : '#343ca0' },
      { tag: [tags.string, tags.special(tags.string), tags.content], color: isDark ? '#8ce0bf' : '#076a4c' },
      { tag: [tags.comment, tags.lineComment], color: isDark ? '#a3a9b7' : '#596170', fontStyle: 'italic' },
      { tag: [tags.separator, tags.punctuation, tags.meta], color: 'inherit' },
    ]),
  );

/**
 * Colors and font of the page for editors, in light and dark.
 * @param minHeight a CSS length
 */
export const editorTheme = (isDark: boolean, minHeight: string): Extension => [
  highlighting(isDark),
  EditorView.theme(
    {
      '&': { fontSize: '13px', backgroundColor: 'var(--mantine-color-body)', color: 'var(--mantine-color-text)' },
      '.cm-content': { fontFamily: 'var(--mantine-font-family-monospace)', minHeight },
      '.cm-gutters': {
        backgroundColor: 'var(--page-background)',
        color: 'var(--mantine-color-dimmed)',
        borderRight: '1px solid var(--mantine-color-default-border)',
      },
      '.cm-cursor': { borderLeftColor: 'var(--mantine-color-text)' },
      '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--mantine-color-default-hover)' },
      '&.cm-focused': { outline: '2px solid var(--mantine-primary-color-filled)' },
    },
    { dark: isDark },
  ),
];
