// What this window shows besides the chats: open dialogs, the menu, the alert above the composer, toasts.
import type { ChatId, Error, Field, FolderId, MessageId, OperationId, Prompt, SearchTerm, TagId } from "../bindings";

export type SettingsSection =
  | "connection"
  | "chats"
  | "appearance"
  | "backups"
  | "health"
  | "trash"
  | "personas"
  | "prompts"
  | "keyboard"
  | "about";

/** An error of something that was just tried, with how to try it again where that makes sense. */
export interface Alert {
  error: Error;
  retry?: () => void;
}

export interface Toast {
  id: number;
  text: string;
  operation: OperationId | null;
}

/** Where a reader is: a message and how far its top is from the top of the thread, in pixels. */
export interface Position {
  message: MessageId;
  offset: number;
}

/** Where a menu opens, in pixels of the window. */
interface Spot {
  x: number;
  y: number;
  /** Whether `x` is the end edge of the menu. */
  fromEnd: boolean;
}

interface Menu extends Spot {
  chat: ChatId;
  /** For what it is, where that is a selection. */
  chats?: ChatId[];
}

/** What a dialog asks about the order of the list. */
export type Ordering =
  | { type: "move"; chats: ChatId[] }
  | { type: "tag"; chats: ChatId[] }
  | { type: "filter" }
  | { type: "renameFolder"; id: FolderId; name: string }
  | { type: "renameTag"; id: TagId; name: string }
  | { type: "folderOptions"; id: FolderId };

/** So many chats one may go back to. */
const VISITED = 20;

export class View {
  settings = $state<SettingsSection | null>(null);
  chatOptions = $state(false);
  switcher = $state(false);
  renaming = $state.raw<{ chat: ChatId; title: string } | null>(null);
  /** A prompt whose variables are asked for. */
  filling = $state.raw<{ prompt: Prompt; fields: Field[] } | null>(null);
  menu = $state.raw<Menu | null>(null);
  /** The map of the chat is open. */
  map = $state(false);
  /** The menu of a message. */
  messageMenu = $state.raw<(Spot & { message: MessageId }) | null>(null);
  /** The branch that gets a name: the one that begins with this message. */
  naming = $state.raw<{ message: MessageId; name: string } | null>(null);
  /** The message whose versions are compared. */
  comparing = $state<MessageId | null>(null);
  /** The menu of a folder, or of the tag that is shown. */
  folderMenu = $state.raw<(Spot & { folder: FolderId }) | null>(null);
  tagMenu = $state.raw<Spot | null>(null);
  ordering = $state.raw<Ordering | null>(null);
  /** Only chats with this tag are in the list. */
  tag = $state<TagId | null>(null);
  /** The chats that are being dragged. */
  dragged = $state.raw<ChatId[] | null>(null);
  editing = $state<MessageId | null>(null);
  alert = $state.raw<Alert | null>(null);
  toasts = $state.raw<Toast[]>([]);
  /** The dialogs that are open, the uppermost last: all behind it is out of reach, so the toasts stand in it. */
  modals = $state.raw<readonly symbol[]>([]);
  /** Under 720 pixels the sidebar is an overlay. */
  narrow = $state(false);
  /** Whether the overlay is shown. */
  overlay = $state(false);
  query = $state("");
  /** Whether a search shows the best first, not the newest. */
  best = $state(false);
  /** A message that is to be brought into sight, and how; the thread takes it when it is there. */
  reveal = $state.raw<{ message: MessageId; sent: boolean } | null>(null);
  /** The message that the person came for; marked until they go elsewhere or say something. */
  landed = $state<MessageId | null>(null);
  /** The words that led there, marked in it until the person types, presses Esc or leaves. */
  landedBy = $state.raw<SearchTerm[]>([]);
  /** The reply below which there is room, so that its question could move up. */
  room = $state<MessageId | null>(null);

  /** Whether a dialog lies over the window. */
  get modal(): boolean {
    return (
      this.settings !== null ||
      this.chatOptions ||
      this.renaming !== null ||
      this.filling !== null ||
      this.switcher ||
      this.tree ||
      this.ordering !== null
    );
  }

  /** Whether a dialog about the tree of the chat is open. */
  get tree(): boolean {
    return this.map || this.naming !== null || this.comparing !== null;
  }

  leaveTree(): void {
    this.map = false;
    this.messageMenu = null;
    this.naming = null;
    this.comparing = null;
  }

  /** The chats that were shown, the last one first. */
  visited: ChatId[] = [];

  visit(chat: ChatId): void {
    this.visited = [chat, ...this.visited.filter((id) => id !== chat)].slice(0, VISITED);
  }

  #next = 1;

  toast(text: string, operation: OperationId | null): void {
    // Three at most: a column of them would hide the thread.
    this.toasts = [...this.toasts.slice(-2), { id: this.#next, text, operation }];
    this.#next += 1;
  }

  dropToast(id: number): void {
    this.toasts = this.toasts.filter((toast) => toast.id !== id);
  }
}
