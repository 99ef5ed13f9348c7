// The names of the commands, as shortcuts and menus refer to them.
export const CommandIDs = {
  open: "nbboard:open",
  openBoard: "nbboard:open-board",
  openTensorBoard: "nbboard:open-tensorboard",
  editFolder: "nbboard:edit-folder",
  reload: "nbboard:reload",
  toggleLive: "nbboard:toggle-live",
  stop: "nbboard:stop",
  openInTab: "nbboard:open-in-browser-tab",
  insertCell: "nbboard:insert-cell",
} as const;
