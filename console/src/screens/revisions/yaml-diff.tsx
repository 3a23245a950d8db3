import { useComputedColorScheme } from '@mantine/core';
import { yaml } from '@codemirror/lang-yaml';
import { MergeView } from '@codemirror/merge';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { basicSetup } from 'codemirror';
import { useEffect, useRef, type ReactElement } from 'react';
import { styleNonce } from '../../api/base';
import { editorTheme } from '../configuration/editor-theme';
import type { Change } from './change-rows';

/** One side of the changes as YAML with dotted keys. */
const documentOf = (changes: readonly Change[], side: 'from' | 'to'): string =>
  changes.map((change) => `${change.key}: ${JSON.stringify(change[side] ?? null)}\n`).join('');

/** Options of `YamlDiff`. */
interface YamlDiffProps {
  readonly changes: readonly Change[];
  readonly titles: readonly [from: string, to: string];
}

/** Two versions of the settings that differ, side by side. */
const YamlDiff = ({ changes, titles }: YamlDiffProps): ReactElement => {
  const host = useRef<HTMLDivElement>(null);
  const isDark = useComputedColorScheme('light') === 'dark';
  const [from, to] = titles;
  useEffect(() => {
    if (host.current === null) return undefined;
    const sideOf = (side: 'from' | 'to', label: string): { doc: string; extensions: Extension } => ({
      doc: documentOf(changes, side),
      extensions: [
        basicSetup,
        yaml(),
        editorTheme(isDark, '0'),
        EditorView.lineWrapping,
        EditorView.editable.of(false),
        EditorState.readOnly.of(true),
        EditorView.cspNonce.of(styleNonce),
        EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
      ],
    });
    const view = new MergeView({ a: sideOf('from', from), b: sideOf('to', to), parent: host.current });
    return () => {
      view.destroy();
    };
  }, [changes, from, to, isDark]);
  return <div ref={host} className="yaml-editor" />;
};

export default YamlDiff;
