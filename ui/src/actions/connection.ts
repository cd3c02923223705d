// The endpoint and its key. Each call answers with the connection as it is then; the caller shows its errors in place.
import type { Connection, Settings } from "../bindings";
import * as ipc from "../ipc";
import { chat, overview, view } from "../state/window";
import { attempt } from "./report";
import { focusOn } from "./focus";

async function take(connection: Promise<Connection>): Promise<void> {
  overview.connection = await connection;
  // What stands above the composer may be about the key or the address that has just been replaced.
  view.alert = null;
}

export const saveKey = (key: string) => take(ipc.saveKey(key));
export const removeKey = () => take(ipc.removeKey());
export const saveBaseUrl = (address: string) => take(ipc.saveBaseUrl(address));
export const saveServer = (address: string, key: string) => take(ipc.saveServer(address, key));
export const setStreaming = (streaming: boolean) => take(ipc.setStreaming(streaming));
export const checkConnection = () => take(ipc.checkConnection());
export const proposeBaseUrl = ipc.proposeBaseUrl;

/** Saves some settings. What is shown changes at once, and back if they are refused. */
export async function saveSettings(change: Partial<Settings>): Promise<void> {
  const before = overview.settings;
  // Saved as a whole, and the chat that is open now is the last one.
  const settings = { ...before, lastChat: chat.head?.id ?? before.lastChat, ...change };
  overview.settings = settings;
  try {
    await ipc.saveSettings(settings);
  } catch (thrown) {
    if (overview.settings === settings) overview.settings = before;
    throw thrown;
  }
}

/** Puts the focus on a field for the key: the welcome's where that is shown, else the one in the settings. */
export async function enterKey(): Promise<void> {
  if (view.settings === null && (await focusOn("api-key"))) return;
  view.settings = "connection";
  await focusOn("api-key");
}

export async function dismissNotice(id: number): Promise<void> {
  await attempt(() => ipc.dismissNotice(id));
}

/** The list of models, asked once for each endpoint and key. */
let models: { of: string; list: Promise<string[]> } | null = null;

export function listModels(): Promise<string[]> {
  const of = JSON.stringify([overview.connection.baseUrl, overview.connection.key]);
  if (models?.of === of) return models.list;
  const list = ipc.listModels();
  models = { of, list };
  list.catch(() => {
    if (models?.list === list) models = null;
  });
  return list;
}
