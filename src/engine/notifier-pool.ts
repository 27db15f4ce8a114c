import type { Notifier } from '../notify/notifier.ts';
import type { Channel } from './channels.ts';

/** The notifier of each channel, as long as its settings stay what they are. */
export class NotifierPool {
  readonly #make: (channel: Channel) => Notifier;
  readonly #made = new Map<string, { readonly key: string; readonly notifier: Notifier }>();

  constructor(make: (channel: Channel) => Notifier) {
    this.#make = make;
  }

  of(channel: Channel): Notifier {
    const key = JSON.stringify([channel.settings, channel.problem]);
    const known = this.#made.get(channel.name);
    if (known?.key === key) return known.notifier;
    known?.notifier.close();
    const notifier = this.#make(channel);
    this.#made.set(channel.name, { key, notifier });
    return notifier;
  }

  /** Closes those of channels that are gone. */
  keepOnly(channels: readonly Channel[]): void {
    for (const [name, { notifier }] of this.#made) {
      if (channels.some((one) => one.name === name)) continue;
      notifier.close();
      this.#made.delete(name);
    }
  }
}
