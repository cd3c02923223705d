// Words for what can go wrong with folders and tags, and for what comes out of the trash.
export const orderErrors = {
  folderNotFound: "This folder is not there any more.",
  tagNotFound: "No chat has this tag any more.",
};

export const trashUndone = {
  takeFromTrash: "The chat is in the trash again",
};
