// For tsc only, never served: what the scripts find on a page or in a library and no type can tell.
// What kind of element a selector finds is known to the template, not to the compiler.
interface ParentNode {
  querySelector(selectors: string): any;
  querySelectorAll(selectors: string): NodeListOf<any>;
}

declare const echarts: any;

interface DocumentEventMap {
  /** A suggestion is being listed; who could not show it says so in its note. */
  "search:found": CustomEvent<{ kind: string; code: string; note: string }>;
  /** A suggestion of the head's search was chosen; who shows it prevents its page from being opened. */
  "search:chosen": CustomEvent<{ kind: string; code: string }>;
}
