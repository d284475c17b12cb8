// The editor of a live cell: CodeMirror with Python, and no more of it than a cell needs.
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";

// The names of the classes are those that live.css gives the page's colours.
const style = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], class: "sx-k" },
  { tag: [tags.string, tags.special(tags.string)], class: "sx-s" },
  { tag: [tags.number, tags.bool, tags.null], class: "sx-m" },
  { tag: tags.comment, class: "sx-c" },
  { tag: [tags.function(tags.definition(tags.variableName)), tags.definition(tags.className)], class: "sx-f" },
]);

/** An editor in `parent` with `text`; `label` names it, `run` answers Shift-Enter, `change` each edit. */
export function edit({ parent, text, label, describedBy, run, change }) {
  const keys = [
    { key: "Shift-Enter", run: () => (run(), true), preventDefault: true },
    // Tab indents; Escape, then Tab, leaves, as CodeMirror says in its guide on Tab handling.
    { key: "Escape", run: (view) => (view.setTabFocusMode(2000), true) },
  ];
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        keymap.of(keys),
        history(),
        drawSelection(),
        indentUnit.of("    "),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        python(),
        syntaxHighlighting(style),
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab]),
        EditorView.contentAttributes.of({ "aria-label": label, "aria-describedby": describedBy, tabindex: "0" }),
        EditorView.updateListener.of((update) => update.docChanged && change(view.state.doc.toString())),
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    set: (next) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } }),
    focus: () => view.focus(),
    element: view.dom,
  };
}
