import { array, assert as assertProperty, double, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gaussian, seededRng } from '../random.ts';
import { StateReader, StateWriter } from '../state.ts';
import { RecentWindow } from '../stats/recent-window.ts';
import { Course } from './course.ts';

/** A course over its own window. */
function follow(values: readonly number[]) {
  const window = new RecentWindow();
  const course = new Course(window);
  const take = (value: number): number => {
    const miss = value - course.next();
    course.learn(value);
    window.push(value);
    return miss;
  };
  return { course, window, take, misses: values.map(take) };
}

function curve(i: number): number {
  return 100 * Math.sin(i / 15);
}

const sizes = double({ min: -1e6, max: 1e6, noNaN: true });

describe('Course', () => {
  it('keeps up with a smooth curve, where a parabola through 20 values is bent by a step for 20 more', () => {
    const { take, misses, window } = follow(Array.from({ length: 600 }, (_, i) => curve(i)));
    // A line is off by the curvature: 100 / 15² = 0.44.
    expect(Math.max(...misses.slice(-100).map(Math.abs))).toBeLessThan(0.45);
    expect(take(curve(600) + 10)).toBeGreaterThan(9.5);
    take(curve(601) + 10);
    const after = Array.from({ length: 10 }, (_, i) => {
      const value = curve(602 + i) + 10;
      return {
        parabola: Math.abs(value - window.quadraticForecast()),
        course: Math.abs(take(value)),
      };
    });
    expect(Math.max(...after.map(({ parabola }) => parabola))).toBeGreaterThan(3);
    expect(Math.max(...after.map(({ course }) => course))).toBeLessThan(0.5);
  });

  it('averages noise', () => {
    const random = seededRng(3);
    const { misses } = follow(Array.from({ length: 2000 }, () => gaussian(random)));
    const late = misses.slice(-1000);
    const deviation = Math.sqrt(late.reduce((sum, miss) => sum + miss * miss, 0) / 1000);
    // The line through the last two would be off by √6, the last value by √2.
    expect(deviation).toBeLessThan(1.35);
  });

  it('says nothing before it knows twenty values', () => {
    const { misses } = follow(Array.from({ length: 21 }, (_, i) => i));
    expect(misses.slice(0, 20).every(Number.isNaN)).toBe(true);
    expect(misses[20]).toBeCloseTo(0, 9);
  });

  it('goes on where it was saved', () => {
    assertProperty(
      property(array(sizes, { minLength: 30, maxLength: 60 }), array(sizes), (before, after) => {
        const one = follow(before);
        const out = new StateWriter('TEST', 1);
        one.course.save(out);
        one.window.save(out);
        const other = follow([]);
        const state = new StateReader(out.finish(), 'TEST', 1);
        other.course.load(state);
        other.window.load(state);
        expect(after.map(other.take)).toEqual(after.map(one.take));
      }),
    );
  });

  it('is of no unit: what is multiplied by a power of two is missed by so much more', () => {
    assertProperty(
      property(array(sizes, { minLength: 25, maxLength: 60 }), (values) => {
        const doubled = follow(values.map((value) => 4 * value)).misses;
        expect(doubled).toEqual(follow(values).misses.map((miss) => 4 * miss));
      }),
    );
  });
});
