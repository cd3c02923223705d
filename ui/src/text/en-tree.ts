// What English says about a chat as a tree: its map, its branches, its versions side by side.
import { count, number } from "./en-formats";

const messages = (n: number) => count(n, "message", "messages");

export const tree = {
  map: "Map of this chat",
  close: "Close",
  branches: "Branches",
  empty: "Nothing was said in this chat yet.",
  single: "This chat is one line: nothing in it was edited or answered anew yet.",
  several: (n: number) => `${count(n, "part", "parts")} between forks. What is shown runs straight down.`,
  keys: "Enter goes there, F2 names the branch.",
  noText: "(no text)",
  messages,
  version: (at: number, of: number) => `${number.format(at)} of ${number.format(of)}`,
  isShown: "shown",
  notShown: "not shown",
  here: "you are here",
  landed: (what: string) => `Shown: ${what}`,
  more: "More actions",
  name: "Name this branch…",
  compare: "Compare versions…",
  fork: "Fork to a new chat",
  deleteRest: "Delete the rest from here",
  branch: (name: string) => `Branch: ${name}`,
  nameHeading: "Name this branch",
  nameField: "Name",
  nameHint: "It stands beside the message that the branch begins with, and in the map. Empty takes it away.",
  saveName: "Save name",
  cancel: "Cancel",
  named: "Branch named",
  unnamed: "Name taken away",
  forked: "Forked to a new chat",
  restDeleted: "Deleted from here on",
  compareHeading: "Compare versions",
  one: "Version",
  other: "Compared with",
  choice: (at: number, of: number, model: string | null, name: string | null) =>
    [`${number.format(at)} of ${number.format(of)}`, model, name && `“${name}”`].filter(Boolean).join(" · "),
  same: "These two versions are the same, word for word.",
  differ: (n: number) => `${count(n, "place differs", "places differ")}.`,
  legendRemoved: "only in the first",
  legendAdded: "only in the other",
  change: (at: number, of: number) => `Difference ${number.format(at)} of ${number.format(of)}`,
  unchanged: "The same in both",
  showWhole: (length: number) => `Show all ${number.format(length)} characters`,
  take: "Take this paragraph over",
  leaveOut: "Leave this paragraph out",
  taken: (at: number, of: number) =>
    `Taken over. A new version, ${number.format(at)} of ${number.format(of)}, is shown now.`,
  undo: "Undo",
  takenBack: "Undone. The version before is shown again.",
  tookOver: "Paragraph taken over",
  onlyOne: "There is no other version any more.",
};

/** What Undo says of operations of the tree. */
export const treeUndone = {
  showVersion: "The version before is shown again",
  nameBranch: "The branch's former name is back",
  takeOver: "The version before is shown again",
  forkChat: "The forked chat is in the trash",
  deleteRest: "The messages are back",
};
