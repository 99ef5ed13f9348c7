// The settings of schema/plugin.json, read into types.
import type { ISettingRegistry } from "@jupyterlab/settingregistry";
import { type ISignal, Signal } from "@lumino/signaling";
import { DEFAULTS, type Preferences, readPreferences } from "./preferences.ts";

export const PLUGIN_ID = "nbboard:plugin";

/** The preferences as they are now; without a settings registry, the defaults. */
export class Settings {
  private current: Preferences = DEFAULTS;
  private readonly changedSignal = new Signal<this, Preferences>(this);

  get preferences(): Preferences {
    return this.current;
  }

  get changed(): ISignal<this, Preferences> {
    return this.changedSignal;
  }

  async follow(registry: ISettingRegistry): Promise<void> {
    const settings = await registry.load(PLUGIN_ID);
    const update = (): void => {
      this.current = readPreferences(settings.composite);
      this.changedSignal.emit(this.current);
    };
    settings.changed.connect(update);
    update();
  }
}
