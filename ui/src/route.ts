/** A page of the UI, read from an address. */
export type Route =
  | { readonly page: 'overview' | 'anomalies' | 'series-list' | 'unknown' }
  | { readonly page: 'anomaly' | 'series'; readonly id: number };

export function routeOf(path: string): Route {
  const [noun = '', id, ...rest] = path.split('/').filter((part) => part !== '');
  if (rest.length > 0) return { page: 'unknown' };
  if (noun === '') return { page: 'overview' };
  if (id === undefined) {
    if (noun === 'anomalies') return { page: 'anomalies' };
    return { page: noun === 'series' ? 'series-list' : 'unknown' };
  }
  if (!/^[1-9]\d*$/.test(id)) return { page: 'unknown' };
  if (noun === 'anomalies') return { page: 'anomaly', id: Number(id) };
  return noun === 'series' ? { page: 'series', id: Number(id) } : { page: 'unknown' };
}
