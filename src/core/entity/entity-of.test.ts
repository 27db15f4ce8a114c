import { expect, it } from 'vitest';
import { entityOf } from './entity-of.ts';

it.each([
  [{ instance: 'web-1:9100', job: 'node' }, { instance: 'web-1' }],
  [{ instance: 'web-1:8080', job: 'shop' }, { instance: 'web-1' }],
  [{ instance: 'web-1' }, { instance: 'web-1' }],
  [{ instance: '[fe80::1]:9100' }, { instance: '[fe80::1]' }],
  [{ instance: 'fe80::1' }, { instance: 'fe80::1' }],
  [{ instance: 'https://example.org:443/' }, { instance: 'https://example.org:443/' }],
  [
    { instance: '10.0.0.9:8080', namespace: 'shop', pod: 'cart-7f' },
    { namespace: 'shop', pod: 'cart-7f' },
  ],
  [{ host: 'db-1', service: 'postgres' }, { host: 'db-1' }],
  [
    { namespace: 'shop', service: 'cart' },
    { namespace: 'shop', service: 'cart' },
  ],
  [{ job: 'batch', instance: '' }, { job: 'batch' }],
])('a series with %j belongs to %j', (labels, entity) => {
  expect(entityOf(labels)).toEqual(entity);
});

it('belongs to nothing where no label names a machine, pod or service', () => {
  expect(entityOf({ device: 'sda', mode: 'idle' })).toBeUndefined();
});
