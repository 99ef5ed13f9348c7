// The file browser: which folder is meant, and whether it holds logs.
import type { FileBrowser, IFileBrowserFactory } from "@jupyterlab/filebrowser";
import type { Contents } from "@jupyterlab/services";
import { kernelPath, lister } from "./contents.ts";
import { Holdings } from "./holdings.ts";
import { folderOf, isEventFile } from "./logs.ts";

/** How long the pointer rests on a folder before it is looked into. */
const REST_MS = 80;

export class BrowserFolders {
  private readonly factory: IFileBrowserFactory;
  private readonly contents: Contents.IManager;
  private readonly holdings: Holdings;

  constructor(factory: IFileBrowserFactory, contents: Contents.IManager) {
    this.factory = factory;
    this.contents = contents;
    this.holdings = new Holdings(lister(contents));
    factory.tracker.forEach((browser) => {
      this.watch(browser);
    });
    factory.tracker.widgetAdded.connect((_, browser) => this.watch(browser));
  }

  /** The folder that the browser shows. */
  current(): string | null {
    return this.factory.tracker.currentWidget?.model.path ?? null;
  }

  /** Whether what is selected is known to hold event files. */
  holds(): boolean {
    return this.selected().some((path) => this.holdings.holds(path));
  }

  look(path: string): Promise<boolean> {
    return this.holdings.look(path);
  }

  /**
   * The folders that are meant, as a kernel knows them.
   *
   * @param listing - the folder itself that the browser shows, not what is selected in it
   */
  chosen(listing: boolean): ({ path: string } | { drive: string })[] {
    const paths = listing ? [this.current() ?? ""] : this.selected();
    return paths.map((path) => kernelPath(this.contents, path));
  }

  /** The selected folders, and those of the selected event files; each once. */
  private selected(): string[] {
    const browser = this.factory.tracker.currentWidget;
    const folders: string[] = [];
    for (const item of browser?.selectedItems() ?? []) {
      if (item.type === "directory") folders.push(item.path);
      else if (isEventFile(item.name)) folders.push(folderOf(item.path));
    }
    return [...new Set(folders)];
  }

  private watch(browser: FileBrowser): void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    browser.node.addEventListener("pointerover", (event) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const item = browser.modelForClick(event);
        if (item?.type === "directory") void this.holdings.look(item.path);
      }, REST_MS);
    });
    // For the keyboard's context menu.
    browser.node.addEventListener("keyup", () => {
      for (const path of this.selected()) void this.holdings.look(path);
    });
    browser.node.addEventListener("pointerleave", () => clearTimeout(timer));
  }
}
