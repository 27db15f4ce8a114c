/** Addresses of the web UI beside `/`: `/<noun>`, and `/<noun>/<id>` where one of them has a page. */
export const UI_NOUNS = {
  incidents: { one: true },
  anomalies: { one: true },
  series: { one: true },
  channels: { one: false },
  silences: { one: false },
  rules: { one: false },
  calendar: { one: false },
  models: { one: true },
  backtests: { one: true },
  status: { one: false },
  report: { one: false },
  audit: { one: false },
} as const;

export type UiNoun = keyof typeof UI_NOUNS;

export function isUiNoun(text: string): text is UiNoun {
  return Object.hasOwn(UI_NOUNS, text);
}
