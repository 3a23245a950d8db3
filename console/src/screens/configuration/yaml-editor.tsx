import { useComputedColorScheme } from '@mantine/core';
import { yaml } from '@codemirror/lang-yaml';
import { setDiagnostics, lintGutter, type Diagnostic } from '@codemirror/lint';
import { Compartment, EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { basicSetup } from 'codemirror';
import { useEffect, useRef, type ReactElement } from 'react';
import { styleNonce } from '../../api/base';
import type { ProblemDetail } from '../../api/problem';
import { editorTheme } from './editor-theme';
import { replaceSelection } from './replace-selection';

/** Options of `YamlEditor`. */
interface YamlEditorProps {
  readonly label: string;
  readonly value: string;
  /** Without it, the text cannot be changed. */
  readonly onChange?: (text: string) => void;
  /** Errors with a line are marked in the text. */
  readonly errors: readonly ProblemDetail[];
}

/** A YAML document with syntax colors; errors are marked at their lines. */
const YamlEditor = ({ label, value, onChange, errors }: YamlEditorProps): ReactElement => {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const theme = useRef(new Compartment());
  const changed = useRef(onChange);
  const isDark = useComputedColorScheme('light') === 'dark';
  changed.current = onChange;

  useEffect(() => {
    if (host.current === null) return undefined;
    const editor = new EditorView({
      doc: value,
      parent: host.current,
      extensions: [
        basicSetup,
        yaml(),
        lintGutter(),
        replaceSelection,
        EditorView.lineWrapping,
        EditorView.cspNonce.of(styleNonce),
        EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
        EditorView.editable.of(onChange !== undefined),
        EditorState.readOnly.of(onChange === undefined),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) changed.current?.(update.state.doc.toString());
        }),
        theme.current.of(editorTheme(isDark, '280px')),
      ],
    });
    view.current = editor;
    return () => {
      editor.destroy();
    };
    // The editor owns its text: later values come from itself, or replace the text below.
  }, [label]);

  useEffect(() => {
    const editor = view.current;
    if (editor && editor.state.doc.toString() !== value) {
      editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
    }
  }, [value]);

  useEffect(() => {
    view.current?.dispatch({ effects: theme.current.reconfigure(editorTheme(isDark, '280px')) });
  }, [isDark]);

  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const { doc } = editor.state;
    const marks = errors.flatMap(({ line, message }): Diagnostic[] => {
      if (line === undefined || line < 1 || line > doc.lines) return [];
      const { from, to } = doc.line(line);
      return [{ from, to, message, severity: 'error' }];
    });
    editor.dispatch(setDiagnostics(editor.state, marks));
  }, [errors, value]);

  return <div ref={host} className="yaml-editor" />;
};

export default YamlEditor;
