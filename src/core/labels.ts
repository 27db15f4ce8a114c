/** The label set of one series, as in Prometheus, without `__name__`. */
export type Labels = Readonly<Record<string, string>>;

/** One canonical text per label set, `{a="1",b="2"}`, names ascending: equal sets give equal text. */
export function labelsKey(labels: Labels): string {
  const pairs = Object.keys(labels)
    .toSorted()
    .map((name) => `${name}=${JSON.stringify(labels[name])}`);
  return `{${pairs.join(',')}}`;
}
