// For tsc only, never served: what the offline store holds.

/** What the view puts before the service worker. */
declare const KEPT: { version: string, isHashed: boolean, shells: { [page: string]: string }, patterns: [string, string][], files: string[] };

/** What a person confirmed and what is sent in its turn. */
interface Entry {
  /** Its place; given when it is kept for the first time. */
  seq?: number;
  id: string;
  /** Where it is posted to. */
  address: string;
  /** Which thing it concerns: the next one about the same thing waits while this one is held up. */
  about: string;
  label: string;
  state: "waiting" | "sending" | "sent" | "conflict" | "refused";
  /** The fields that are sent, flat. */
  body: { [name: string]: string };
  /** The files that go with it: under which field, under which name. */
  blobs: { id: string, field: string, name: string }[];
  createdAt: number;
  message?: string;
  link?: string;
  conflicts?: { column: string, label: string, mine: string, theirs: string }[];
  sentAt?: number;
}

type OfflineStore = Awaited<ReturnType<typeof import("../static/js/offline-store.js").reopen>>;
