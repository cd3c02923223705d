// The table of errors: for every kind what is said and which buttons stand beside it.
import type { Error, ErrorDetail, ErrorKind } from "../bindings";
import { t } from "./text";

/** What a button beside an error does. A place that cannot do one leaves it out. */
export type ErrorAction =
  | "enterKey"
  | "openSettings"
  | "openHealth"
  | "retry"
  | "chooseModel"
  | "newChat"
  | "edit"
  | "continue"
  | "checkAgain"
  | "openBilling"
  | "chatSettings";

interface Row {
  sentence: string | ((detail: ErrorDetail) => string);
  actions: readonly ErrorAction[];
  /** Other words for a button than the usual ones. */
  labels?: Partial<Record<ErrorAction, string>>;
}

const e = t.error;

export const errorTable = {
  missingApiKey: { sentence: e.missingApiKey, actions: ["enterKey"] },
  invalidApiKey: { sentence: e.invalidApiKey, actions: ["enterKey"], labels: { enterKey: e.enterAnotherKey } },
  malformedApiKey: { sentence: e.malformedApiKey, actions: ["enterKey"], labels: { enterKey: e.enterAnotherKey } },
  permissionDenied: {
    sentence: e.permissionDenied,
    actions: ["chooseModel", "enterKey"],
    labels: { enterKey: e.enterAnotherKey },
  },
  keychainUnavailable: { sentence: e.keychainUnavailable, actions: ["enterKey"] },
  rateLimited: { sentence: e.rateLimited, actions: ["retry"] },
  quotaExceeded: { sentence: e.quotaExceeded, actions: ["openBilling", "retry"] },
  modelNotFound: { sentence: e.modelNotFound, actions: ["chooseModel"] },
  contextTooLong: { sentence: e.contextTooLong, actions: ["newChat", "edit"] },
  requestRejected: { sentence: e.requestRejected, actions: ["chatSettings", "retry"] },
  serverBusy: { sentence: e.serverBusy, actions: ["retry"] },
  offline: { sentence: e.offline, actions: ["retry"] },
  timedOut: { sentence: e.timedOut, actions: ["continue", "retry"] },
  tlsUntrusted: { sentence: e.tlsUntrusted, actions: ["checkAgain", "openSettings"] },
  replyCutShort: { sentence: e.replyCutShort, actions: ["continue", "retry"] },
  unexpectedResponse: { sentence: e.unexpectedResponse, actions: ["openSettings", "retry"] },
  chatNotFound: { sentence: e.chatNotFound, actions: ["newChat"] },
  messageNotFound: { sentence: e.messageNotFound, actions: [] },
  heldBack: { sentence: e.heldBack, actions: ["retry", "edit"] },
  emptyMessage: { sentence: e.emptyMessage, actions: [] },
  messageTooLarge: { sentence: e.messageTooLarge, actions: [] },
  invalidSettings: { sentence: e.invalidSettings, actions: ["openSettings"] },
  invalidBaseUrl: { sentence: e.invalidBaseUrl, actions: ["openSettings"] },
  storageFailed: { sentence: e.storageFailed, actions: ["retry"] },
  storageDamaged: { sentence: e.storageDamaged, actions: ["openHealth", "retry"] },
  storageFull: { sentence: e.storageFull, actions: ["retry"] },
  storageTooNew: { sentence: e.storageTooNew, actions: [] },
  storageInUse: { sentence: e.storageInUse, actions: ["retry"] },
  folderNotFound: { sentence: e.folderNotFound, actions: [] },
  tagNotFound: { sentence: e.tagNotFound, actions: [] },
  notInLibrary: { sentence: e.notInLibrary, actions: [] },
  emptyPrompt: { sentence: e.emptyPrompt, actions: [] },
  notALibrary: { sentence: (d: ErrorDetail) => e.notALibrary(d.path), actions: [] },
  internal: { sentence: e.internal, actions: ["retry"] },
} satisfies Record<ErrorKind, Row>;

/** The words for an error. */
export function sentence(error: Error): string {
  const row: Row = errorTable[error.kind] ?? errorTable.internal;
  return typeof row.sentence === "string" ? row.sentence : row.sentence(error.detail);
}

/** The actions that the table knows for an error, each with its label. */
export function errorActions(error: Error): { action: ErrorAction; label: string }[] {
  const row: Row = errorTable[error.kind] ?? errorTable.internal;
  const actions = row.actions.map((action) =>
    // Only OpenAI's own page for credit is known; any other account starts from the address in the settings.
    action === "openBilling" && error.detail.host !== "api.openai.com" ? "openSettings" : action,
  );
  return actions.map((action) => ({ action, label: row.labels?.[action] ?? e[action] }));
}
