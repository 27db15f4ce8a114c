import { expect, it } from 'vitest';
import { Room } from './room.ts';
import { SortedWindow } from './sorted-window.ts';

it('a room gives every part entries of its own, and keeps what is in them when it grows', () => {
  const room = new Room();
  expect([room.reserveFloats(3), room.reserveSingles(2), room.reserveBytes(1)]).toEqual([0, 0, 0]);
  room.floats.set([1.1, 2.2, 3.3]);
  room.singles.set([4, 5]);
  room.bytes.set([6]);
  expect([room.reserveFloats(1), room.reserveSingles(1), room.reserveBytes(2)]).toEqual([3, 2, 1]);
  expect([...room.floats]).toEqual([1.1, 2.2, 3.3, 0]);
  expect([...room.singles]).toEqual([4, 5, 0]);
  expect([...room.bytes]).toEqual([6, 0, 0]);
});

it('parts that share a room are as they would be alone, also when one moves in later', () => {
  const room = new Room();
  const first = new SortedWindow(3, room);
  for (const value of [9, 1, 5, 7]) first.push(value);
  const second = new SortedWindow(4, room);
  for (const value of [2, 8, 4]) second.push(value);
  first.push(6);
  expect(first.median()).toBe(6);
  expect(second.median()).toBe(4);
});
