// JupyterLab's output area, without prompts.
import type { ISessionContext } from "@jupyterlab/apputils";
import { OutputArea, OutputAreaModel, SimplifiedOutputArea } from "@jupyterlab/outputarea";
import type { IRenderMimeRegistry } from "@jupyterlab/rendermime";

// npm may install this package of another release than the others, with types of its own
// for the same objects; JupyterLab has one of each. The casts are all here.
type AreaOptions = ConstructorParameters<typeof SimplifiedOutputArea>[0];
type AreaContext = Parameters<typeof OutputArea.execute>[2];

/** Where a panel's outputs are shown. */
export class Output {
  readonly widget: OutputArea;
  readonly rendermime: IRenderMimeRegistry;

  constructor(rendermime: IRenderMimeRegistry) {
    this.rendermime = rendermime.clone();
    this.widget = new SimplifiedOutputArea({
      // The code is the panel's own.
      model: new OutputAreaModel({ trusted: true }),
      rendermime: this.rendermime as unknown as AreaOptions["rendermime"],
      contentFactory: OutputArea.defaultContentFactory,
    });
  }

  get isEmpty(): boolean {
    return this.widget.model.length === 0;
  }

  /** Takes away what is shown, and does not show what running code still displays. */
  clear(): void {
    // It has none before the first code, whatever its type says.
    (this.widget.future as typeof this.widget.future | undefined)?.dispose();
    this.widget.model.clear();
  }

  /** Runs code and shows what it displays; calls back at the first output. */
  async execute(code: string, context: ISessionContext, first: () => void): Promise<void> {
    const { model } = this.widget;
    const check = (): void => {
      if (model.length > 0) first();
    };
    model.changed.connect(check);
    try {
      await OutputArea.execute(code, this.widget, context as unknown as AreaContext);
    } finally {
      model.changed.disconnect(check);
    }
  }
}
