import { describe, expect, it } from 'vitest';
import { compileMatchers, matcherText, parseMatcher } from './matcher.ts';

const meets = (text: string, labels: Record<string, string>) =>
  compileMatchers([parseMatcher(text)])(labels);

describe('compileMatchers()', () => {
  it.each([
    ['team=platform', { team: 'platform' }, true],
    ['team="platform"', { team: 'Platform' }, false],
    ['team!=platform', {}, true],
    ['team=""', {}, true],
    ['severity=~"high|critical"', { severity: 'critical' }, true],
    ['severity=~high', { severity: 'very high' }, false],
    ['severity=~"high|critical"', { severity: 'highest' }, false],
    ['host!~web-.*', { host: 'db-1' }, true],
    ['host!~web-.*', { host: 'web-1' }, false],
    ['path=~"/a/[^/]+"', { path: '/a/b' }, true],
    ['path=~"a\\\\.b"', { path: 'axb' }, false],
  ])('%s of %j is %s', (text, labels, expected) => {
    expect(meets(text, labels)).toBe(expected);
  });

  it('asks for all matchers, and for nothing where there are none', () => {
    const both = [parseMatcher('a=1'), parseMatcher('b=2')];
    expect(compileMatchers(both)({ a: '1', b: '2' })).toBe(true);
    expect(compileMatchers(both)({ a: '1' })).toBe(false);
    expect(compileMatchers([])({})).toBe(true);
  });

  it('is quick whatever the value', () => {
    const matches = compileMatchers([parseMatcher('a=~".*x.*y.*z"')]);
    const begun = performance.now();
    expect(matches({ a: 'xy'.repeat(250) })).toBe(false);
    expect(matches({ a: 'xyz'.repeat(10_000) })).toBe(false);
    expect(performance.now() - begun).toBeLessThan(2000);
  });
});

describe('parseMatcher()', () => {
  it('reads back what matcherText() writes', () => {
    const matcher = { name: 'a', op: '=~', value: 'x|"y"\\d' } as const;
    expect(parseMatcher(matcherText(matcher))).toEqual(matcher);
  });

  it.each(['', 'team', 'team>5', '1a=b', '=x'])('refuses "%s"', (text) => {
    expect(() => parseMatcher(text)).toThrow(/^Cannot read matcher/);
  });

  it.each([
    ['a=~"("', 'expected a regular expression'],
    ['a=~"(a+)+"', 'expected no repeated group'],
    ['a=~"(a|a)*"', 'expected no repeated group'],
    ['a=~"(?=x)y"', 'expected no references and no look-around'],
    ['a=~"(x)\\\\1"', 'expected no references and no look-around'],
    ['a=~".*.*.*.*"', 'expected at most 3 repeats'],
    [`a=~"${'x'.repeat(257)}"`, 'expected at most 256 characters, got 257'],
  ])('refuses %s', (text, why) => {
    expect(() => parseMatcher(text)).toThrow(why);
  });
});
