// What the chapters of the entry grid hand to each other; for tsc only, never served.
// Not as imports in their comments: under hashed names Django would take those for imports of the scripts.

/** A figure, a sentence, or nothing. */
type Value = number | string | null;

interface Cell {
  key: string;
  /** Of the area whose row this is. */
  code: string;
  /** Of the figure, of the sentence, or of the choice beside it. */
  name: string;
  row: Row;
  holder: HTMLElement;
  /** Null where nobody can type. */
  input: HTMLInputElement | null;
  stored: Value;
  seen: Value[];
  pending: Kept | null;
  /** The moment of the text that is on its way, 0 for none. */
  flying: number;
  /** The moment when she last put another text into it, 0 for never on this page. */
  touchedAt: number;
  state: "" | "typed" | "saving" | "saved" | "failed" | "conflict" | "locked" | "unreadable";
  message: string;
  theirs: { value: Value; by: string } | null;
  isEditing: boolean;
  entered: string;
  base: string;
  visit: number;
  /** The place among the rows that are shown, as its row has it. */
  readonly r: number;
  /** -1 for what stands beneath the figures. */
  c: number;
  /** Whether it is the sentence beneath the figures, or the choice beside it. */
  isSentence: boolean;
  label: string;
  /** Of the quarter before. */
  before?: number | null;
  read?: () => { value: Value; error: string };
}

interface Row {
  code: string;
  name: string;
  body: HTMLElement;
  hidden: HTMLInputElement | null;
  /** The code of the row under which it is folded. */
  within: string;
  faults: { text: string; href: string }[];
  /** The place among all rows, and among those that are shown. */
  n: number;
  r: number;
  isShown: boolean;
  /** The cells of figures. */
  cells: Cell[];
  sentence: Cell | null;
  choice: Cell | null;
  /** The cells that there are, and the same by the place of their column. */
  all: Cell[];
  values: Cell[];
  items?: HTMLElement[];
  /** The number of the question that was last asked about it. */
  asked?: number;
}

/** A record of the queue. */
interface Kept {
  key: string;
  code: string;
  name: string;
  label: string;
  text: string;
  seen: Value[];
  at: number;
}

interface Sheet {
  table: HTMLTableElement;
  rows: Row[];
  shown: Row[];
  columns: number;
  every: Cell[];
  find(code: string, name: string): Cell | null;
  row(code: string): Row | null;
  at(r: number, c: number): Cell | null;
  of(element: any): Cell | null;
  remember(row: Row): void;
  fields(): HTMLInputElement[];
  fold(code: string, isOpen: boolean): void;
  reveal(row: Row): void;
  open(code: string): void;
  /** Whether one row is shown at a time (entry-cards.js), and how another is turned to. */
  isCards: boolean;
  turn(row: Row): void;
  /** Something has been stored. */
  stored(): void;
}
type GridSelection = ReturnType<typeof import("../static/js/entry-selection.js").makeSelection>;
type Changes = ReturnType<typeof import("../static/js/entry-changes.js").makeChanges>;
type Queue = ReturnType<typeof import("../static/js/entry-queue.js").openQueue>;
